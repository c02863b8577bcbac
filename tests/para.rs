//! The miner `para` on a pool of ours. It takes ten minutes to build, so only `scripts/peer-tests` compiles and runs this.

use std::env;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use hashkit_pool::{PoolEvent, ShareVerdict};
use hashkit_tests::practice_pool::PracticePool;

/// The machine may do other things.
const LIMIT: Duration = Duration::from_mins(2);

#[test]
fn para_mines_a_block_with_version_rolling() -> Result<()> {
    let para = env::var_os("HASHKIT_PARA").context("HASHKIT_PARA names no para: run scripts/peer-tests")?;
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
