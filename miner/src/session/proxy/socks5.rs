//! SOCKS5: RFC 1928, and the login by user and password of RFC 1929.

use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Login, ProxyError};
use crate::session::address::Place;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;
/// The version of the login itself.
const LOGIN_VERSION: u8 = 1;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Has the proxy at the other end of `stream` connect it to `pool`, whose name the proxy looks up.
pub(super) async fn pass_on(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    pool: &Place,
    login: Option<&Login>,
) -> Result<(), ProxyError> {
    match login {
        None => stream.write_all(&[VERSION, 1, NO_LOGIN]).await?,
        Some(_) => stream.write_all(&[VERSION, 2, NO_LOGIN, USER_AND_PASSWORD]).await?,
    }
    let mut choice = [0; 2];
    stream.read_exact(&mut choice).await?;
    match (choice, login) {
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, USER_AND_PASSWORD], Some(login)) => log_in(stream, login).await?,
        ([VERSION, NO_METHOD], Some(_)) => return Err(ProxyError::LoginRefused),
        ([VERSION, _], _) => return Err(ProxyError::WantsLogin),
        _ => return Err(ProxyError::NotSocks5),
    }
    stream.write_all(&request(pool)).await?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let [VERSION, reply, _, kind] = head else { return Err(ProxyError::NotSocks5) };
    if reply != 0 {
        return Err(ProxyError::Refused { pool: pool.to_string(), why: reason(reply) });
    }
    // The address that the proxy connects from, and its port, are nobody's business here.
    let len = match kind {
        IPV4 => 4,
        IPV6 => 16,
        NAME => stream.read_u8().await?,
        _ => return Err(ProxyError::NotSocks5),
    };
    let mut bound = [0; 255 + 2];
    stream.read_exact(&mut bound[..usize::from(len) + 2]).await?;
    Ok(())
}

async fn log_in(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), login: &Login) -> Result<(), ProxyError> {
    let mut line = vec![LOGIN_VERSION];
    for text in [login.user.as_str(), login.password.reveal()] {
        line.push(u8::try_from(text.len()).expect("checked when the URL was read"));
        line.extend(text.bytes());
    }
    stream.write_all(&line).await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    if answer[1] == 0 { Ok(()) } else { Err(ProxyError::LoginRefused) }
}

fn request(pool: &Place) -> Vec<u8> {
    let mut line = vec![VERSION, CONNECT, 0];
    match pool.host.parse() {
        Ok(IpAddr::V4(address)) => {
            line.push(IPV4);
            line.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            line.push(IPV6);
            line.extend(address.octets());
        }
        Err(_) => {
            line.extend([NAME, u8::try_from(pool.host.len()).expect("names have at most 253 bytes")]);
            line.extend(pool.host.bytes());
        }
    }
    line.extend(pool.port.to_be_bytes());
    line
}

/// What a reply means (RFC 1928, section 6; the last ones are Tor's, proposal 304).
fn reason(reply: u8) -> String {
    match reply {
        1 => "the proxy has a trouble of its own".into(),
        2 => "the proxy's rules forbid it".into(),
        3 => "the network cannot be reached from there".into(),
        4 => "the host cannot be reached or found from there".into(),
        5 => "the pool refuses connections: check the port, and whether the pool is up".into(),
        6 => "it took too long".into(),
        7 | 8 => "the proxy cannot do that".into(),
        0xf0..=0xf7 => "the onion service cannot be reached: check its name, and whether it is up".into(),
        other => format!("reply {other}"),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::duplex;

    use super::*;
    use crate::session::password::Password;

    const OK: [u8; 10] = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

    /// What a proxy that answers with these bytes makes of a request for `host`, and what it was sent.
    async fn asked(answers: &[u8], login: Option<Login>, host: &str) -> (Result<(), String>, Vec<u8>) {
        let (mut ours, mut theirs) = duplex(4096);
        theirs.write_all(answers).await.unwrap();
        let place = Place { host: host.into(), port: 3333 };
        let outcome = pass_on(&mut ours, &place, login.as_ref()).await.map_err(|error| error.to_string());
        drop(ours);
        let mut sent = Vec::new();
        theirs.read_to_end(&mut sent).await.unwrap();
        (outcome, sent)
    }

    fn me() -> Login {
        Login { user: "me".into(), password: Password::resolve("pw").unwrap() }
    }

    #[tokio::test]
    async fn a_name_is_left_to_the_proxy_and_an_address_is_sent_as_one() {
        let with_login = [&[5, 2, 0, 2, 1, 2, b'm', b'e', 2, b'p', b'w'][..], &[5, 1, 0, 3, 7], b"a.onion", &[13, 5]];
        for (case, login, answers, host, expected) in [
            (
                "a name",
                None,
                [&[5, 0][..], &OK].concat(),
                "a.onion",
                [&[5, 1, 0, 5, 1, 0, 3, 7][..], b"a.onion", &[13, 5]].concat(),
            ),
            ("IPv4", None, [&[5, 0][..], &OK].concat(), "192.0.2.7", vec![5, 1, 0, 5, 1, 0, 1, 192, 0, 2, 7, 13, 5]),
            ("a login", Some(me()), [&[5, 2, 1, 0][..], &OK].concat(), "a.onion", with_login.concat()),
        ] {
            let (outcome, sent) = asked(&answers, login, host).await;
            assert_eq!((outcome, sent), (Ok(()), expected), "{case}");
        }
    }

    #[tokio::test]
    async fn each_way_a_proxy_can_be_wrong_is_named() {
        for (case, answers, said) in [
            ("an HTTP proxy", &b"HTTP/1.1 400 Bad Request\r\n"[..], "no SOCKS5 proxy"),
            ("no method that fits", &[5, 0xff], "refuses the login"),
            ("a method that was not offered", &[5, 1], "wants a login"),
            ("a wrong password", &[5, 2, 1, 1], "refuses the login"),
            ("a refused connection", &[5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0], "refuses connections"),
            ("an onion service that is gone", &[5, 0, 5, 0xf0, 0, 1, 0, 0, 0, 0, 0, 0], "onion service"),
            ("an unknown reply", &[5, 0, 5, 77, 0, 1, 0, 0, 0, 0, 0, 0], "reply 77"),
            ("an unknown kind of address", &[5, 0, 5, 0, 0, 9, 0, 0, 0, 0, 0, 0], "no SOCKS5 proxy"),
        ] {
            let (outcome, _) = asked(answers, Some(me()), "a.onion").await;
            let error = outcome.unwrap_err();
            assert!(error.contains(said), "{case}: {error}");
        }
    }
}
