//! Monero's own node, on a chain of its own: `monerod` in regtest mode, without peers, in a folder that goes with it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The address of the Monero project's own fund: any valid one will do, and the node has no wallet.
const ADDRESS: &str = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";

/// A node takes some seconds to start, on a busy machine more.
const START_LIMIT: Duration = Duration::from_mins(2);

/// One answer: the node unfolds 256 MiB before it judges its first block.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);

/// A node that runs. It ends with its owner.
#[derive(Debug)]
pub struct Monerod {
    child: Child,
    port: u16,
    folder: TempDir,
}

/// The node's word against a call: code and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub i64, pub String);

impl Monerod {
    /// Whether the program is here.
    ///
    /// # Errors
    /// What to install, for [`left_out`](crate::left_out).
    pub fn is_installed() -> Result<(), String> {
        match Command::new("monerod").arg("--version").output() {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(format!("monerod --version ends with {}", output.status)),
            Err(_) => Err("monerod is missing: install the Debian package monero".into()),
        }
    }

    /// Starts it on free ports of the loopback address, with a block in every `difficulty` hashes.
    ///
    /// # Errors
    /// When it does not start, with what it said.
    pub fn start(difficulty: u32) -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let log = File::create(folder.path().join("words.txt"))?;
        let [port, peer_port] = free_ports()?;
        let child = Command::new("monerod")
            .args(["--regtest", "--offline", "--no-zmq", "--no-igd", "--non-interactive"])
            .args(["--disable-dns-checkpoints", "--check-updates", "disabled", "--max-concurrency", "1"])
            .args(["--rpc-bind-ip", "127.0.0.1", "--rpc-bind-port", &port.to_string()])
            .args(["--p2p-bind-ip", "127.0.0.1", "--p2p-bind-port", &peer_port.to_string()])
            .args(["--fixed-difficulty", &difficulty.to_string(), "--data-dir"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("monerod does not start")?;
        let mut node = Self { child, port, folder };
        let deadline = Instant::now() + START_LIMIT;
        while node.height().is_err() {
            let ended = node.child.try_wait()?;
            if ended.is_some() || Instant::now() > deadline {
                let words = std::fs::read_to_string(node.folder.path().join("words.txt")).unwrap_or_default();
                bail!("monerod gives no answer ({ended:?}):\n{words}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(node)
    }

    /// How many blocks its chain has, the first one included.
    ///
    /// # Errors
    /// When it gives no answer.
    pub fn height(&self) -> Result<u64> {
        self.result("get_block_count", &json!({}))?["count"].as_u64().context("no count")
    }

    /// The `result` of `get_block_template`, as JSON.
    ///
    /// # Errors
    /// When it gives none.
    pub fn template(&self) -> Result<String> {
        Ok(self.result("get_block_template", &json!({ "wallet_address": ADDRESS, "reserve_size": 8 }))?.to_string())
    }

    /// Hands in a block, in hexadecimal; `Err` within is the node's refusal.
    ///
    /// # Errors
    /// When it gives no answer.
    pub fn submit(&self, block: &str) -> Result<Result<(), Refusal>> {
        self.call("submit_block", &json!([block])).map(|answer| answer.map(drop))
    }

    fn result(&self, method: &str, params: &Value) -> Result<Value> {
        self.call(method, params)?.map_err(|Refusal(code, words)| anyhow::anyhow!("{method}: {code} {words}"))
    }

    fn call(&self, method: &str, params: &Value) -> Result<Result<Value, Refusal>> {
        let body = json!({ "jsonrpc": "2.0", "id": "0", "method": method, "params": params }).to_string();
        let mut socket = TcpStream::connect(("127.0.0.1", self.port))?;
        socket.set_read_timeout(Some(ANSWER_LIMIT))?;
        let head = format!("POST /json_rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n", body.len());
        socket.write_all((head + &body).as_bytes())?;
        let answer = read_body(&mut BufReader::new(socket)).with_context(|| format!("{method} is not answered"))?;
        let mut answer: Value = serde_json::from_slice(&answer)?;
        let error = &answer["error"];
        Ok(match (error["code"].as_i64(), error["message"].as_str()) {
            (Some(code), words) => Err(Refusal(code, words.unwrap_or_default().to_owned())),
            _ => Ok(answer["result"].take()),
        })
    }
}

impl Drop for Monerod {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end or to wait for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The body of an HTTP answer. The node leaves the connection open, so it ends where the head says.
fn read_body(answer: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        ensure!(answer.read_line(&mut line)? > 0, "the answer has no end of its head");
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse()?,
            Some(_) => {}
            None if line.starts_with("HTTP/") => ensure!(line.split(' ').nth(1) == Some("200"), "{line}"),
            None => break,
        }
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    Ok(body)
}

/// Ports that were free a moment ago.
fn free_ports() -> Result<[u16; 2]> {
    let listeners = [TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?];
    Ok([listeners[0].local_addr()?.port(), listeners[1].local_addr()?.port()])
}
