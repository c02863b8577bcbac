//! A node of the script: JSON-RPC over HTTP, each answer by a function of the scenario. No node's rules are in it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use data_encoding::BASE64;
use serde_json::{Value, json};

/// What it does with a question: method and parameters in; the result, or code and message of an error, out.
pub type Answer = dyn Fn(&str, &Value) -> Result<Value, (i64, String)> + Send + Sync;

/// A running one. Its threads end with the process.
#[derive(Debug, Clone, Copy)]
pub struct ScriptedRpc {
    address: SocketAddr,
}

impl ScriptedRpc {
    /// Starts it on a free port of the loopback address; every login is good.
    ///
    /// # Errors
    /// When there is no port.
    pub fn start(
        answer: impl Fn(&str, &Value) -> Result<Value, (i64, String)> + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let answer: Arc<Answer> = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answer = Arc::clone(&answer);
                // A client that goes away is no failure.
                thread::spawn(move || serve(&stream, &*answer));
            }
        });
        Ok(Self { address })
    }

    /// Its address for `--node`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://me:script@{}", self.address)
    }
}

fn serve(stream: &TcpStream, answer: &Answer) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let question: Value = serde_json::from_slice(&body)?;
        let (status, body) = match answer(question["method"].as_str().unwrap_or_default(), &question["params"]) {
            Ok(result) => (200, json!({"result": result, "error": null, "id": "x"})),
            Err((code, message)) => {
                (500, json!({"result": null, "error": {"code": code, "message": message}, "id": "x"}))
            }
        };
        let body = body.to_string();
        write!(writer, "HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n{body}", body.len())?;
    }
}

/// Asks a real node at `address`, with the login `user:password`.
///
/// # Errors
/// When there is no answer, or an error in it.
pub fn ask(address: SocketAddr, login: &str, method: &str, params: &Value) -> Result<Value> {
    let body = json!({"jsonrpc": "1.0", "id": 1, "method": method, "params": params}).to_string();
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: node\r\nAuthorization: Basic {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        BASE64.encode(login.as_bytes()),
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("an answer has a body")?;
    // In chunks or whole, the object is what stands between the outermost braces.
    let object = body.find('{').zip(body.rfind('}')).map(|(first, last)| &body[first..=last]);
    let answer: Value = serde_json::from_str(object.context("no object")?)?;
    if !answer["error"].is_null() {
        bail!("{method}: {}", answer["error"]);
    }
    Ok(answer["result"].clone())
}
