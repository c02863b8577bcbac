use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// What a node of the script does with one question.
#[derive(Clone)]
enum Line {
    /// Answers with this status and body.
    Says(u16, String),
    /// Answers with these bytes and closes.
    Sends(Vec<u8>),
    /// Answers only this login (user and password in Base64).
    Wants(String, String),
    /// Never answers.
    Silent,
}

/// A node that answers the first question by the first line of a script and so on; the last line repeats.
async fn node_that(script: Vec<Line>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(socket, script.clone(), Arc::clone(&counter)));
        }
    });
    (format!("http://{address}"), asked)
}

async fn answer(mut socket: TcpStream, script: Vec<Line>, asked: Arc<AtomicUsize>) -> std::io::Result<()> {
    while let Some(head) = question(&mut socket).await? {
        let number = asked.fetch_add(1, Ordering::SeqCst);
        let (status, body) = match &script[number.min(script.len() - 1)] {
            Line::Says(status, body) => (*status, body.clone()),
            Line::Wants(login, body) if head.contains(&format!("Basic {login}")) => (200, body.clone()),
            Line::Wants(..) => (401, String::new()),
            Line::Sends(bytes) => return socket.write_all(bytes).await,
            Line::Silent => std::future::pending().await,
        };
        let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        socket.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// Head and body of one request; `None` when the client is gone.
async fn question(socket: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).and_then(|n| n.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Ok(Some(text));
            }
        }
        if socket.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    }
}

fn says(status: u16, body: &str) -> Line {
    Line::Says(status, body.to_owned())
}

fn open(address: &str) -> Node {
    Node::new(address, Credentials::FromAddress).expect("the address is good")
}

#[tokio::test]
async fn each_failure_says_what_to_do_next() {
    for (case, line, may_pass, message) in [
        (
            "starting",
            says(500, r#"{"result":null,"error":{"code":-28,"message":"Loading"}}"#),
            true,
            "not ready: Loading",
        ),
        ("no peers", says(500, r#"{"result":null,"error":{"code":-9,"message":"alone"}}"#), true, "not ready: alone"),
        ("syncing", says(500, r#"{"result":null,"error":{"code":-10,"message":"sync"}}"#), true, "not ready: sync"),
        ("busy", says(503, "Work queue depth exceeded"), true, "too much to do"),
        (
            "a missing rule",
            says(500, r#"{"result":null,"error":{"code":-8,"message":"needs the segwit rule"}}"#),
            false,
            "refuses getblocktemplate: needs the segwit rule (code -8)",
        ),
        ("no login", says(401, ""), false, "write user and password into its address"),
        ("a foreign machine", says(403, ""), false, "-rpcallowip"),
        ("a web page", says(200, "<html></html>"), false, "not as a node does: HTTP 200"),
        ("an answer of another kind", says(200, r#"{"result":[1,2],"error":null}"#), false, "template does not parse"),
        ("an unknown rule", says(200, r#"{"result":{"rules":["!x"]},"error":null}"#), false, "offers no block"),
        ("no HTTP", Line::Sends(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), true, "cannot reach"),
        ("cut off", Line::Sends(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()), true, "cannot reach"),
    ] {
        let (address, _) = node_that(vec![line]).await;
        let error = open(&address).template(None).await.expect_err(case);
        assert_eq!(error.may_pass(), may_pass, "{case}: {error}");
        assert!(error.to_string().contains(message), "{case}: {error}");
        assert!(error.to_string().contains(&address), "{case}: {error}");
    }
}

#[tokio::test]
async fn a_closed_port_is_named_without_the_password() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    drop(listener);
    let error = open(&format!("http://me:hush@127.0.0.1:{port}")).template(None).await.expect_err("nobody is there");
    let message = error.to_string();
    assert!(error.may_pass() && message.contains(&format!("127.0.0.1:{port}")), "{message}");
    assert!(message.to_lowercase().contains("refused") && !message.contains("hush"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_node_is_given_up_after_its_time() {
    let (address, _) = node_that(vec![Line::Silent]).await;
    let error = open(&address).template(None).await.expect_err("it never answers");
    assert!(matches!(error, NodeError::TimedOut { limit: ANSWER, .. }), "{error}");
    let error = open(&address).template(Some("id")).await.expect_err("it never answers");
    assert!(matches!(error, NodeError::TimedOut { limit: LONG_POLL, .. }), "{error}");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let body = " ".repeat((64 << 20) + 1);
    let (address, _) = node_that(vec![Line::Says(200, body)]).await;
    let error = open(&address).template(None).await.expect_err("it is too long");
    assert!(error.to_string().contains("more than 64 MiB"), "{error}");
}

#[tokio::test]
async fn a_new_cookie_is_read_when_the_old_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(".cookie");
    let node_starts = |secret: &str| std::fs::write(&path, format!("__cookie__:{secret}\n")).expect("it is writable");
    let wants = |secret: &str| {
        let login = data_encoding::BASE64.encode(format!("__cookie__:{secret}").as_bytes());
        Line::Wants(login, r#"{"result":{"chain":"signet"},"error":null}"#.to_owned())
    };
    let (address, asked) = node_that(vec![wants("a"), wants("b"), wants("b"), wants("d")]).await;
    let node = Node::new(&address, Credentials::Cookie(path.clone())).expect("the address is good");

    let error = node.network(Algorithm::Sha256d).await.expect_err("no cookie yet");
    assert!(error.may_pass(), "{error}");
    node_starts("a");
    assert_eq!(node.network(Algorithm::Sha256d).await.expect("the right cookie"), Network::BitcoinTest);
    node_starts("b");
    assert_eq!(node.network(Algorithm::Scrypt).await.expect("the new cookie"), Network::LitecoinTest);
    assert_eq!(asked.load(Ordering::SeqCst), 3, "the old cookie was tried once more");
    node_starts("c");
    let error = node.network(Algorithm::Sha256d).await.expect_err("another node's cookie");
    assert!(!error.may_pass() && error.to_string().contains("is not its cookie"), "{error}");
}
