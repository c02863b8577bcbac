//! One JSON-RPC call over HTTP: kept connections, a limit on time and size, and each failure with its next step.

use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hashkit_chain::TemplateError;
use http_body_util::{BodyExt, Limited};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::address::{Address, Credentials, basic};
use super::body::{Body, Gate};

/// A full block is about 8 MB of hexadecimal; twice that in a template is plenty.
const LARGEST_ANSWER: usize = 64 << 20;

/// A cookie is some 75 bytes.
const LARGEST_COOKIE: u64 = 4096;

/// A node on the local network answers within milliseconds or not at all.
const CONNECT: Duration = Duration::from_secs(5);

/// Why a node gave no usable answer. Every message names the node, never its password.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// Nobody answers there.
    #[error("cannot reach the node at {node}: {reason}; check that it runs and that the port is its RPC port")]
    Unreachable {
        /// Where.
        node: String,
        /// What the connection said.
        reason: String,
    },
    /// No answer within the time.
    #[error("the node at {node} did not answer {method} within {} s", limit.as_secs())]
    TimedOut {
        /// Where.
        node: String,
        /// What was asked.
        method: &'static str,
        /// The time it had.
        limit: Duration,
    },
    /// It starts, syncs, looks for peers or has too much to do.
    #[error("the node at {node} is not ready: {reason}")]
    NotReady {
        /// Where.
        node: String,
        /// Its own words.
        reason: String,
    },
    /// It wants another login.
    #[error("the node at {node} refuses the login: {advice}")]
    Unauthorized {
        /// Where.
        node: String,
        /// What to do.
        advice: String,
    },
    /// It understood the question and answers with an error.
    #[error("the node at {node} refuses {method}: {message} (code {code})")]
    Refused {
        /// Where.
        node: String,
        /// What was asked.
        method: &'static str,
        /// The code of the JSON-RPC error.
        code: i64,
        /// Its own words.
        message: String,
    },
    /// Something answers there, but not as a node does.
    #[error("{node} answers {method}, but not as a node does: {reason}; check that the port is a node's RPC port")]
    Nonsense {
        /// Where.
        node: String,
        /// What was asked.
        method: &'static str,
        /// What was wrong.
        reason: String,
    },
    /// What it says contradicts the rules of the chain, whoever is to blame.
    #[error("the node at {node} is not to be believed: {reason}; check which chain and version it runs")]
    Lie {
        /// Where.
        node: String,
        /// What cannot be.
        reason: String,
    },
    /// A template that cannot be mined.
    #[error("the node at {node} offers no block to mine: {reason}")]
    Template {
        /// Where.
        node: String,
        /// What is wrong with it.
        #[source]
        reason: TemplateError,
    },
}

impl NodeError {
    /// Whether the same question may be answered later, with nobody doing anything about it.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::TimedOut { .. } | Self::NotReady { .. })
    }
}

/// What a node has answered, as it came: a template's megabytes are read where they lie.
pub(super) struct Answer<'r> {
    rpc: &'r Rpc,
    method: &'static str,
    status: StatusCode,
    body: Bytes,
}

impl Answer<'_> {
    /// The result.
    pub(super) fn result(&self) -> Result<&RawValue, NodeError> {
        self.rpc.read(self.method, self.status, &self.body)
    }

    /// The result, read as a value.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, NodeError> {
        let result = self.result()?;
        serde_json::from_str(result.get()).map_err(|error| self.rpc.nonsense(self.method, error.to_string()))
    }
}

/// The dialect that every node understands, up to the parameters. One call a connection at a time, so the id says nothing.
fn envelope(method: &str) -> String {
    format!(r#"{{"jsonrpc":"1.0","id":"hashkit","method":"{method}","params":"#)
}

/// The way to one node.
pub(super) struct Rpc {
    address: Address,
    name: String,
    client: Client<HttpConnector, Body>,
    /// What the cookie file held when it was last read.
    login: Mutex<Option<HeaderValue>>,
}

impl fmt::Debug for Rpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rpc").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Rpc {
    pub(super) fn new(address: Address) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT));
        connector.set_nodelay(true);
        connector.set_keepalive(Some(Duration::from_mins(1)));
        // Nodes close a connection that was idle for 30 s (`-rpcservertimeout`); be sooner.
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .build(connector);
        let name = address.uri.to_string().trim_end_matches('/').to_owned();
        Self { address, name, client, login: Mutex::new(None) }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The answer to `method`, asked with `params`, within `limit` all together.
    pub(super) async fn call(
        &self,
        method: &'static str,
        params: &impl fmt::Display,
        limit: Duration,
    ) -> Result<Answer<'_>, NodeError> {
        self.send(method, Body::new(format!("{}{params}", envelope(method)), &[], "}"), limit).await
    }

    /// The answer to `method`, asked with one text, which needs no escapes and is sent as it lies in memory; its end waits for
    /// `gate`.
    pub(super) async fn call_with_text(
        &self,
        method: &'static str,
        text: &[Bytes],
        gate: Option<Gate>,
        limit: Duration,
    ) -> Result<Answer<'_>, NodeError> {
        self.send(method, Body::new(envelope(method) + "[\"", text, "\"]}").held_by(gate), limit).await
    }

    async fn send(&self, method: &'static str, body: Body, limit: Duration) -> Result<Answer<'_>, NodeError> {
        let (status, body) = tokio::time::timeout(limit, self.exchange(method, body))
            .await
            .unwrap_or_else(|_| Err(NodeError::TimedOut { node: self.name.clone(), method, limit }))?;
        Ok(Answer { rpc: self, method, status, body })
    }

    async fn exchange(&self, method: &'static str, body: Body) -> Result<(StatusCode, Bytes), NodeError> {
        let used = self.login()?;
        let (status, answer) = self.post(method, body.clone(), used.clone()).await?;
        if status != StatusCode::UNAUTHORIZED {
            return Ok((status, answer));
        }
        // The cookie changes with every start of the node.
        self.remember(None);
        let fresh = self.login()?;
        if fresh == used {
            return Err(self.unauthorized());
        }
        self.post(method, body, fresh).await
    }

    async fn post(
        &self,
        method: &'static str,
        body: Body,
        login: Option<HeaderValue>,
    ) -> Result<(StatusCode, Bytes), NodeError> {
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.address.uri.clone();
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(login) = login {
            request.headers_mut().insert(AUTHORIZATION, login);
        }
        let answer = self.client.request(request).await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let bytes = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                self.nonsense(method, format!("more than {} MiB", LARGEST_ANSWER >> 20))
            } else {
                self.unreachable(&*error)
            }
        })?;
        Ok((status, bytes.to_bytes()))
    }

    /// What the node means. Its errors come with HTTP codes of their own, but the body says more.
    fn read<'a>(&self, method: &'static str, status: StatusCode, body: &'a [u8]) -> Result<&'a RawValue, NodeError> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow)]
            result: Option<&'a RawValue>,
            #[serde(default)]
            error: Option<Refusal>,
        }
        #[derive(Deserialize)]
        struct Refusal {
            code: i64,
            #[serde(default)]
            message: String,
        }
        match status {
            StatusCode::UNAUTHORIZED => return Err(self.unauthorized()),
            StatusCode::FORBIDDEN => {
                let advice = "it lets only known machines in; add this one with -rpcallowip".to_owned();
                return Err(NodeError::Unauthorized { node: self.name.clone(), advice });
            }
            StatusCode::SERVICE_UNAVAILABLE => return Err(self.not_ready("it has too much to do")),
            _ => {}
        }
        match serde_json::from_slice(body) {
            Ok(Envelope { error: Some(error), .. }) => Err(self.refusal(method, error.code, &error.message)),
            // A null is read as no result, and `submitblock` means it.
            Ok(Envelope { result, error: None }) => Ok(result.unwrap_or(RawValue::NULL)),
            Err(error) => Err(self.nonsense(method, format!("HTTP {}, {error}", status.as_u16()))),
        }
    }

    fn refusal(&self, method: &'static str, code: i64, message: &str) -> NodeError {
        // RPC_CLIENT_NOT_CONNECTED, RPC_CLIENT_IN_INITIAL_DOWNLOAD, RPC_IN_WARMUP.
        const NOT_YET: [i64; 3] = [-9, -10, -28];
        let message: String = message.chars().filter(|char| !char.is_control()).take(300).collect();
        if NOT_YET.contains(&code) {
            return self.not_ready(&message);
        }
        NodeError::Refused { node: self.name.clone(), method, code, message }
    }

    fn login(&self) -> Result<Option<HeaderValue>, NodeError> {
        let path = match &self.address.credentials {
            Credentials::FromAddress => return Ok(None),
            Credentials::Password { user, password } => return Ok(basic(&format!("{user}:{password}"))),
            Credentials::Cookie(path) => path,
        };
        if let Some(login) = self.remembered() {
            return Ok(Some(login));
        }
        // Small, local, and read once a start of the node: no reason for another thread.
        let cookie = File::open(path).and_then(|file| {
            let mut text = String::new();
            file.take(LARGEST_COOKIE).read_to_string(&mut text).map(|_| text)
        });
        let login = cookie
            .map_err(|error| self.not_ready(&format!("its cookie {} cannot be read: {error}", path.display())))
            .map(|cookie| basic(cookie.trim()))?;
        self.remember(login.clone());
        Ok(login)
    }

    fn remembered(&self) -> Option<HeaderValue> {
        self.login.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember(&self, login: Option<HeaderValue>) {
        *self.login.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }

    fn unauthorized(&self) -> NodeError {
        let advice = match &self.address.credentials {
            Credentials::FromAddress => {
                "write user and password into its address, http://user:password@host:port, or name its cookie file"
                    .into()
            }
            Credentials::Password { user, .. } => {
                format!(
                    "check the password of {user:?} against rpcuser and rpcpassword, or rpcauth, in the node's settings"
                )
            }
            Credentials::Cookie(path) => {
                format!("{} is not its cookie; the file lies in the data folder of the chain it runs", path.display())
            }
        };
        NodeError::Unauthorized { node: self.name.clone(), advice }
    }

    fn not_ready(&self, reason: &str) -> NodeError {
        NodeError::NotReady { node: self.name.clone(), reason: reason.to_owned() }
    }

    fn nonsense(&self, method: &'static str, reason: String) -> NodeError {
        NodeError::Nonsense { node: self.name.clone(), method, reason }
    }

    /// The innermost cause says it best: "connection refused" rather than "client error".
    fn unreachable(&self, error: &(dyn Error + 'static)) -> NodeError {
        let mut innermost = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        NodeError::Unreachable { node: self.name.clone(), reason: innermost.to_string() }
    }
}
