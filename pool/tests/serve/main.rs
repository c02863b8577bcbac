//! A whole pool on a real node's door: the practice chain behind it, miners written by hand before it.

mod nodes;
mod plain_miner;

use std::collections::HashSet;
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Difficulty, Payout, Script};
use hashkit_pool::practice::{PracticeNode, PracticeSettings, Profile};
use hashkit_pool::{Node, Pool, PoolEvent, PoolEvents, PoolSettings, ShareVerdict, Standing, SubmitAnswer};
use plain_miner::{PlainMiner, code};
use serde_json::json;
use tokio::net::TcpStream;

/// Some four thousand hashes a share, on a chain that wants five million a block.
const SHARE: f64 = 1e-6;

async fn practice(profile: Profile) -> PracticeNode {
    PracticeNode::start(PracticeSettings { profile, ..PracticeSettings::default() }).await.expect("it starts")
}

fn settings(node: &PracticeNode) -> PoolSettings {
    let client = Node::new(&node.url(), node.credentials()).expect("the address is good");
    let difficulty = Difficulty::new(SHARE).expect("a difficulty");
    let mut payout = Payout::to(Script::anyone());
    payout.tag = b"/hashkit/".to_vec();
    PoolSettings::new(client, payout, Algorithm::Sha256d, difficulty)
}

async fn pool_on(node: &PracticeNode) -> Pool {
    Pool::start(settings(node)).await.expect("it starts")
}

async fn miner_at(pool: &Pool) -> PlainMiner<TcpStream> {
    miner_of(pool, Algorithm::Sha256d).await
}

async fn miner_of(pool: &Pool, algorithm: Algorithm) -> PlainMiner<TcpStream> {
    let stream = TcpStream::connect(pool.local_addr().expect("it listens")).await.expect("the port is open");
    PlainMiner::new(stream, algorithm)
}

/// The first event that the caller wants; the test fails where none comes.
async fn wait_for<T>(events: &mut PoolEvents, wanted: impl Fn(PoolEvent) -> Option<T>) -> T {
    let search = async {
        loop {
            let event = events.next().await.expect("the pool runs");
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), search).await.expect("it happens within a minute")
}

fn block(event: PoolEvent) -> Option<(u32, Result<SubmitAnswer, String>)> {
    match event {
        PoolEvent::Block { height, answer, .. } => Some((height, answer)),
        _ => None,
    }
}

#[tokio::test]
async fn blocks_go_home_and_every_miner_turns_to_the_new_tip() {
    let node = practice(Profile::Fast).await;
    let pool = pool_on(&node).await;
    let mut events = pool.events();
    let (mut finder, mut other) = (miner_at(&pool).await, miner_at(&pool).await);
    finder.login("finder").await;
    other.login("other").await;
    assert!(finder.difficulty < 1e-9, "never above the network's, or blocks would be kept as no shares");
    let mut slowest = Duration::ZERO;
    for height in 1..=20 {
        let found = finder.mine_block(0);
        let submitted = Instant::now();
        assert_eq!(code(&finder.submit("finder", &found).await), 0);
        let share = found.share().expect("the judge agrees");
        let next = other.next_job().await;
        slowest = slowest.max(submitted.elapsed());
        assert_eq!(next.prev_hash, share.header().id(), "height {height}");
        assert!(other.job.as_ref().is_some_and(|(_, clean)| *clean), "a new tip makes older jobs worthless");
        assert_eq!(wait_for(&mut events, block).await, (height, Ok(SubmitAnswer::Accepted)));
        assert_eq!(node.chain().tip().hash, share.header().id());
        while finder.wait_for_job().await.prev_hash != share.header().id() {
            finder.next_job().await;
        }
    }
    println!("from submit to the other miner's new job: {slowest:?} at most");
    assert!(slowest < Duration::from_secs(2), "a new tip takes {slowest:?}");
    let stats = pool.stats();
    assert_eq!((stats.blocks, stats.blocks_lost, stats.accepted, stats.connections), (20, 0, 20, 2));
    let start = Instant::now();
    pool.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(other.line().await.is_none(), "the connection is closed");
}

#[tokio::test]
async fn a_scrypt_pool_mines_scrypt() {
    let algorithm = Algorithm::Scrypt;
    let settings_of_node = PracticeSettings { profile: Profile::Fast, algorithm, ..PracticeSettings::default() };
    let node = PracticeNode::start(settings_of_node).await.expect("it starts");
    let pool = Pool::start(PoolSettings { algorithm, ..settings(&node) }).await.expect("it starts");
    let mut events = pool.events();
    let mut miner = miner_of(&pool, algorithm).await;
    miner.login("me").await;
    let found = miner.mine_block(0);
    assert_eq!(code(&miner.submit("me", &found).await), 0);
    assert_eq!(wait_for(&mut events, block).await, (1, Ok(SubmitAnswer::Accepted)));
    assert_eq!(node.chain().tip().hash, found.share().expect("the judge agrees").header().id());
}

#[tokio::test]
async fn each_kind_of_bad_share_has_its_code() {
    let node = practice(Profile::Practice).await;
    let pool = pool_on(&node).await;
    let mut events = pool.events();
    let mut miner = miner_at(&pool).await;
    let too_early = miner.ask("mining.submit", json!(["me", "1", "00", "00000000", "00000000"])).await;
    assert_eq!(code(&too_early), 25, "not subscribed");
    miner.login("me").await;

    let good = miner.mine_share(0);
    assert_eq!(code(&miner.submit("me", &good).await), 0);
    assert_eq!(code(&miner.submit("me", &good).await), 22, "the same again");
    assert_eq!(code(&miner.submit("somebody", &miner.mine_share(1)).await), 24, "never authorized");
    let low = miner.search(2, |found| found.share().is_none());
    assert_eq!(code(&miner.submit("me", &low).await), 23, "above the target");
    for (case, index, value, expected) in [
        ("an unknown job", 1, "nope", 21),
        ("a short extranonce2", 2, "00", 20),
        ("no hexadecimal", 4, "xxxxxxxx", 20),
        ("a time before the job's", 3, "00000001", 20),
        ("a time hours ahead", 3, "ffffffff", 20),
    ] {
        let mut params = miner.mine_share(3).params("me");
        params[index] = value.into();
        let answer = miner.ask("mining.submit", params).await;
        assert_eq!(code(&answer), expected, "{case}");
    }
    let mut params = miner.mine_share(4).params("me");
    params.as_array_mut().expect("a list").push("00002000".into());
    assert_eq!(code(&miner.ask("mining.submit", params).await), 20, "rolled version bits that nobody agreed on");

    // The same work under two names: asking for another difficulty brings the same job again.
    let first = miner.mine_share(5);
    assert_eq!(code(&miner.submit("me", &first).await), 0);
    assert_eq!(miner.ask("mining.suggest_difficulty", json!([SHARE * 2.0])).await["result"], true);
    let again = miner.next_job().await;
    assert!((miner.difficulty - SHARE * 2.0).abs() < 1e-12 && again.id != first.job.id);
    assert!(miner.job.as_ref().is_some_and(|(_, clean)| !clean), "the older job's shares still count");
    let mut params = first.params("me");
    params[1] = again.id.to_string().into();
    let verdict = code(&miner.ask("mining.submit", params).await);
    let is_hard_enough = again.share_target.is_met_by(&first.hash);
    assert_eq!(verdict, if is_hard_enough { 22 } else { 23 }, "a share counts once, whatever its job is called");
    assert_eq!(miner.ask("mining.suggest_difficulty", json!([SHARE / 1000.0])).await["result"], true);
    miner.next_job().await;
    assert!((miner.difficulty - SHARE).abs() < 1e-12, "a suggestion cannot go below what the pool wants");

    let old = miner.mine_share(6);
    let block = miner.mine_block(7);
    assert_eq!(code(&miner.submit("me", &block).await), 0);
    while miner.next_job().await.prev_hash == old.job.prev_hash {}
    assert_eq!(code(&miner.submit("me", &old).await), 21, "stale");

    let (height, answer) = wait_for(&mut events, self::block).await;
    assert_eq!((height, answer), (1, Ok(SubmitAnswer::Accepted)));
    let stats = pool.stats();
    assert_eq!((stats.accepted, stats.blocks, stats.blocks_lost), (3, 1, 0));
    // Whether the share under two names was hard enough for the second job is left to chance.
    assert_eq!((stats.stale, stats.duplicate + stats.rejected), (1, 11), "every submit is in the sums");
    assert!(stats.duplicate >= 1);
}

#[tokio::test]
async fn a_block_survives_the_death_of_its_node() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = |listen| {
        let settings = PracticeSettings {
            listen,
            directory: Some(folder.path().to_owned()),
            profile: Profile::Fast,
            ..PracticeSettings::default()
        };
        async move { PracticeNode::start(settings).await.expect("it starts") }
    };
    let node = start(PracticeSettings::default().listen).await;
    let address = node.local_addr();
    let cookie = hashkit_pool::Credentials::Cookie(folder.path().join(".cookie"));
    let client = Node::new(&node.url(), cookie).expect("the address is good");
    let pool = Pool::start(PoolSettings { nodes: vec![client], ..settings(&node) }).await.expect("it starts");
    let mut events = pool.events();
    let mut miner = miner_at(&pool).await;
    miner.login("me").await;

    node.shutdown().await;
    let message = wait_for(&mut events, |event| match event {
        PoolEvent::Node { standing: Standing::Lost(message), .. } => Some(message),
        _ => None,
    });
    let message = message.await;
    assert!(message.contains(&address.to_string()), "{message}");
    let found = miner.mine_block(0);
    assert_eq!(code(&miner.submit("me", &found).await), 0, "the last job still counts");

    let node = start(address).await;
    let (height, answer) = wait_for(&mut events, block).await;
    assert_eq!((height, answer), (1, Ok(SubmitAnswer::Accepted)), "under the new cookie, too");
    assert_eq!(node.chain().tip().hash, found.share().expect("the judge agrees").header().id());
    while miner.next_job().await.prev_hash != node.chain().tip().hash {}
}

#[tokio::test]
async fn a_node_that_refuses_the_login_stops_the_start_with_the_next_step() {
    let node = practice(Profile::Fast).await;
    let client = Node::new(&node.url(), hashkit_pool::Credentials::FromAddress).expect("the address is good");
    let error = Pool::start(PoolSettings { nodes: vec![client], ..settings(&node) }).await.err().expect("no login");
    assert!(error.to_string().contains("write user and password into its address"), "{error}");
}

#[tokio::test]
async fn two_hundred_miners_have_two_hundred_extranonces_and_the_next_is_turned_away() {
    let node = practice(Profile::Practice).await;
    let pool = Pool::start(PoolSettings { connections: 200, ..settings(&node) }).await.expect("it starts");
    let mut miners = Vec::new();
    for number in 0..200 {
        let mut miner = miner_at(&pool).await;
        miner.login(&format!("miner{number}")).await;
        miners.push(miner);
    }
    let different: HashSet<_> = miners.iter().map(|miner| miner.extranonce1.clone()).collect();
    assert_eq!(different.len(), 200);
    let found = miners[199].mine_share(0);
    assert_eq!(code(&miners[199].submit("miner199", &found).await), 0);

    assert!(miner_at(&pool).await.line().await.is_none(), "the limit is reached");
    assert_eq!((pool.stats().connections, pool.stats().turned_away), (200, 1));
    let mut events = pool.events();
    let left = miners.pop().expect("there are many");
    let (session, extranonce1) = (left.session_id.clone(), left.extranonce1.clone());
    drop(left);
    wait_for(&mut events, |event| matches!(event, PoolEvent::Left { .. }).then_some(())).await;
    let mut back = miner_at(&pool).await;
    back.subscribe(Some(&session)).await;
    assert_eq!(back.extranonce1, extranonce1, "a session can be resumed");
    let taken = miners[0].session_id.clone();
    drop(miners.pop());
    wait_for(&mut events, |event| matches!(event, PoolEvent::Left { .. }).then_some(())).await;
    let mut thief = miner_at(&pool).await;
    thief.subscribe(Some(&taken)).await;
    assert_ne!(thief.extranonce1, miners[0].extranonce1, "but not one that is in use");
}

#[tokio::test]
async fn a_miner_that_never_reads_is_dropped_and_the_others_go_on() {
    let node = practice(Profile::Fast).await;
    let pool = pool_on(&node).await;
    let mut events = pool.events();
    // Room for one answer and no job.
    let (near, far) = tokio::io::duplex(600);
    pool.serve(far, "sleeper");
    let mut sleeper = PlainMiner::new(near, Algorithm::Sha256d);
    sleeper.subscribe(None).await;
    sleeper.send(&json!({"id": 9, "method": "mining.authorize", "params": ["sleeper", ""]})).await;

    let mut miner = miner_at(&pool).await;
    miner.login("me").await;
    for _ in 0..3 {
        let found = miner.mine_block(0);
        assert_eq!(code(&miner.submit("me", &found).await), 0);
        miner.next_job().await;
    }
    let joined = |event| matches!(event, PoolEvent::Block { height: 3, .. }).then_some(());
    wait_for(&mut events, joined).await;
    tokio::time::pause();
    let left = wait_for(&mut events, |event| match event {
        PoolEvent::Left { peer, reason } => Some((peer, reason)),
        _ => None,
    });
    let (peer, reason) = left.await;
    assert_eq!((peer.as_str(), reason.as_str()), ("sleeper", "it read nothing for 20 s"));
}

#[tokio::test]
async fn what_is_no_stratum_is_closed_with_its_reason() {
    let node = practice(Profile::Practice).await;
    let pool = pool_on(&node).await;
    let endless = vec![b'x'; 20_000];
    for (case, bytes, expected) in [
        ("TLS on the plain port", &b"\x16\x03\x01\x02\x00\x01\x00"[..], "it speaks TLS on a plain port"),
        ("a browser", b"GET / HTTP/1.1\r\n", "it speaks HTTP"),
        ("an endless line", &endless, "line"),
        ("nothing", b"", "it closed the connection"),
    ] {
        let mut events = pool.events();
        let (near, far) = tokio::io::duplex(1 << 16);
        pool.serve(far, case);
        let (_reader, mut writer) = tokio::io::split(near);
        tokio::io::AsyncWriteExt::write_all(&mut writer, bytes).await.expect("there is room");
        tokio::io::AsyncWriteExt::shutdown(&mut writer).await.expect("it is open");
        let reason = wait_for(&mut events, |event| match event {
            PoolEvent::Left { reason, .. } => Some(reason),
            _ => None,
        });
        let reason = reason.await;
        assert!(reason.contains(expected), "{case}: {reason}");
    }
}

#[tokio::test]
async fn a_share_is_told_with_user_difficulty_and_verdict() {
    let node = practice(Profile::Practice).await;
    let pool = pool_on(&node).await;
    let mut events = pool.events();
    let mut miner = miner_at(&pool).await;
    miner.login("me").await;
    miner.submit("me", &miner.mine_share(0)).await;
    let told = wait_for(&mut events, |event| match event {
        PoolEvent::Share { user, difficulty, verdict } => Some((user, difficulty, verdict)),
        _ => None,
    });
    let (user, difficulty, verdict) = told.await;
    assert_eq!((user.as_str(), verdict), ("me", ShareVerdict::Accepted));
    assert!((difficulty.value() / SHARE - 1.0).abs() < 1e-6, "{difficulty}");
}

#[tokio::test]
async fn a_payout_that_the_node_would_refuse_stops_the_start() {
    const OP_CHECKSIG: u8 = 0xac;
    let node = practice(Profile::Practice).await;
    let payout = Payout::to(Script::from_bytes(vec![OP_CHECKSIG; 20_001]));
    let error = Pool::start(PoolSettings { payout, ..settings(&node) }).await.err().expect("too many signatures");
    assert!(error.to_string().contains("would refuse our blocks: bad-blk-sigops"), "{error}");
}
