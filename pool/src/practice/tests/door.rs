//! The front door, asked by the same client that asks real nodes, and by clients that do it wrong.

use std::io;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use hashkit_chain::Algorithm;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::solve;
use crate::practice::{PracticeNode, PracticeSettings, Profile};
use crate::{Node, SubmitAnswer};

async fn start(algorithm: Algorithm) -> (PracticeNode, Node) {
    let settings = PracticeSettings { profile: Profile::Fast, algorithm, ..PracticeSettings::default() };
    let practice = PracticeNode::start(settings).await.unwrap();
    let node = Node::new(&practice.url(), practice.credentials()).unwrap();
    (practice, node)
}

#[tokio::test]
async fn blocks_are_mined_through_the_front_door_until_templates_hold_transactions() {
    for algorithm in [Algorithm::Sha256d, Algorithm::Scrypt] {
        let (practice, node) = start(algorithm).await;
        let mut tips = practice.tips();
        for height in 1..=105 {
            let template = node.template(None).await.unwrap();
            assert_eq!(template.height(), height, "{algorithm}");
            // The first coinbase, at height 1, may be spent at height 101.
            let expected = if height > 100 { 4.min(2 * (height as usize - 100)) } else { 0 };
            assert_eq!(template.transactions(), expected, "{algorithm} height {height}");
            let block = solve(&template, algorithm, 1);
            assert_eq!(
                node.submit(&(&block).into()).await.unwrap(),
                SubmitAnswer::Accepted,
                "{algorithm} height {height}"
            );
            assert_eq!(
                node.submit(&(&block).into()).await.unwrap(),
                SubmitAnswer::Known,
                "{algorithm} height {height}"
            );
            let tip = tips.recv().await.unwrap();
            assert_eq!((tip.height, tip.hash), (height, block.id()), "{algorithm}");
            assert_eq!(node.confirmations(block.id()).await.unwrap(), 1, "{algorithm}");
        }
        practice.shutdown().await;
    }
}

#[tokio::test]
async fn a_long_poll_ends_with_the_next_tip() {
    let (practice, node) = start(Algorithm::Sha256d).await;
    let template = node.template(None).await.unwrap();
    let waiting = node.template(template.long_poll_id());
    tokio::pin!(waiting);
    let early = tokio::time::timeout(Duration::from_millis(50), &mut waiting).await;
    assert!(early.is_err(), "nothing has happened that the long poll could tell");
    let block = solve(&template, Algorithm::Sha256d, 1);
    assert_eq!(node.submit(&(&block).into()).await.unwrap(), SubmitAnswer::Accepted);
    assert_eq!(waiting.await.unwrap().prev_hash(), block.id());
    let now = node.template(template.long_poll_id()).await.unwrap();
    assert_eq!(now.prev_hash(), block.id(), "an old id does not wait");
    practice.shutdown().await;
}

#[tokio::test]
async fn the_first_of_two_equal_chains_stays() {
    let (practice, node) = start(Algorithm::Sha256d).await;
    let template = node.template(None).await.unwrap();
    let (first, second) = (solve(&template, Algorithm::Sha256d, 1), solve(&template, Algorithm::Sha256d, 2));
    assert_eq!(node.submit(&(&first).into()).await.unwrap(), SubmitAnswer::Accepted);
    assert_eq!(node.submit(&(&second).into()).await.unwrap(), SubmitAnswer::SideBranch);
    assert_eq!(node.confirmations(first.id()).await.unwrap(), 1);
    assert_eq!(node.confirmations(second.id()).await.unwrap(), -1);
    practice.shutdown().await;
}

#[tokio::test]
async fn a_practice_node_starts_within_a_tenth_of_a_second() {
    let directory = tempfile::tempdir().unwrap();
    let mut best = Duration::MAX;
    // The best of three, because the machine may be busy with something else.
    for _ in 0..3 {
        let start = Instant::now();
        let settings = PracticeSettings { directory: Some(directory.path().join("a")), ..PracticeSettings::default() };
        PracticeNode::start(settings).await.unwrap().shutdown().await;
        best = best.min(start.elapsed());
    }
    println!("started and stopped in {best:?}");
    assert!(best < Duration::from_millis(100), "{best:?}");
}

/// Status and body of one request; `login` as in the header.
async fn ask(node: &PracticeNode, login: Option<&str>, body: &str) -> io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(node.local_addr()).await?;
    let login = login.map_or_else(String::new, |login| format!("Authorization: {login}\r\n"));
    let head = format!("POST / HTTP/1.1\r\nHost: practice\r\n{login}Connection: close\r\nContent-Length: ");
    // The server may refuse and close before it has read everything.
    let _ = stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    Ok((status, body.to_owned()))
}

fn login(node: &PracticeNode) -> String {
    format!("Basic {}", BASE64.encode(node.cookie().as_bytes()))
}

async fn call(node: &PracticeNode, method: &str, params: Value) -> Value {
    let body = json!({ "id": 1, "method": method, "params": params }).to_string();
    let (_, answer) = ask(node, Some(&login(node)), &body).await.unwrap();
    serde_json::from_str(&answer).unwrap()
}

#[tokio::test]
async fn only_the_login_of_this_start_opens_the_door() {
    let (node, _) = start(Algorithm::Sha256d).await;
    let body = r#"{"id":1,"method":"getblockcount"}"#;
    let basic = |login: &str| format!("Basic {}", BASE64.encode(login.as_bytes()));
    let secret = node.cookie().split_once(':').unwrap().1.to_owned();
    for (case, login, expected) in [
        ("no login", None, 401),
        ("the right one", Some(basic(node.cookie())), 200),
        ("another user", Some(basic(&format!("user:{secret}"))), 401),
        ("another password", Some(basic("__cookie__:00")), 401),
        ("an empty password", Some(basic("__cookie__:")), 401),
        ("another scheme", Some(format!("Bearer {secret}")), 401),
        ("no base64", Some("Basic ###".to_owned()), 401),
    ] {
        let (status, answer) = ask(&node, login.as_deref(), body).await.unwrap();
        assert_eq!(status, expected, "{case}");
        assert_eq!(answer.is_empty(), expected == 401, "{case}: {answer}");
    }
}

#[tokio::test]
async fn each_wrong_request_is_answered_with_cores_code() {
    let (node, _) = start(Algorithm::Sha256d).await;
    let many = format!("[{}]", vec![r#"{"method":"getblockcount"}"#; 101].join(","));
    let deep = "[".repeat(100_000);
    for (case, body, status, code) in [
        ("no JSON", "hello", 500, -32700),
        ("JSON without end", "{", 500, -32700),
        ("endless nesting", &deep, 500, -32700),
        ("no object", "7", 400, -32600),
        ("no method", r#"{"id":1}"#, 400, -32600),
        ("parameters that are neither list nor object", r#"{"method":"getblockcount","params":7}"#, 400, -32600),
        ("an unknown method", r#"{"method":"sendtoaddress"}"#, 404, -32601),
        ("an unknown method in the newer dialect", r#"{"jsonrpc":"2.0","method":"sendtoaddress"}"#, 200, -32601),
        ("a template without rules", r#"{"method":"getblocktemplate"}"#, 500, -8),
        ("a template in an unknown mode", r#"{"method":"getblocktemplate","params":[{"mode":"x"}]}"#, 500, -8),
        ("a proposal without block", r#"{"method":"getblocktemplate","params":[{"mode":"proposal"}]}"#, 500, -3),
        ("a block without digits", r#"{"method":"submitblock"}"#, 500, -1),
        ("a block of half a byte", r#"{"method":"submitblock","params":["abc"]}"#, 500, -22),
        ("a height that is not there", r#"{"method":"getblockhash","params":[1]}"#, 500, -8),
        ("a height below zero", r#"{"method":"getblockhash","params":[-1]}"#, 500, -8),
        ("a height in words", r#"{"method":"getblockhash","params":["one"]}"#, 500, -3),
        ("a hash of odd length", r#"{"method":"getblockheader","params":["00"]}"#, 500, -8),
        ("a block with more than bytes", r#"{"method":"getblock","params":["00", 2]}"#, 500, -8),
    ] {
        let (found, answer) = ask(&node, Some(&login(&node)), body).await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!((found, answer["error"]["code"].as_i64()), (status, Some(code)), "{case}: {answer}");
        assert!(!answer["error"]["message"].as_str().unwrap().is_empty(), "{case}");
    }
    let (_, answer) = ask(&node, Some(&login(&node)), &many).await.unwrap();
    assert!(answer.contains("-32600"), "a batch that is too long: {answer}");
    let unknown = call(&node, "getblockheader", json!(["00".repeat(32)])).await;
    assert_eq!(unknown["error"]["code"], -5, "a block that nobody knows");
    let (status, _) = ask(&node, Some(&login(&node)), &"7".repeat(9_000_000)).await.unwrap_or((413, String::new()));
    assert_eq!(status, 413, "a request longer than any block");
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order_and_each_in_its_dialect() {
    let (node, _) = start(Algorithm::Sha256d).await;
    let body = json!([
        { "id": "a", "method": "getblockcount" },
        { "id": 7, "jsonrpc": "2.0", "method": "getblockhash", "params": { "height": 0 } },
        { "method": "nothing" },
    ]);
    let (status, answer) = ask(&node, Some(&login(&node)), &body.to_string()).await.unwrap();
    let genesis = node.chain().hash_at(0).unwrap().to_string();
    let expected = json!([
        { "id": "a", "result": 0, "error": null },
        { "id": 7, "jsonrpc": "2.0", "result": genesis },
        { "id": null, "result": null, "error": { "code": -32601, "message": "Method not found" } },
    ]);
    assert_eq!((status, serde_json::from_str(&answer).unwrap()), (200, expected));
}

#[tokio::test]
async fn questions_about_the_chain_have_cores_fields() {
    let (node, client) = start(Algorithm::Sha256d).await;
    let template = client.template(None).await.unwrap();
    let (block, side) = (solve(&template, Algorithm::Sha256d, 1), solve(&template, Algorithm::Sha256d, 2));
    client.submit(&(&block).into()).await.unwrap();
    client.submit(&(&side).into()).await.unwrap();
    let genesis = node.chain().hash_at(0).unwrap().to_string();
    let id = block.id().to_string();

    let header = call(&node, "getblockheader", json!([id])).await["result"].take();
    assert_eq!(header["hash"], id);
    assert_eq!(header["confirmations"], 1);
    assert_eq!(header["height"], 1);
    assert_eq!(header["previousblockhash"], genesis);
    assert_eq!(header["bits"], "207fffff");
    assert_eq!(header["chainwork"], format!("{:064x}", 4), "two hashes for each of two blocks");
    assert_eq!(header["nTx"], 1);
    assert!(header.get("nextblockhash").is_none());
    let genesis_header = call(&node, "getblockheader", json!({ "blockhash": genesis })).await["result"].take();
    assert_eq!((&genesis_header["confirmations"], &genesis_header["nextblockhash"]), (&json!(2), &json!(id)));
    assert!(genesis_header.get("previousblockhash").is_none());
    let side_header = call(&node, "getblockheader", json!([side.id().to_string()])).await["result"].take();
    assert_eq!(side_header["confirmations"], -1);
    let raw = call(&node, "getblockheader", json!([id, false])).await["result"].take();
    assert_eq!(raw.as_str().unwrap(), &block.hex()[..160]);

    for (case, method, params, expected) in [
        ("the block's bytes", "getblock", json!([id, 0]), json!(block.hex())),
        ("the side block's bytes", "getblock", json!([side.id().to_string(), 0]), json!(side.hex())),
        ("the tip", "getbestblockhash", json!([]), json!(id)),
        ("the height", "getblockcount", json!([]), json!(1)),
        ("a hash by height", "getblockhash", json!([1]), json!(id)),
        ("peers", "getpeerinfo", json!([]), json!([])),
    ] {
        assert_eq!(call(&node, method, params).await["result"], expected, "{case}");
    }
    let chain = call(&node, "getblockchaininfo", json!([])).await["result"].take();
    assert_eq!(
        (&chain["chain"], &chain["blocks"], &chain["bestblockhash"]),
        (&json!("regtest"), &json!(1), &json!(id))
    );
    assert_eq!(chain["initialblockdownload"], false);
    let mining = call(&node, "getmininginfo", json!([])).await["result"].take();
    assert_eq!((&mining["blocks"], &mining["next"]["height"]), (&json!(1), &json!(2)));
    assert!(mining["networkhashps"].as_f64().unwrap() >= 0.0);
    assert!(call(&node, "getnetworkinfo", json!([])).await["result"]["version"].is_u64());
    for (case, address, expected) in [
        ("an address of this chain", "bcrt1q9nu58emjqefv9yj2qumhvymhenr8n26hwjejch", true),
        ("one of another chain", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", false),
        ("none", "nobody", false),
    ] {
        let answer = call(&node, "validateaddress", json!([address])).await["result"].take();
        assert_eq!(answer["isvalid"], expected, "{case}");
    }
}

#[tokio::test]
async fn a_signet_template_wants_both_rules() {
    let node = PracticeNode::start(PracticeSettings::default()).await.unwrap();
    for (case, rules, expected) in [
        ("none", json!([]), Some("signet rule set")),
        ("segwit alone", json!(["segwit"]), Some("signet rule set")),
        ("signet alone", json!(["signet"]), Some("segwit rule set")),
        ("both and one that nobody knows", json!(["mweb", "segwit", "signet"]), None),
    ] {
        let answer = call(&node, "getblocktemplate", json!([{ "rules": rules }])).await;
        match expected {
            Some(words) => {
                assert_eq!(answer["error"]["code"], -8, "{case}");
                assert!(answer["error"]["message"].as_str().unwrap().contains(words), "{case}: {answer}");
            }
            None => assert_eq!(answer["result"]["height"], 1, "{case}: {answer}"),
        }
    }
}

#[tokio::test]
async fn closing_ends_a_long_poll_and_frees_the_port() {
    let (node, client) = start(Algorithm::Sha256d).await;
    let template = client.template(None).await.unwrap();
    let id = template.long_poll_id().map(str::to_owned);
    let waiting = tokio::spawn(async move { client.template(id.as_deref()).await });
    tokio::task::yield_now().await;
    let address = node.local_addr();
    node.shutdown().await;
    assert!(waiting.await.unwrap().is_err());
    let settings = PracticeSettings { listen: address, ..PracticeSettings::default() };
    PracticeNode::start(settings).await.unwrap();
}

#[tokio::test]
async fn nobody_else_is_let_in_and_a_taken_port_is_named() {
    let open = PracticeSettings { listen: ([0, 0, 0, 0], 0).into(), ..PracticeSettings::default() };
    let error = PracticeNode::start(open).await.unwrap_err().to_string();
    assert!(error.contains("127.0.0.1"), "{error}");
    let (node, _) = start(Algorithm::Sha256d).await;
    let taken = PracticeSettings { listen: node.local_addr(), ..PracticeSettings::default() };
    let error = PracticeNode::start(taken).await.unwrap_err().to_string();
    assert!(error.contains(&node.local_addr().to_string()), "{error}");
}
