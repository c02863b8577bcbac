//! Hears a node's notices of new tips, which come sooner than the answer of a long poll where the node is busy.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use hashkit_chain::Hash;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::node::{Node, NoticeError, Subscriber};

/// The pauses between attempts grow from this to [`LONGEST_PAUSE`]: the long poll goes on meanwhile.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// A publisher on the local network takes a connection at once or not at all.
const CONNECT: Duration = Duration::from_secs(5);

/// Why notices do not come.
#[derive(Debug, thiserror::Error)]
enum ListenError {
    #[error("{0}; check the address behind #zmq= and the node's -zmqpubhashblock")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Protocol(#[from] NoticeError),
}

/// Tells each tip that the node's notices name. Without notices it waits for ever.
pub(super) async fn listen(node: &Node, tell: &watch::Sender<Hash>) -> Infallible {
    let Some(address) = node.notices() else { return std::future::pending().await };
    let mut pause = FIRST_PAUSE;
    loop {
        let Err(error) = hear(address, tell, &mut pause).await;
        tracing::warn!(node = node.name(), zmq = address, "no notices of new blocks, only long polls: {error}");
        sleep(pause.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn hear(address: &str, tell: &watch::Sender<Hash>, pause: &mut Duration) -> Result<Infallible, ListenError> {
    let mut stream = timeout(CONNECT, TcpStream::connect(address)).await.map_err(io::Error::from)??;
    let mut subscriber = Subscriber::new();
    let mut buffer = [0; 1024];
    loop {
        while let Some(bytes) = subscriber.poll_transmit() {
            stream.write_all(&bytes).await?;
        }
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        if let Some(tip) = subscriber.receive(&buffer[..read])? {
            *pause = FIRST_PAUSE;
            tell.send_replace(tip);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hashkit_chain::{Algorithm, JobTerms, Payout, Script, SearchSpace, Share, Solution, Target};
    use tokio::net::TcpListener;

    use super::*;
    use crate::practice::{PracticeNode, PracticeSettings, Profile};

    /// Mines a block on a chain of two hashes a block.
    async fn mine(node: &Node) -> Hash {
        let template = node.template(None).await.expect("it has one");
        let terms = JobTerms {
            algorithm: Algorithm::Sha256d,
            version_mask: 0,
            payout: &Payout::to(Script::anyone()),
            commitment: &[],
            extranonce1: &[0; 4],
            extranonce2_len: 4,
            share_target: Target::MAX,
        };
        let job = template.job("1".into(), &terms).expect("the payout fits");
        let work = SearchSpace::new(job, 0).take(1000, 1).expect("a new job has work");
        let solution = |nonce| Solution { work: work.clone(), nonce, version: work.job().version };
        let block = work.range().iter().find_map(|nonce| template.block(&Share::check(&solution(nonce)).ok()?));
        let block = block.expect("every second hash is a block");
        node.submit(&(&block).into()).await.expect("it answers");
        block.id()
    }

    #[tokio::test]
    async fn every_new_tip_of_a_publisher_is_told_also_after_it_was_away() {
        let settings = PracticeSettings { profile: Profile::Fast, publishes: true, ..PracticeSettings::default() };
        let practice = PracticeNode::start(settings).await.expect("it starts");
        let node = Node::new(&practice.url(), practice.credentials()).expect("the address is good");
        let (tell, mut tips) = watch::channel(Hash::ZERO);
        let tell = Arc::new(tell);
        let listening = {
            let (node, tell) = (node.clone(), Arc::clone(&tell));
            tokio::spawn(async move { listen(&node, &tell).await })
        };
        // It may not have subscribed before the first block.
        let mut tip = mine(&node).await;
        while timeout(Duration::from_millis(50), tips.wait_for(|told| *told == tip)).await.is_err() {
            tip = mine(&node).await;
        }
        for _ in 0..20 {
            let tip = mine(&node).await;
            timeout(CONNECT, tips.wait_for(|told| *told == tip)).await.expect("it is told soon").expect("it listens");
        }
        listening.abort();
    }

    #[tokio::test]
    async fn what_is_no_publisher_is_left() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        tokio::spawn(async move {
            for words in [&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b""] {
                let (mut stream, _) = listener.accept().await.expect("somebody comes");
                stream.write_all(words).await.expect("it reads");
            }
        });
        let (tell, _) = watch::channel(Hash::ZERO);
        for words in ["check that the port is that of -zmqpubhashblock", "check the address behind #zmq="] {
            let Err(error) = hear(&address, &tell, &mut FIRST_PAUSE.clone()).await;
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
