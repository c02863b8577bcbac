//! A node that does what a scenario's script says, right or wrong: a real HTTP server on the loopback address, which believes every
//! block that the script does not refuse.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use hashkit_chain::{Hash, Header, hex, sha256d};
use serde_json::{Value, json};

/// How long a long poll waits.
const LONG_POLL: Duration = Duration::from_secs(30);

/// What a node says to one call.
#[derive(Debug, Clone)]
pub enum Say {
    /// This result.
    Result(Value),
    /// This error.
    Error(i64, &'static str),
    /// Nothing, for so long, and then nothing more on this connection.
    Nothing(Duration),
}

/// A regtest of one's own: which calls it answers otherwise the script tells.
pub struct ScriptedNode {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    chain: Mutex<Chain>,
    news: Condvar,
}

type Script = Box<dyn Fn(&mut Chain, &str, &Value) -> Option<Say> + Send + Sync>;

/// What the script may look at and change.
#[derive(Debug, Default)]
pub struct Chain {
    /// How many blocks it has.
    pub height: u32,
    /// How often each call was made that the script wants to count.
    pub count: usize,
    /// The rules of its templates.
    pub rules: Vec<&'static str>,
    /// The compact target, of which a block of 2 hashes is the easiest.
    pub bits: Option<&'static str>,
}

impl ScriptedNode {
    /// Listens on a free port. The script is asked first about each call; `None` has the node answer as nodes do.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(script: impl Fn(&mut Chain, &str, &Value) -> Option<Say> + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let chain = Mutex::new(Chain { rules: vec!["csv", "!segwit"], ..Chain::default() });
        let shared = Arc::new(Shared { script: Box::new(script), chain, news: Condvar::new() });
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&served);
                // Its end is the peer's leaving.
                thread::spawn(move || shared.serve(&stream));
            }
        });
        Ok(Self { address, shared })
    }

    /// Its address for `--node`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://me:practice@{}", self.address)
    }

    /// What is known of it.
    pub fn chain(&self) -> MutexGuard<'_, Chain> {
        self.shared.chain()
    }
}

impl Shared {
    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        loop {
            let call = read(&mut reader)?;
            let method = call["method"].as_str().unwrap_or_default();
            let said = {
                let mut chain = self.chain();
                let said = (self.script)(&mut chain, method, &call["params"]);
                self.news.notify_all();
                said
            };
            let (status, result, error) = match said.unwrap_or_else(|| self.usual(method, &call["params"])) {
                Say::Result(result) => (200, result, Value::Null),
                Say::Error(code, message) => (500, Value::Null, json!({"code": code, "message": message})),
                Say::Nothing(time) => {
                    thread::sleep(time);
                    return Ok(());
                }
            };
            let body = json!({"result": result, "error": error, "id": call["id"]}).to_string();
            write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
        }
    }

    fn usual(&self, method: &str, params: &Value) -> Say {
        Say::Result(match method {
            "getblockchaininfo" => json!({"chain": "regtest"}),
            "getbestblockhash" => json!(self.chain().tip().to_string()),
            "getblocktemplate" if params[0]["mode"] == "proposal" => Value::Null,
            "getblocktemplate" => {
                let mut chain = self.chain();
                if let Some(id) = params[0]["longpollid"].as_str() {
                    let same = |chain: &mut Chain| chain.height.to_string() == id;
                    let waited = self.news.wait_timeout_while(chain, LONG_POLL, same);
                    chain = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                chain.template()
            }
            "submitblock" => {
                let mut chain = self.chain();
                let is_first = chain.parent_of(params) == Some(chain.height);
                chain.height += u32::from(is_first);
                self.news.notify_all();
                if is_first { Value::Null } else { json!("inconclusive") }
            }
            _ => return Say::Error(-5, "Block not found"),
        })
    }
}

impl Chain {
    fn tip(&self) -> Hash {
        sha256d(&self.height.to_le_bytes())
    }

    /// The height of the parent of a block that is handed in.
    #[must_use]
    pub fn parent_of(&self, params: &Value) -> Option<u32> {
        let header: [u8; 80] = hex::decode_array(params[0].as_str()?.get(..160)?).ok()?;
        let parent = Header::from_bytes(&header).prev_hash;
        (0..=self.height).rev().find(|height| sha256d(&height.to_le_bytes()) == parent)
    }

    /// What it proposes.
    #[must_use]
    pub fn template(&self) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        json!({
            "version": 0x2000_0000, "rules": self.rules, "previousblockhash": self.tip().to_string(), "transactions": [],
            "coinbasevalue": 5_000_000_000_u64, "bits": self.bits.unwrap_or("207fffff"), "curtime": now,
            "height": self.height + 1, "longpollid": self.height.to_string(),
        })
    }
}

fn read(reader: &mut impl BufRead) -> io::Result<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap_or(0),
            None if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}
