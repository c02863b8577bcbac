//! The miner `para` on a pool of ours, and our miner on `para`'s pool. It takes ten minutes to build, so only `scripts/peer-tests`
//! compiles and runs this.

use std::env;
use std::ffi::OsString;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_pool::practice::{PracticeNode, PracticeSettings};
use hashkit_pool::{PoolEvent, ShareVerdict};
use hashkit_tests::mining::Mining;
use hashkit_tests::practice_pool::PracticePool;

/// The machine may do other things.
const LIMIT: Duration = Duration::from_mins(2);

fn para() -> Result<OsString> {
    env::var_os("HASHKIT_PARA").context("HASHKIT_PARA names no para: run scripts/peer-tests")
}

#[test]
fn para_mines_a_block_with_version_rolling() -> Result<()> {
    let para = para()?;
    // About the difficulty of the chain's first blocks, so that its first share is likely to be one.
    let mut pool = PracticePool::start(0.001)?;
    let user = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx.rig1";
    let mut para = Command::new(para)
        .args(["miner", &format!("127.0.0.1:{}", pool.port()), "--username", user, "--cpu-cores", "2"])
        .stdin(Stdio::null())
        .spawn()?;

    let found = pool.wait_for(LIMIT, |event| match event {
        PoolEvent::Share { user, verdict: ShareVerdict::Accepted, .. } => Some(user),
        _ => None,
    });
    let block = pool.wait_for(LIMIT, |event| match event {
        PoolEvent::Block { height, answer, .. } => Some((height, answer)),
        _ => None,
    });
    para.kill()?;
    para.wait()?;

    assert_eq!(found?, user);
    let (height, answer) = block?;
    assert_eq!(height, 1, "{answer:?}");
    assert!(pool.node.chain().tip().height >= 1, "the node took the block: {answer:?}");
    Ok(())
}

/// A process that ends with its owner.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn our_miner_mines_blocks_on_paras_pool() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    // It hears of blocks by notices alone.
    let settings = PracticeSettings { publishes: true, ..PracticeSettings::default() };
    let node = runtime.block_on(PracticeNode::start(settings))?;
    let (user, password) = node.cookie().split_once(':').context("a cookie is user:password")?;
    let zmq = node.url().split_once("#zmq=").context("it publishes")?.1.to_owned();
    // It cannot be told to take any port that is free.
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port().to_string();
    let folder = tempfile::tempdir()?;
    let mut pool = Command::new(para()?);
    pool.args(["pool", "--chain", "signet", "--address", "127.0.0.1", "--port", &port, "--disable-bouncer"]);
    pool.args(["--bitcoin-rpc-port", &node.local_addr().port().to_string(), "--zmq-block-notifications", &zmq]);
    pool.args(["--bitcoin-rpc-username", user, "--bitcoin-rpc-password", password, "--start-diff", "0.0001"]);
    pool.arg("--data-dir").arg(folder.path()).stdin(Stdio::null());
    let _pool = Running(pool.spawn()?);
    let address = format!("127.0.0.1:{port}");
    let deadline = Instant::now() + LIMIT;
    while TcpStream::connect(&address).is_err() {
        ensure!(Instant::now() < deadline, "para's pool does not listen");
        thread::sleep(Duration::from_millis(50));
    }
    let login = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx.rig1";
    let ending = Mining::start(&["--pool", &address, "--user", login, "--stop-after", "2blocks"])?.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {} {}", ending.code, ending.reasons(), ending.errors);
    ensure!(ending.sum("accepted")? >= 2 && ending.sum("refused")? == 0, "{:?}", ending.summary()?);
    ensure!(node.chain().tip().height >= 2, "the node has {} blocks", node.chain().tip().height);
    Ok(())
}
