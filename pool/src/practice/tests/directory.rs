//! Blocks in a directory: after an end of any kind the next start goes on.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use hashkit_chain::Algorithm;

use super::{NOW, fast_chain, id, mine};
use crate::practice::{PracticeChain, PracticeNode, PracticeSettings, Profile, StoreError};

fn open(directory: &Path) -> Result<PracticeChain, StoreError> {
    PracticeChain::open(directory, Profile::Fast, Algorithm::Sha256d)
}

#[test]
fn a_chain_goes_on_where_it_ended() {
    let directory = tempfile::tempdir().unwrap();
    let mut chain = open(directory.path()).unwrap();
    let blocks = mine(&mut chain, 105, 1);
    // A side branch that had more work for a while, so that the next start has to reorganise too.
    let mut other = fast_chain();
    for block in &blocks[..103] {
        other.submit_block(block, NOW).unwrap();
    }
    for block in mine(&mut other, 4, 2) {
        chain.submit_block(&block, NOW).unwrap();
    }
    assert_eq!(chain.tip(), other.tip());
    let (tip, template) = (chain.tip(), chain.template(NOW, 10).unwrap());
    drop(chain);
    let mut chain = open(directory.path()).unwrap();
    assert_eq!((chain.tip(), chain.template(NOW, 10).unwrap()), (tip, template));
    assert_eq!(chain.block(&id(&blocks[50])).unwrap().as_ref(), Some(&blocks[50]));
    mine(&mut chain, 1, 1);
}

#[test]
fn what_a_crash_left_half_written_is_cut_off() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("blocks.dat");
    mine(&mut open(directory.path()).unwrap(), 3, 1);
    let whole = fs::read(&file).unwrap();
    let fourth = {
        let mut chain = open(directory.path()).unwrap();
        mine(&mut chain, 1, 1);
        fs::read(&file).unwrap()[whole.len()..].to_vec()
    };
    let mut changed = fourth.clone();
    *changed.last_mut().unwrap() ^= 1;
    for (case, tail) in [
        ("half a length", &fourth[..2]),
        ("a length without block", &fourth[..8]),
        ("half a block", &fourth[..100]),
        ("all but one byte", &fourth[..fourth.len() - 1]),
        ("a block that is not what was written", &changed),
        ("zeros", &[0; 100]),
        ("a length beyond all blocks", &[0xff; 100]),
    ] {
        fs::write(&file, [&whole, tail].concat()).unwrap();
        let mut chain = open(directory.path()).unwrap();
        assert_eq!(chain.tip().height, 3, "{case}");
        assert_eq!(fs::read(&file).unwrap(), whole, "{case}");
        mine(&mut chain, 1, 1);
        drop(chain);
        assert_eq!(open(directory.path()).unwrap().tip().height, 4, "{case}");
    }
    for (case, content) in [("an empty file", &whole[..0]), ("half a title", &whole[..10])] {
        fs::write(&file, content).unwrap();
        assert_eq!(open(directory.path()).unwrap().tip().height, 0, "{case}");
        mine(&mut open(directory.path()).unwrap(), 1, 1);
        assert_eq!(open(directory.path()).unwrap().tip().height, 1, "{case}");
    }
}

#[test]
fn a_directory_serves_one_process_and_one_chain() {
    let directory = tempfile::tempdir().unwrap();
    let chain = open(directory.path()).unwrap();
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    assert!(error.to_string().contains(directory.path().to_str().unwrap()), "{error}");
    drop(chain);
    for (profile, algorithm) in [(Profile::Practice, Algorithm::Sha256d), (Profile::Fast, Algorithm::Scrypt)] {
        let error = PracticeChain::open(directory.path(), profile, algorithm).unwrap_err();
        assert!(matches!(error, StoreError::OtherChain { .. }), "{error}");
    }
    OpenOptions::new().append(true).open(directory.path().join("blocks.dat")).unwrap().write_all(b"x").unwrap();
    assert_eq!(open(directory.path()).unwrap().tip().height, 0);
}

#[tokio::test]
async fn a_node_leaves_its_login_in_the_directory_and_takes_another_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let settings = PracticeSettings { directory: Some(directory.path().join("new")), ..PracticeSettings::default() };
    let file = directory.path().join("new/.cookie");
    let node = PracticeNode::start(settings.clone()).await.unwrap();
    let first = node.cookie().to_owned();
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    assert!(PracticeNode::start(settings.clone()).await.is_err(), "the directory is in use");
    node.shutdown().await;
    let node = PracticeNode::start(settings).await.unwrap();
    assert_ne!(node.cookie(), first);
    assert_eq!(fs::read_to_string(&file).unwrap(), node.cookie());
}

#[test]
fn thousands_of_blocks_are_cheap() {
    let directory = tempfile::tempdir().unwrap();
    let mut chain = open(directory.path()).unwrap();
    mine(&mut chain, 3000, 1);
    drop(chain);
    let start = Instant::now();
    let chain = open(directory.path()).unwrap();
    let opened = start.elapsed();
    let start = Instant::now();
    for _ in 0..100 {
        chain.template(NOW, 4).unwrap();
    }
    let template = start.elapsed() / 100;
    println!("3000 blocks open in {opened:?}, a template takes {template:?}");
    assert_eq!(chain.tip().height, 3000);
    // Ten times and more what was measured, because the machine may be busy.
    assert!(opened < Duration::from_secs(2), "{opened:?}");
    assert!(template < Duration::from_millis(10), "{template:?}");
}
