//! JSON-RPC over HTTP: login, envelopes, batches. What the methods answer is in `method.rs`.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use data_encoding::BASE64;
use hashkit_chain::sha256d;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::method::{self, RpcError};
use super::node::Shared;

/// Longest request: the hexadecimal digits of the longest block, and something around it.
const MAX_REQUEST: usize = 2 * 4_000_000 + 4096;
/// Most calls of one batch.
const MAX_BATCH: usize = 100;

/// Answers until the node closes.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut closing = shared.closing.clone();
    let router = Router::new().route("/", post(answer)).with_state(shared);
    let closed = async move {
        // An error means that the node is gone, which is as good as a word.
        let _ = closing.wait_for(|closing| *closing).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(closed).await {
        tracing::error!(%error, "the practice chain no longer answers");
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !is_logged_in(request.headers(), &shared.cookie) {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"jsonrpc\"")]).into_response();
    }
    let Ok(body) = to_bytes(request.into_body(), MAX_REQUEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match serde_json::from_slice(&body) {
        Ok(Value::Array(calls)) => {
            let answers = batch(&shared, calls).await;
            json_response(StatusCode::OK, &answers)
        }
        Ok(call) => single(&shared, call).await,
        Err(_) => {
            let error = RpcError { code: -32700, message: "Parse error".to_owned() };
            json_response(StatusCode::INTERNAL_SERVER_ERROR, &envelope(Version::One, Value::Null, Err(error)))
        }
    }
}

/// The hashes are compared, so that the time it takes tells nothing about the login.
fn is_logged_in(headers: &HeaderMap, cookie: &str) -> bool {
    let login = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given =
        login.and_then(|login| login.strip_prefix("Basic ")).map(|login| BASE64.decode(login.trim().as_bytes()));
    matches!(given, Some(Ok(given)) if sha256d(&given) == sha256d(cookie.as_bytes()))
}

/// The dialects differ in their envelopes and in what they do with HTTP's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// Always both `result` and `error`; an error has a status of its own.
    One,
    /// Either `result` or `error`; always status 200.
    Two,
}

async fn single(shared: &Shared, call: Value) -> Response {
    let (version, id, result) = perform(shared, call).await;
    let status = match &result {
        Err(_) if version == Version::Two => StatusCode::OK,
        Err(RpcError { code: -32601, .. }) => StatusCode::NOT_FOUND,
        Err(RpcError { code: -32600, .. }) => StatusCode::BAD_REQUEST,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        Ok(_) => StatusCode::OK,
    };
    json_response(status, &envelope(version, id, result))
}

async fn batch(shared: &Shared, calls: Vec<Value>) -> Value {
    if calls.len() > MAX_BATCH {
        let message = format!("a batch of {} calls is too long: at most {MAX_BATCH} are answered", calls.len());
        return envelope(Version::One, Value::Null, Err(RpcError { code: -32600, message }));
    }
    let mut answers = Vec::with_capacity(calls.len());
    for call in calls {
        let (version, id, result) = perform(shared, call).await;
        answers.push(envelope(version, id, result));
    }
    Value::Array(answers)
}

async fn perform(shared: &Shared, call: Value) -> (Version, Value, Result<Value, RpcError>) {
    let malformed = |message: &str| Err(RpcError { code: -32600, message: message.to_owned() });
    let Value::Object(mut call) = call else {
        return (Version::One, Value::Null, malformed("Invalid Request object"));
    };
    let version = if call.get("jsonrpc") == Some(&json!("2.0")) { Version::Two } else { Version::One };
    let id = call.remove("id").unwrap_or(Value::Null);
    let params = match call.remove("params") {
        None | Some(Value::Null) => Value::Array(Vec::new()),
        Some(params @ (Value::Array(_) | Value::Object(_))) => params,
        Some(_) => return (version, id, malformed("Params must be an array or object")),
    };
    let result = match call.get("method").and_then(Value::as_str) {
        Some(name) => method::perform(shared, name, &params).await,
        None => malformed("Missing method"),
    };
    (version, id, result)
}

fn envelope(version: Version, id: Value, result: Result<Value, RpcError>) -> Value {
    let (result, error) = match result {
        Ok(result) => (Some(result), None),
        Err(RpcError { code, message }) => (None, Some(json!({ "code": code, "message": message }))),
    };
    let mut envelope = Map::new();
    match version {
        Version::One => {
            envelope.insert("result".to_owned(), result.unwrap_or(Value::Null));
            envelope.insert("error".to_owned(), error.unwrap_or(Value::Null));
        }
        Version::Two => {
            envelope.insert("jsonrpc".to_owned(), json!("2.0"));
            if let Some(result) = result {
                envelope.insert("result".to_owned(), result);
            }
            if let Some(error) = error {
                envelope.insert("error".to_owned(), error);
            }
        }
    }
    envelope.insert("id".to_owned(), id);
    Value::Object(envelope)
}

fn json_response(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], Body::from(value.to_string())).into_response()
}
