//! Power at the wall: a smart plug that answers over HTTP, or what somebody says.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::time::Duration;

use serde_json::Value;

use crate::document::Boundary;
use crate::measure::{Drawn, PowerSource};

/// A plug that takes longer is passed over for that second.
const LIMIT: Duration = Duration::from_millis(800);
/// Far more than any plug says.
const LONGEST: u64 = 64 * 1024;
/// Where plugs answer.
const PORT: u16 = 80;

/// A plug in the local network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plug {
    kind: Kind,
    host: String,
    port: u16,
}

/// What runs in the plug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Tasmota: `Status 10`, <https://tasmota.github.io/docs/Commands/>.
    Tasmota,
    /// Shelly of the second generation and later, <https://shelly-api-docs.shelly.cloud/gen2/>: `Switch.GetStatus`.
    Shelly,
    /// Shelly of the first generation: `/meter/0`.
    ShellyOne,
}

/// A text that names no plug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no plug: write tasmota://HOST, shelly://HOST or, for a Shelly of the first generation, shelly1://HOST, with :PORT if it is not 80"
)]
pub struct PlugError(String);

/// Why a plug says nothing.
#[derive(Debug, thiserror::Error)]
pub enum SilentPlug {
    /// It cannot be reached.
    #[error("the plug at {at} does not answer: check its address and that it is on")]
    Unreachable {
        /// Its host and port.
        at: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It answers something else.
    #[error("{at} answers, but tells no power as {kind} does: check which kind it is, and whether it wants a password")]
    Other {
        /// Its host and port.
        at: String,
        /// What it was taken for.
        kind: &'static str,
    },
}

impl FromStr for Plug {
    type Err = PlugError;

    fn from_str(text: &str) -> Result<Self, PlugError> {
        let refused = || PlugError(text.to_owned());
        let (kind, rest) = text.split_once("://").ok_or_else(refused)?;
        let kind = match kind {
            "tasmota" => Kind::Tasmota,
            "shelly" => Kind::Shelly,
            "shelly1" => Kind::ShellyOne,
            _ => return Err(refused()),
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            // A bare address of IPv6 has colons of its own.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
                (host, port.parse().map_err(|_| refused())?)
            }
            _ => (rest, PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@".contains(c)) {
            return Err(refused());
        }
        Ok(Self { kind, host: host.to_owned(), port })
    }
}

impl Plug {
    /// What passes through it now, in watts.
    ///
    /// # Errors
    /// [`SilentPlug`].
    pub fn watts(&self) -> Result<f64, SilentPlug> {
        let at = format!("{}:{}", self.host, self.port);
        let body = self.fetch().map_err(|source| SilentPlug::Unreachable { at: at.clone(), source })?;
        let watts = serde_json::from_str(&body).ok().and_then(|answer| self.kind.watts(&answer));
        // No socket gives more.
        watts.filter(|watts| (0.0..1e5).contains(watts)).ok_or(SilentPlug::Other { at, kind: self.kind.name() })
    }

    fn fetch(&self) -> io::Result<String> {
        let mut last = io::Error::other("the name has no address");
        for address in (self.host.as_str(), self.port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, LIMIT) {
                Ok(stream) => return self.ask(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// By HTTP/1.0, whose answers end where the connection does.
    fn ask(&self, mut stream: TcpStream) -> io::Result<String> {
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        write!(stream, "GET {} HTTP/1.0\r\nHost: {}\r\nConnection: close\r\n\r\n", self.kind.path(), self.host)?;
        let mut answer = String::new();
        stream.take(LONGEST).read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| io::Error::other("that is not HTTP"))?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        if status == "200" { Ok(body.to_owned()) } else { Err(io::Error::other(format!("it says {status}"))) }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Tasmota => "tasmota",
            Self::Shelly => "shelly",
            Self::ShellyOne => "shelly1",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Tasmota => "/cm?cmnd=Status%2010",
            Self::Shelly => "/rpc/Switch.GetStatus?id=0",
            Self::ShellyOne => "/meter/0",
        }
    }

    fn watts(self, answer: &Value) -> Option<f64> {
        let watts = match self {
            Self::Tasmota => &answer["StatusSNS"]["ENERGY"]["Power"],
            Self::Shelly => &answer["apower"],
            Self::ShellyOne => &answer["power"],
        };
        watts.as_f64()
    }
}

/// These plugs as power sources, each under the name of its kind; a second of one kind has its number behind it.
#[must_use]
pub fn sources(plugs: &[Plug]) -> Vec<Box<dyn PowerSource>> {
    let name = |at: usize| {
        let kind = plugs[at].kind;
        match plugs[..at].iter().filter(|other| other.kind == kind).count() {
            0 => kind.name().to_owned(),
            before => format!("{}_{}", kind.name(), before + 1),
        }
    };
    let source =
        |(at, plug): (usize, &Plug)| -> Box<dyn PowerSource> { Box::new(Named { name: name(at), plug: plug.clone() }) };
    plugs.iter().enumerate().map(source).collect()
}

/// A plug among others.
struct Named {
    name: String,
    plug: Plug,
}

impl PowerSource for Named {
    fn name(&self) -> &str {
        &self.name
    }

    fn boundary(&self) -> Boundary {
        Boundary::Wall
    }

    fn drawn(&mut self) -> Option<Drawn> {
        self.plug.watts().ok().map(Drawn::Watts)
    }
}

/// What somebody says it draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told(pub f64);

impl PowerSource for Told {
    fn name(&self) -> &'static str {
        "told"
    }

    fn boundary(&self) -> Boundary {
        Boundary::Estimated
    }

    fn drawn(&mut self) -> Option<Drawn> {
        Some(Drawn::Watts(self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A plug that is asked once and gives this answer.
    fn answering(answer: String) -> (u16, thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
        let port = listener.local_addr().expect("it is bound").port();
        let plug = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody asks");
            // All of the request: who closes before it has read everything resets the connection.
            let mut lines = BufReader::new(&stream).lines().map(|line| line.expect("it asks in lines"));
            let line = lines.next().expect("it asks");
            assert!(lines.any(|line| line.is_empty()), "the request has an end");
            drop(lines);
            stream.write_all(answer.as_bytes()).expect("it listens");
            line
        });
        (port, plug)
    }

    fn asked(kind: &str, answer: &str) -> (Result<f64, SilentPlug>, String) {
        let (port, server) = answering(answer.to_owned());
        let plug: Plug = format!("{kind}://127.0.0.1:{port}").parse().expect("it names a plug");
        let watts = plug.watts();
        (watts, server.join().expect("it answered"))
    }

    #[test]
    fn each_kind_of_plug_is_asked_in_its_way() {
        // Answers as the documentation of each shows them.
        let tasmota =
            r#"{"StatusSNS":{"Time":"2026-11-21T21:00:00","ENERGY":{"Total":12.345,"Power":184,"Voltage":230}}}"#;
        let shelly = r#"{"id":0,"source":"init","output":true,"apower":184.3,"voltage":230.1,"aenergy":{"total":1.2}}"#;
        let shelly_one = r#"{"power":184.25,"is_valid":true,"timestamp":1763758800,"total":5520}"#;
        for (kind, body, path, watts) in [
            ("tasmota", tasmota, "GET /cm?cmnd=Status%2010 HTTP/1.0", 184.0),
            ("shelly", shelly, "GET /rpc/Switch.GetStatus?id=0 HTTP/1.0", 184.3),
            ("shelly1", shelly_one, "GET /meter/0 HTTP/1.0", 184.25),
        ] {
            let (found, request) =
                asked(kind, &format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{body}"));
            assert_eq!((found.expect("it tells"), request.trim()), (watts, path), "{kind}");
        }
    }

    #[test]
    fn a_plug_that_says_something_else_is_told() {
        for (case, answer, expected) in [
            ("wants a password", "HTTP/1.1 401 Unauthorized\r\n\r\n", "does not answer"),
            ("no HTTP", "hello", "does not answer"),
            ("another device", "HTTP/1.1 200 OK\r\n\r\n{\"hello\": 1}", "tells no power"),
            ("no JSON", "HTTP/1.1 200 OK\r\n\r\n<html>", "tells no power"),
            (
                "a power that no socket gives",
                "HTTP/1.1 200 OK\r\n\r\n{\"StatusSNS\":{\"ENERGY\":{\"Power\":1e9}}}",
                "tells no power",
            ),
        ] {
            let error = asked("tasmota", answer).0.expect_err(case).to_string();
            assert!(error.contains(expected) && error.contains("127.0.0.1"), "{case}: {error}");
        }
        let nobody =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("there is a port");
        let plug: Plug = format!("tasmota://{nobody}").parse().expect("it names a plug");
        assert!(matches!(plug.watts(), Err(SilentPlug::Unreachable { .. })));
        assert_eq!(sources(&[plug])[0].drawn(), None);
    }

    #[test]
    fn a_plug_is_named_by_its_kind_and_host() {
        let plug = |kind, host: &str, port| Ok(Plug { kind, host: host.to_owned(), port });
        for (text, expected) in [
            ("tasmota://192.168.1.7", plug(Kind::Tasmota, "192.168.1.7", 80)),
            ("shelly://plug.local:8080/", plug(Kind::Shelly, "plug.local", 8080)),
            ("shelly1://[fe80::1]:81", plug(Kind::ShellyOne, "fe80::1", 81)),
            ("tasmota://fe80::1", plug(Kind::Tasmota, "fe80::1", 80)),
        ] {
            assert_eq!(text.parse(), expected, "{text}");
        }
        for text in
            ["192.168.1.7", "http://192.168.1.7", "tasmota://", "tasmota://a b", "tasmota://a:b", "shelly://a/b?c"]
        {
            assert_eq!(text.parse::<Plug>(), Err(PlugError(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn plugs_of_one_kind_are_told_apart() {
        let plugs = ["tasmota://a", "shelly://b", "tasmota://c"].map(|plug| plug.parse().expect("it names a plug"));
        let names: Vec<String> = sources(&plugs).iter().map(|source| source.name().to_owned()).collect();
        assert_eq!(names, ["tasmota", "shelly", "tasmota_2"]);
    }
}
