//! What goes wrong between a miner and its node, and the words that the user sees.

use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::left_out;
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::program::{hashkit, output_within};
use hashkit_tests::scripted_node::{Say, ScriptedNode};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_mins(2);
const ADDRESS: &str = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

fn start(node: &ScriptedNode, arguments: &[&str]) -> Result<(tempfile::TempDir, Mining)> {
    let folder = tempfile::tempdir()?;
    let (blocks, url) = (folder.path().display().to_string(), node.url());
    let mut all = vec!["--node", &url, "--address", ADDRESS, "--blocks", &blocks, "--cpu-threads", "1"];
    all.extend(arguments);
    let mining = Mining::start_verb("solo", &all)?;
    Ok((folder, mining))
}

fn solo(node: &ScriptedNode, arguments: &[&str]) -> Result<Ending> {
    let (_folder, mining) = start(node, arguments)?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    Ok(ending)
}

#[test]
fn a_node_that_has_no_template_is_asked_again_with_its_words_or_given_up_with_the_next_step() -> Result<()> {
    for (case, said, words) in [
        (
            "still syncing",
            Say::Error(-10, "is in initial sync and waiting for blocks..."),
            "is not ready: is in initial sync",
        ),
        ("no peers", Say::Error(-9, "Bitcoin Core is not connected!"), "is not ready: Bitcoin Core is not connected!"),
        ("starting", Say::Error(-28, "Loading block index..."), "is not ready: Loading block index..."),
        (
            "a rule of tomorrow",
            Say::Result(json!({
                "version": 4, "previousblockhash": "00".repeat(32), "transactions": [], "coinbasevalue": 50,
                "bits": "207fffff", "curtime": 1000, "height": 432, "rules": ["csv", "!tomorrow"],
            })),
            "demands the rule \"tomorrow\", which this version does not know: update hashkit",
        ),
        ("an unknown method", Say::Error(-32601, "Method not found"), "refuses getblocktemplate: Method not found"),
    ] {
        let node = ScriptedNode::start(move |_, method, _| (method == "getblocktemplate").then(|| said.clone()))?;
        let mut command = hashkit()?;
        command.args(["solo", "--node", &node.url(), "--address", ADDRESS, "--give-up-after", "1s"]);
        let output = output_within(LIMIT, &mut command)?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.code() == Some(5), "{case}: {:?}: {said}", output.status);
        ensure!(said.contains(words), "{case}: {said}");
    }
    // One that gets ready is mined on.
    let node = ScriptedNode::start(|chain, method, _| {
        chain.count += usize::from(method == "getblocktemplate");
        (method == "getblocktemplate" && chain.count < 4).then_some(Say::Error(-10, "syncing"))
    })?;
    solo(&node, &["--stop-after", "1blocks"])?;
    Ok(())
}

/// What `submitblock` was heard to say, each once.
fn recorded() -> Result<Vec<Value>> {
    let text = include_str!("../vectors/submitblock-results.json");
    let recorded: Value = serde_json::from_str(text)?;
    let mut said: Vec<Value> = Vec::new();
    for row in recorded["rows"].as_array().context("rows")? {
        if !said.contains(&row["submitblock"]) {
            said.push(row["submitblock"].clone());
        }
    }
    Ok(said)
}

#[test]
fn every_recorded_answer_to_a_block_is_explained() -> Result<()> {
    let recorded = recorded()?;
    let script = recorded.clone();
    let node = ScriptedNode::start(move |chain, method, params| {
        let parent = chain.parent_of(params).filter(|_| method == "submitblock")?;
        let said = script.get(parent as usize)?;
        chain.height += u32::from(parent == chain.height);
        Some(match said["code"].as_i64() {
            Some(code) => Say::Error(code, "Block decode failed"),
            None => Say::Result(said.clone()),
        })
    })?;
    let (_folder, mut mining) = start(&node, &["--stop-after", "10m"])?;
    let mut told: Vec<(String, String)> = Vec::new();
    let mut lost = 0;
    for height in 1..=recorded.len() as u64 {
        let answer = mining.wait_for("answer", LIMIT, |answer| answer["height"] == height)?;
        let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        told.push((text("word"), text("meaning")));
        lost += u64::from(text("word") != "accepted" && text("word") != "known");
    }
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    for (said, (word, meaning)) in recorded.iter().zip(&told) {
        let expected = match said.as_str() {
            None => said["message"].as_str().unwrap_or("accepted"),
            Some("duplicate") => "known",
            Some("inconclusive") => "side branch",
            Some(word) => word,
        };
        ensure!(word == expected, "{said}: {word}");
        ensure!(meaning.len() > 10 && !meaning.contains("this version does not know"), "{said}: {meaning:?}");
    }
    ensure!(told.len() > 20, "{told:?}");
    ensure!(ending.sum("lost_blocks")? >= lost, "{lost} of {:?}", ending.summary()?);
    // In the log each refusal is a line for people.
    ensure!(ending.errors.contains("block refused: its coinbase pays more than subsidy and fees"), "{}", ending.errors);
    Ok(())
}

#[test]
fn a_block_without_an_answer_is_handed_in_again_until_there_is_one() -> Result<()> {
    let first = OnceLock::new();
    let node = ScriptedNode::start(move |_, method, _| {
        let is_slow = method == "submitblock" && first.get_or_init(Instant::now).elapsed() < Duration::from_secs(4);
        is_slow.then_some(Say::Nothing(Duration::from_secs(20)))
    })?;
    let ending = solo(&node, &["--stop-after", "1blocks"])?;
    let verdict = ending.of("verdict").find(|verdict| verdict["took_ms"].as_f64() > Some(4000.0));
    ensure!(
        verdict.is_some_and(|verdict| verdict["verdict"] == "accepted"),
        "{:?}",
        ending.of("verdict").collect::<Vec<_>>()
    );
    ensure!(ending.errors.contains("did not answer submitblock within 5 s"), "{}", ending.errors);
    ensure!(ending.errors.contains("offering the block again"), "{}", ending.errors);
    Ok(())
}

#[test]
fn no_node_has_a_block_that_is_not_on_disk() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let blocks = folder.path().to_owned();
    let node = ScriptedNode::start(move |_, method, params| {
        let block = params[0].as_str().filter(|_| method == "submitblock")?;
        let is_kept = |folder: &std::path::Path| {
            walk(folder).iter().any(|file| std::fs::read_to_string(file).is_ok_and(|text| text == format!("{block}\n")))
        };
        (!is_kept(&blocks)).then(|| Say::Result(json!("it is on no disk")))
    })?;
    let (url, path) = (node.url(), folder.path().display().to_string());
    let arguments = ["--node", &url, "--address", ADDRESS, "--blocks", &path, "--stop-after", "5blocks"];
    let ending = Mining::start_verb("solo", &arguments)?.finish(LIMIT)?;
    let verdicts: Vec<_> = ending.of("verdict").collect();
    ensure!(ending.code == 0 && verdicts.len() >= 5, "{}: {}", ending.code, ending.errors);
    // Where the disk takes too long on a busy machine, that is told.
    let refused = verdicts.iter().filter(|verdict| verdict["verdict"] == "refused").count();
    ensure!(refused <= ending.of("unsaved").count(), "{verdicts:?}");
    Ok(())
}

/// All files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn a_full_disk_is_told_and_the_block_is_sent_all_the_same() -> Result<()> {
    let node = ScriptedNode::start(|_, _, _| None)?;
    let folder = tempfile::tempdir()?;
    let program = hashkit()?;
    // A file system of one page, and that is taken, in a name space of its own.
    let script = r#"mount -t tmpfs -o size=4k none "$0" && head -c 4096 /dev/zero >"$0/full" && exec "$@""#;
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(folder.path());
    let mut trial = Command::new("unshare");
    trial.args(["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none \"$0\""]).arg(folder.path());
    if !trial.output().is_ok_and(|output| output.status.success()) {
        left_out("a full disk", "this machine lets no user mount a file system of his own (unshare --user --mount)");
        return Ok(());
    }
    command.arg(program.get_program()).args(["solo", "--ui", "json", "--address", ADDRESS, "--stop-after", "1blocks"]);
    command.args(["--node", &node.url(), "--blocks"]).arg(folder.path());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = output_within(LIMIT, &mut command)?;
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{:?}: {said}", output.status);
    ensure!(told.contains(r#""event":"unsaved""#) && told.contains("make room or choose another folder"), "{told}");
    ensure!(said.contains("No space left on device"), "{said}");
    ensure!(node.chain().height >= 1);
    Ok(())
}

#[test]
fn a_coinbase_of_a_new_layout_is_checked_again_and_its_refusal_told() -> Result<()> {
    let node = ScriptedNode::start(|chain, method, params| {
        if method == "submitblock" && chain.height == 2 {
            chain.rules = vec!["csv"];
        }
        let is_proposal = method == "getblocktemplate" && params[0]["mode"] == "proposal";
        // From height 17 on its push is longer.
        chain.count += usize::from(is_proposal && chain.height < 16);
        (is_proposal && chain.count == 2).then(|| Say::Result(json!("bad-cb-length")))
    })?;
    let (_folder, mut mining) = start(&node, &["--stop-after", "10m"])?;
    let doubted = mining.wait_for("doubted", LIMIT, |_| true)?;
    ensure!(doubted["why"].as_str().is_some_and(|why| why.contains("bad-cb-length; check the payout")), "{doubted}");
    mining.wait_for("verdict", LIMIT, |verdict| verdict["height"].as_u64() > Some(6))?;
    mining.signal("INT")?;
    mining.finish(LIMIT)?;
    ensure!(node.chain().count == 2, "{} proposals for two layouts", node.chain().count);
    Ok(())
}

#[test]
fn a_signal_brings_a_new_template_at_once() -> Result<()> {
    let node = ScriptedNode::start(|chain, _, _| {
        // Nobody finds a block of this chain.
        chain.bits = Some("1900ffff");
        None
    })?;
    let (_folder, mut mining) = start(&node, &["--stop-after", "10m"])?;
    mining.wait_for("job", LIMIT, |_| true)?;
    // A template of the same second would be the same job.
    std::thread::sleep(Duration::from_millis(1100));
    let began = Instant::now();
    mining.signal("USR1")?;
    mining.wait_for("job", LIMIT, |_| true)?;
    ensure!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    mining.signal("INT")?;
    mining.finish(LIMIT)?;
    Ok(())
}
