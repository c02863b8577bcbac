//! A pool on several nodes: what one of them does costs nothing, and no found block is lost.

use std::fs;
use std::path::Path;

use hashkit_pool::Standing;

use super::*;

/// Restarted at the same place it has the same login.
async fn node_in(folder: &Path, listen: Option<std::net::SocketAddr>) -> PracticeNode {
    let usual = PracticeSettings::default();
    let settings = PracticeSettings {
        listen: listen.unwrap_or(usual.listen),
        directory: Some(folder.to_owned()),
        profile: Profile::Fast,
        ..usual
    };
    PracticeNode::start(settings).await.expect("it starts")
}

fn client(node: &PracticeNode, folder: &Path) -> Node {
    let cookie = hashkit_pool::Credentials::Cookie(folder.join(".cookie"));
    Node::new(&node.url(), cookie).expect("the address is good")
}

fn standing(event: PoolEvent) -> Option<(String, Standing)> {
    match event {
        PoolEvent::Node { node, standing } => Some((node, standing)),
        _ => None,
    }
}

#[tokio::test]
async fn one_node_that_dies_and_comes_back_behind_costs_nothing() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let (first, second) = (node_in(folders[0].path(), None).await, node_in(folders[1].path(), None).await);
    let nodes = vec![client(&first, folders[0].path()), client(&second, folders[1].path())];
    let first_name = nodes[0].name().to_owned();
    let settings = PoolSettings { nodes, listen: None, ..settings(&first) };
    let pool = Pool::start(settings).await.expect("it starts");
    let mut events = pool.events();
    let mut miner = PlainMiner::new(pool.door().open("a pipe"), Algorithm::Sha256d);
    miner.login("me").await;
    for height in 1..=3 {
        let found = miner.mine_block(0);
        assert_eq!(code(&miner.submit("me", &found).await), 0);
        assert_eq!(wait_for(&mut events, block).await, (height, Ok(SubmitAnswer::Accepted)));
        while miner.next_job().await.prev_hash != found.share().expect("a share").header().id() {}
    }
    while first.chain().tip() != second.chain().tip() {
        tokio::task::yield_now().await;
    }

    let address = first.local_addr();
    first.shutdown().await;
    let (name, why) = wait_for(&mut events, standing).await;
    assert!(name == first_name && matches!(&why, Standing::Lost(_)), "{name} {why}");
    for height in 4..=5 {
        let found = miner.mine_block(0);
        let start = Instant::now();
        assert_eq!(code(&miner.submit("me", &found).await), 0);
        while miner.next_job().await.prev_hash != found.share().expect("a share").header().id() {}
        assert!(start.elapsed() < Duration::from_secs(2), "mining goes on within {:?}", start.elapsed());
        assert_eq!(wait_for(&mut events, block).await, (height, Ok(SubmitAnswer::Accepted)));
    }

    // It lacks what was found meanwhile, and nobody tells it.
    let first = node_in(folders[0].path(), Some(address)).await;
    assert_eq!(first.chain().tip().height, 3);
    let left = wait_for(&mut events, |event| match standing(event) {
        Some((name, standing @ Standing::Behind(_))) => Some((name, standing)),
        _ => None,
    });
    assert_eq!(left.await, (first_name, Standing::Behind(2)));
    assert_eq!(miner.job.as_ref().expect("a job").0.prev_hash, second.chain().tip().hash, "nobody mines on its tip");
}

#[tokio::test]
async fn the_better_chain_is_mined_and_the_other_one_named() {
    let (worse, better) = (practice(Profile::Fast).await, practice(Profile::Fast).await);
    // Each has a chain of its own.
    for (node, blocks) in [(&worse, 1), (&better, 3)] {
        let pool = pool_on(node).await;
        let mut events = pool.events();
        let mut miner = miner_at(&pool).await;
        miner.login("me").await;
        for _ in 0..blocks {
            let found = miner.mine_block(0);
            miner.submit("me", &found).await;
            assert_eq!(wait_for(&mut events, block).await.1, Ok(SubmitAnswer::Accepted));
            while miner.next_job().await.prev_hash != found.share().expect("a share").header().id() {}
        }
        pool.shutdown().await;
    }
    let open = |node: &PracticeNode| Node::new(&node.url(), node.credentials()).expect("the address is good");
    let nodes = vec![open(&worse), open(&better)];
    let name = nodes[0].name().to_owned();
    let pool = Pool::start(PoolSettings { nodes, ..settings(&worse) }).await.expect("it starts");
    let mut events = pool.events();
    let mut miner = miner_at(&pool).await;
    miner.login("me").await;
    let tip = better.chain().tip().hash;
    let turned = async {
        while miner.wait_for_job().await.prev_hash != tip {
            miner.next_job().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), turned).await.expect("the better tip is mined");
    let left = wait_for(&mut events, |event| standing(event).filter(|(_, standing)| *standing != Standing::Good));
    assert!(matches!(left.await, (left, Standing::Forked | Standing::Behind(_)) if left == name));
}

#[tokio::test]
async fn a_block_is_on_disk_before_it_is_sent_and_offered_again_by_the_next_run() {
    let (folder, blocks) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let node = node_in(folder.path(), None).await;
    let (address, url) = (node.local_addr(), node.url());
    let kept = blocks.path().join("regtest");
    let with_blocks = |node: &PracticeNode| PoolSettings {
        nodes: vec![client(node, folder.path())],
        blocks: Some(kept.clone()),
        ..settings(node)
    };
    let pool = Pool::start(with_blocks(&node)).await.expect("it starts");
    let mut miner = miner_at(&pool).await;
    miner.login("me").await;
    node.shutdown().await;
    let found = miner.mine_block(0);
    assert_eq!(code(&miner.submit("me", &found).await), 0);
    let names = || -> Vec<String> {
        let entries = fs::read_dir(&kept).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    let hash = found.share().expect("the judge agrees").header().id();
    while names() != [format!("1-{hash}.found")] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // As a crash would.
    drop(pool);

    let node = node_in(folder.path(), Some(address)).await;
    assert_eq!(node.url(), url);
    let pool = Pool::start(with_blocks(&node)).await.expect("it starts");
    let mut events = pool.events();
    while names() != [format!("1-{hash}.taken")] {
        tokio::time::timeout(Duration::from_secs(30), events.next()).await.expect("it is offered again");
    }
    assert_eq!(node.chain().tip().hash, hash);
}

#[tokio::test]
async fn a_block_that_cannot_be_kept_is_told_and_sent_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let no_folder = folder.path().join("blocks");
    fs::write(&no_folder, "").expect("there is room");
    let node = practice(Profile::Fast).await;
    let pool = Pool::start(PoolSettings { blocks: Some(no_folder), ..settings(&node) }).await.expect("it starts");
    let mut events = pool.events();
    let mut miner = miner_at(&pool).await;
    miner.login("me").await;
    let found = miner.mine_block(0);
    assert_eq!(code(&miner.submit("me", &found).await), 0);
    let told = wait_for(&mut events, |event| match event {
        PoolEvent::Unsaved { height: 1, message } => Some(message),
        _ => None,
    });
    let told = told.await;
    assert!(told.contains("make room or choose another folder"), "{told}");
    assert_eq!(wait_for(&mut events, block).await, (1, Ok(SubmitAnswer::Accepted)));
}
