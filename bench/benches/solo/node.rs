//! A simulated node with a full template: it says when a block's bytes came, and when it had told of a new tip.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use hashkit_chain::Hash;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

use crate::template::{hash, template_on};

/// When a block came.
pub(crate) struct Arrival {
    pub(crate) first_byte: Instant,
    pub(crate) last_byte: Instant,
}

pub(crate) struct SimulatedNode {
    pub(crate) url: String,
    tip: watch::Sender<u32>,
    blocks: mpsc::UnboundedReceiver<Arrival>,
    told: mpsc::UnboundedReceiver<Instant>,
}

#[derive(Clone)]
struct Shared {
    /// The template on each tip differs in this alone.
    template: Arc<(String, String)>,
    tip: watch::Receiver<u32>,
    blocks: mpsc::UnboundedSender<Arrival>,
    told: mpsc::UnboundedSender<Instant>,
}

impl SimulatedNode {
    /// On a thread of its own, as a node is a process of its own: what the pool's threads are busy with does not keep it from hearing.
    pub(crate) fn start() -> io::Result<Self> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let url = format!("http://u:p@{}", listener.local_addr()?);
        let (tip, tips) = watch::channel(0);
        let ((block, blocks), (tell, told)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let text = template_on(0);
        let (start, end) = text.split_once(&hash(0).to_string()).expect("the parent stands in it");
        let end = end.replace(r#""longpollid":"0""#, r#""longpollid":"TIP""#);
        let template = Arc::new((start.to_owned(), end));
        let shared = Shared { template, tip: tips, blocks: block, told: tell };
        thread::spawn(move || runtime.block_on(accept(listener, shared)));
        Ok(Self { url, tip, blocks, told })
    }

    pub(crate) fn tip(&self) -> Hash {
        hash(*self.tip.borrow())
    }

    pub(crate) async fn block(&mut self) -> Option<Arrival> {
        self.blocks.recv().await
    }

    /// Turns to the next tip; when the last byte of its template went out.
    pub(crate) async fn turn(&mut self) -> Option<Instant> {
        while self.told.try_recv().is_ok() {}
        self.tip.send_modify(|tip| *tip += 1);
        self.told.recv().await
    }
}

async fn accept(listener: std::net::TcpListener, shared: Shared) -> io::Result<Infallible> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, shared.clone()));
    }
}

async fn serve(mut stream: TcpStream, mut shared: Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = Vec::new();
    loop {
        request.clear();
        let (first_byte, body) = read(&mut stream, &mut request).await?;
        let (start, last_byte) =
            (String::from_utf8_lossy(&request[body..]).chars().take(300).collect::<String>(), Instant::now());
        let mut is_template = false;
        let result = if start.contains("submitblock") {
            // Nobody listens any more at the end.
            let _ = shared.blocks.send(Arrival { first_byte, last_byte });
            "null".to_owned()
        } else if start.contains("proposal") {
            "null".to_owned()
        } else if start.contains("getblocktemplate") {
            let waits = start.contains(&format!(r#""longpollid":"{}""#, *shared.tip.borrow_and_update()));
            if waits && shared.tip.changed().await.is_err() {
                return Ok(());
            }
            let tip = *shared.tip.borrow();
            let (start, end) = &*shared.template;
            let text = format!("{start}{}{}", hash(tip), end.replacen("TIP", &tip.to_string(), 1));
            is_template = true;
            text
        } else {
            format!("\"{}\"", hash(*shared.tip.borrow()))
        };
        let body = format!(r#"{{"result":{result},"error":null,"id":"hashkit"}}"#);
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        if is_template {
            // What it took to write the answer is the node's own time.
            let _ = shared.told.send(Instant::now());
        }
    }
}

/// Reads one request; when its first byte came, and where its body begins.
async fn read(stream: &mut TcpStream, request: &mut Vec<u8>) -> io::Result<(Instant, usize)> {
    // Before a megabyte is copied.
    stream.peek(&mut [0]).await?;
    let first_byte = Instant::now();
    loop {
        request.reserve(1 << 20);
        if stream.read_buf(request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(body) = request.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4) else { continue };
        let head = String::from_utf8_lossy(&request[..body]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        if request.len() >= body + length.unwrap_or(0_usize) {
            return Ok((first_byte, body));
        }
    }
}
