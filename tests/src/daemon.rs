//! Nodes that are not ours, each a process of its own, on free ports of the loopback address.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::scripted_rpc::ask;

/// A running node. Dropping it kills it.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    rpc: SocketAddr,
    login: String,
}

/// A port that nobody has right now.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

impl Daemon {
    /// Starts `command`, a node with its RPC on `port` and the login `user:password`, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start, or not answer within a minute.
    pub fn start(command: &mut Command, port: u16, login: &str) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{command:?} does not start"))?;
        let mut daemon = Self { child, rpc: SocketAddr::from(([127, 0, 0, 1], port)), login: login.to_owned() };
        let deadline = Instant::now() + Duration::from_mins(1);
        while let Err(error) = daemon.call("getblockcount", &json!([])) {
            ensure!(daemon.child.try_wait()?.is_none(), "{command:?} has ended");
            ensure!(Instant::now() < deadline, "{command:?} does not answer: {error:#}");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(daemon)
    }

    /// Its address for `--node`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}@{}", self.login, self.rpc)
    }

    /// The height of its tip.
    ///
    /// # Errors
    /// As [`Daemon::call`].
    pub fn height(&self) -> Result<u64> {
        self.call("getblockcount", &json!([]))?.as_u64().context("a height is a number")
    }

    /// Sends it a signal: `STOP`, `CONT` or `KILL`.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn signal(&self, name: &str) -> Result<()> {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status()?;
        ensure!(sent.success(), "the node is not there to be sent {name}");
        Ok(())
    }

    /// The result of one call.
    ///
    /// # Errors
    /// When there is no answer, or an error in it.
    pub fn call(&self, method: &str, params: &Value) -> Result<Value> {
        ask(self.rpc, &self.login, method, params)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
