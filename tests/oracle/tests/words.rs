//! Every row of `submitblock-results.json` through the front door of a practice node: the words are Bitcoin Core's.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::TcpStream;

use data_encoding::BASE64;
use hashkit_chain::{Algorithm, hex};
use hashkit_oracle::{World, damage, recorded};
use hashkit_pool::practice::{PracticeNode, PracticeSettings, Profile};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_recorded_block_gets_the_word_that_core_gave() {
    let world = World::mine(Profile::Fast, 110);
    let mut differences = Vec::new();
    for (case, submitted, proposed) in recorded() {
        let damaged = damage(&world, &case).unwrap_or_else(|| panic!("no test builds the recorded case {case:?}"));
        let settings =
            PracticeSettings { profile: Profile::Fast, algorithm: Algorithm::Sha256d, ..PracticeSettings::default() };
        let node = PracticeNode::start(settings).await.unwrap();
        world.replay(&mut node.chain());
        for block in &damaged.before {
            call(&node, "submitblock", &json!([hex::encode(block)])).unwrap();
        }
        let request = json!([{ "mode": "proposal", "data": damaged.hex }]);
        let proposal = call(&node, "getblocktemplate", &request).unwrap();
        let found = (proposal, call(&node, "submitblock", &json!([damaged.hex])).unwrap());
        if found != (proposed.clone(), submitted.clone()) {
            differences.push(format!("{case}: {found:?} instead of {:?}", (proposed, submitted)));
        }
        node.shutdown().await;
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_recorded_cases_are_the_known_ones() {
    let cases: BTreeSet<String> = recorded().into_iter().map(|(case, _, _)| case).collect();
    assert_eq!(cases.len(), 40, "a new row in the file wants a builder in damage.rs");
}

/// The result of a call, or its error.
fn call(node: &PracticeNode, method: &str, params: &Value) -> io::Result<Value> {
    let body = json!({ "jsonrpc": "1.0", "id": 1, "method": method, "params": params }).to_string();
    let mut stream = TcpStream::connect(node.local_addr())?;
    let login = BASE64.encode(node.cookie().as_bytes());
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: practice\r\nAuthorization: Basic {login}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, answer) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let mut answer: Value = serde_json::from_str(answer)?;
    let error = answer["error"].take();
    Ok(if error.is_null() { answer["result"].take() } else { error })
}
