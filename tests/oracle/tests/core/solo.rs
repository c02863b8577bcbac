//! What `hashkit solo` makes of templates, block by block through Core's own validation code.

use std::time::Duration;

use hashkit_chain::{Hash, Header};
use hashkit_oracle::World;
use hashkit_pool::practice::{PracticeNode, PracticeSettings, Profile};
use hashkit_tests::mining::Mining;

use crate::id;
use crate::library::{Answer, Core};

/// Far more than a busy machine needs for a few blocks.
const LIMIT: Duration = Duration::from_mins(2);

#[test]
fn core_takes_every_block_that_solo_makes() {
    for (profile, addresses) in [
        (
            Profile::Practice,
            &[
                "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
                "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
                "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
                "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
                "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq",
            ][..],
        ),
        (Profile::Fast, &["bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"]),
    ] {
        let world = World::mine(profile, 110);
        let blocks = mined_on(&world, addresses);
        assert!(blocks.len() >= 5, "{} blocks", blocks.len());
        let core = Core::start(profile);
        for block in &world.blocks {
            assert_eq!(core.submit(block), Answer::Valid);
        }
        for block in &blocks {
            // Behind the header stands how many transactions there are.
            assert!(block[80] > 1, "a coinbase and the template's transactions");
            assert_eq!(core.submit(block), Answer::Valid, "{profile:?} {}", id(block));
        }
        assert_eq!(core.tip(), id(&blocks[blocks.len() - 1]), "{profile:?}");
    }
}

/// The blocks that solo adds to this chain.
fn mined_on(world: &World, addresses: &[&str]) -> Vec<Vec<u8>> {
    let runtime = tokio::runtime::Runtime::new().expect("the system has threads");
    let settings = PracticeSettings { profile: world.profile, ..PracticeSettings::default() };
    let node = runtime.block_on(PracticeNode::start(settings)).expect("a free port");
    world.replay(&mut node.chain());
    let start = node.chain().tip().hash;
    let url = format!("http://{}@{}", node.cookie(), node.local_addr());
    let folder = tempfile::tempdir().expect("a folder");
    let kept = folder.path().display().to_string();
    let mut arguments =
        vec!["--node", &url, "--blocks", &kept, "--coinbase-tag", "/oracle/", "--stop-after", "5blocks"];
    for address in addresses {
        arguments.extend(["--address", address]);
    }
    let mining = Mining::start_verb("solo", &arguments).expect("the program starts");
    let ending = mining.finish(LIMIT).expect("it ends");
    assert_eq!(ending.code, 0, "{}", ending.errors);
    let mut blocks = Vec::new();
    let mut at: Hash = node.chain().tip().hash;
    while at != start {
        let block = node.chain().block(&at).expect("memory gives every block").expect("it is on the chain");
        at = Header::from_bytes(block.first_chunk().expect("a header")).prev_hash;
        blocks.push(block);
    }
    blocks.reverse();
    blocks
}
