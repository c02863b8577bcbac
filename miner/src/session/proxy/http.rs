//! HTTP CONNECT: RFC 9110, section 9.3.6, with the login of RFC 7617.

use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Login, ProxyError};
use crate::session::address::Place;

/// The most bytes of an answer; proxies send some hundreds.
const ANSWER_LIMIT: usize = 8 * 1024;

/// Has the proxy at the other end of `stream` connect it to `pool`, whose name the proxy looks up.
pub(super) async fn pass_on(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    pool: &Place,
    login: Option<&Login>,
) -> Result<(), ProxyError> {
    let login = login.map_or_else(String::new, |login| {
        let text = format!("{}:{}", login.user, login.password.reveal());
        format!("Proxy-Authorization: Basic {}\r\n", BASE64.encode(text.as_bytes()))
    });
    stream.write_all(format!("CONNECT {pool} HTTP/1.1\r\nHost: {pool}\r\n{login}\r\n").as_bytes()).await?;
    let mut answer = Vec::new();
    // Byte by byte: what comes behind the empty line is the pool's.
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() == ANSWER_LIMIT {
            return Err(ProxyError::NotHttp);
        }
        answer.push(stream.read_u8().await?);
        if !b"HTTP/1.".starts_with(&answer[..answer.len().min(7)]) {
            return Err(ProxyError::NotHttp);
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().and_then(|line| line.get(9..)).unwrap_or_default();
    match status.get(..3) {
        Some(code) if code.starts_with('2') => Ok(()),
        Some("407") if login.is_empty() => Err(ProxyError::WantsLogin),
        Some("407") => Err(ProxyError::LoginRefused),
        Some(_) => {
            let why: String = status.chars().filter(|character| !character.is_control()).take(80).collect();
            Err(ProxyError::Refused { pool: pool.to_string(), why: format!("it says {why}") })
        }
        None => Err(ProxyError::NotHttp),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;
    use crate::session::password::Password;

    #[tokio::test]
    async fn the_pools_bytes_behind_the_answer_stay_unread_and_refusals_are_named() {
        let me = Login { user: "me".into(), password: Password::resolve("pw").unwrap() };
        for (case, login, answer, said) in [
            ("a connection", None, "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n", ""),
            ("a login", Some(&me), "HTTP/1.0 200 OK\r\n\r\n", ""),
            ("a login is missing", None, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "wants a login"),
            (
                "a login is refused",
                Some(&me),
                "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
                "refuses the login",
            ),
            ("a refusal", None, "HTTP/1.1 502 Bad\x1b Gateway\r\n\r\n", "it says 502 Bad Gateway"),
            ("a SOCKS5 proxy", None, "\x05\u{7f}", "no HTTP proxy"),
            ("a pool", None, "{\"id\":1}\n", "no HTTP proxy"),
            ("no status", None, "HTTP/1.1 \r\n\r\n", "no HTTP proxy"),
            ("an endless answer", None, &format!("HTTP/1.1 200 {}", "x".repeat(9000)), "no HTTP proxy"),
        ] {
            let (mut ours, mut theirs) = duplex(16 * 1024);
            theirs.write_all(format!("{answer}the pool").as_bytes()).await.unwrap();
            let place = Place { host: "::1".into(), port: 3333 };
            match pass_on(&mut ours, &place, login).await {
                Ok(()) => {
                    let mut rest = [0; 8];
                    ours.read_exact(&mut rest).await.unwrap();
                    assert_eq!((&rest, said), (b"the pool", ""), "{case}");
                }
                Err(error) => assert!(!said.is_empty() && error.to_string().contains(said), "{case}: {error}"),
            }
            drop(ours);
            let mut sent = String::new();
            theirs.read_to_string(&mut sent).await.unwrap();
            assert!(sent.starts_with("CONNECT [::1]:3333 HTTP/1.1\r\nHost: [::1]:3333\r\n"), "{case}: {sent}");
            assert_eq!(sent.contains("Proxy-Authorization: Basic bWU6cHc=\r\n"), login.is_some(), "{case}: {sent}");
        }
    }
}
