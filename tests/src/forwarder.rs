//! What stands between a miner and its pool: a plain road that delays, stalls or breaks on demand, a SOCKS5 proxy, an HTTP proxy.
//! Written on blocking sockets from the documents alone, so that it shares no mistake with the miner's side.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use data_encoding::BASE64;

/// How a guest says where to go.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Not at all: every road leads to the pool at this address.
    Road,
    /// By SOCKS5, with this user and password where there are any.
    Socks5(Option<(String, String)>),
    /// By HTTP CONNECT, with this user and password where there are any.
    Http(Option<(String, String)>),
}

/// A running forwarder; its port closes with it.
#[derive(Debug)]
pub struct Forwarder {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Each piece is held back for so many milliseconds on its way, both ways.
    delay: AtomicU64,
    /// While above zero nothing is passed on, and nothing is closed either.
    stalled: AtomicUsize,
    asked: Mutex<Vec<String>>,
    roads: Mutex<Vec<TcpStream>>,
}

impl Forwarder {
    /// Listens on a free port. Whatever a guest asks for, it is brought to the pool at `behind`, `host:port`.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(kind: Kind, behind: String) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for guest in listener.incoming().map_while(Result::ok) {
                let (kind, behind, state) = (kind.clone(), behind.clone(), Arc::clone(&shared));
                // A guest that is refused or leaves ends its own thread.
                thread::spawn(move || serve(guest, &kind, &behind, &state));
            }
        });
        Ok(Self { address, state })
    }

    /// Where it listens, `host:port`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Where its guests wanted to go, `host:port` as they wrote it.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Holds each piece back for so long from now on.
    pub fn delay(&self, time: Duration) {
        self.state.delay.store(u64::try_from(time.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Passes nothing on from now on, and closes nothing: the connection is half open.
    pub fn stall(&self) {
        self.state.stalled.store(1, Ordering::SeqCst);
    }

    /// Is gone for its guests from now on, as a host whose cable was pulled: what they send is neither taken nor acknowledged, and
    /// nothing tells them.
    ///
    /// # Errors
    /// Where the system cannot have a socket pass over what comes.
    #[cfg(target_os = "linux")]
    pub fn vanish(&self) -> Result<()> {
        // One instruction, BPF_RET: take no byte of any packet, on TCP sockets before an acknowledgement is thought of.
        let nothing = [socket2::SockFilter::new(0x06, 0, 0, 0)];
        self.stall();
        for road in self.state.roads.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            socket2::SockRef::from(road).attach_filter(&nothing)?;
        }
        Ok(())
    }

    /// Passes on again what has waited.
    pub fn go_on(&self) {
        self.state.stalled.store(0, Ordering::SeqCst);
    }

    /// Breaks every road that there is; new ones may be taken.
    pub fn cut(&self) {
        for road in self.state.roads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // It may be gone already.
            let _ = road.shutdown(Shutdown::Both);
        }
    }
}

fn serve(mut guest: TcpStream, kind: &Kind, behind: &str, state: &Arc<State>) -> Result<()> {
    guest.set_nodelay(true)?;
    let asked = match kind {
        Kind::Road => None,
        Kind::Socks5(login) => Some(socks5(&mut guest, login.as_ref())?),
        Kind::Http(login) => Some(http(&mut guest, login.as_ref())?),
    };
    state.asked.lock().unwrap_or_else(PoisonError::into_inner).extend(asked);
    let pool = TcpStream::connect(behind)?;
    pool.set_nodelay(true)?;
    match kind {
        Kind::Road => {}
        Kind::Socks5(_) => guest.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0])?,
        Kind::Http(_) => guest.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?,
    }
    let mut roads = state.roads.lock().unwrap_or_else(PoisonError::into_inner);
    roads.extend([guest.try_clone()?, pool.try_clone()?]);
    drop(roads);
    let (back, state_back) = ((pool.try_clone()?, guest.try_clone()?), Arc::clone(state));
    thread::spawn(move || pass_on(back.0, back.1, &state_back));
    pass_on(guest, pool, state);
    Ok(())
}

/// Brings what comes from one to the other until either end closes.
fn pass_on(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = [0; 4096];
    while let Ok(len) = from.read(&mut buffer) {
        thread::sleep(Duration::from_millis(state.delay.load(Ordering::SeqCst)));
        while state.stalled.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_millis(10));
        }
        if len == 0 || to.write_all(&buffer[..len]).is_err() {
            break;
        }
    }
    // Either may be gone already.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

/// RFC 1928 and RFC 1929, the proxy's side.
fn socks5(guest: &mut TcpStream, login: Option<&(String, String)>) -> Result<String> {
    let [5, methods] = read::<2>(guest)? else { bail!("no SOCKS5") };
    let mut offered = vec![0; usize::from(methods)];
    guest.read_exact(&mut offered)?;
    let wanted = if login.is_some() { 2 } else { 0 };
    if !offered.contains(&wanted) {
        guest.write_all(&[5, 0xff])?;
        bail!("no method that fits");
    }
    guest.write_all(&[5, wanted])?;
    if let Some((user, password)) = login {
        let [1] = read::<1>(guest)? else { bail!("no login") };
        let is_right = text(guest)? == *user && text(guest)? == *password;
        guest.write_all(&[1, u8::from(!is_right)])?;
        ensure!(is_right, "a wrong login");
    }
    let [5, 1, 0, kind] = read::<4>(guest)? else { bail!("no CONNECT") };
    let host = match kind {
        1 => std::net::Ipv4Addr::from(read::<4>(guest)?).to_string(),
        3 => text(guest)?,
        4 => std::net::Ipv6Addr::from(read::<16>(guest)?).to_string(),
        _ => bail!("an unknown kind of address"),
    };
    Ok(format!("{host}:{}", u16::from_be_bytes(read(guest)?)))
}

/// RFC 9110, section 9.3.6, the proxy's side.
fn http(guest: &mut TcpStream, login: Option<&(String, String)>) -> Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(read::<1>(guest)?);
    }
    let head = String::from_utf8(head)?;
    let wanted = login.map(|(user, password)| BASE64.encode(format!("{user}:{password}").as_bytes()));
    if wanted.is_some_and(|wanted| !head.contains(&format!("Proxy-Authorization: Basic {wanted}\r\n"))) {
        guest.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")?;
        bail!("a wrong login");
    }
    let target = head.strip_prefix("CONNECT ").and_then(|rest| rest.split_once(' ')).context("no CONNECT")?.0;
    Ok(target.to_owned())
}

fn read<const N: usize>(guest: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    guest.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A text with its length before it.
fn text(guest: &mut TcpStream) -> Result<String> {
    let mut bytes = vec![0; usize::from(read::<1>(guest)?[0])];
    guest.read_exact(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}
