//! Chips through the whole path: an emulated chain behind a pseudo-terminal, the driver, the engine, a pool, and blocks on the
//! practice chain, with the processor's own devices off.

use std::time::Duration;

use anyhow::{Result, ensure};
use hashkit_tests::emulated::Emulated;
use hashkit_tests::mining::Mining;
use hashkit_tests::program::{hashkit, output_within};

/// What a run may take on a busy machine: chips are started in about ten seconds.
const LIMIT: Duration = Duration::from_mins(2);

/// Shares accepted, blocks found, and the practice chain has counted as many.
fn mines(model: &str, chips: u16, options: &str) -> Result<()> {
    let emulated = Emulated::start(model, chips, &[])?;
    let asic = format!("{}:{model}{options}", emulated.path());
    let mining = Mining::start(&["--demo", "--cpu-threads", "0", "--asic", &asic, "--stop-after", "3blocks"])?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 0, "{asic} ended with {}: {}\n{:?}", ending.code, ending.errors, ending.events);
    let (blocks, summary) = (ending.sum("blocks")?, ending.summary()?);
    ensure!(blocks >= 3 && summary["height"] == blocks, "{summary}");
    for block in ending.of("block") {
        // What is found while the next job is on its way to the chips comes too late.
        ensure!(block["fate"] == "accepted" || block["fate"] == "stale", "{block}");
    }
    Ok(())
}

#[test]
fn bm1370_mines() -> Result<()> {
    mines("bm1370", 1, ",freq=75")
}

#[test]
fn a_chain_of_four_bm1366_mines() -> Result<()> {
    mines("bm1366", 4, ",freq=75,chips=4")
}

#[test]
fn bm1368_mines() -> Result<()> {
    mines("bm1368", 2, ",freq=75")
}

#[test]
fn bm1362_mines() -> Result<()> {
    mines("bm1362", 3, ",freq=75")
}

#[test]
fn bm1397_mines() -> Result<()> {
    mines("bm1397", 1, ",freq=75")
}

#[test]
fn bm1387_mines() -> Result<()> {
    mines("bm1387", 2, ",freq=125")
}

#[test]
fn an_icarus_mines() -> Result<()> {
    mines("icarus", 1, "")
}

#[test]
fn a_block_erupter_mines() -> Result<()> {
    mines("block-erupter", 1, "")
}

#[test]
fn an_antminer_u1_mines() -> Result<()> {
    mines("antminer-u1", 1, "")
}

#[test]
fn chips_are_listed_and_tested() -> Result<()> {
    let emulated = Emulated::start("bm1366", 2, &[])?;
    let asic = format!("{}:bm1366", emulated.path());
    let listed = output_within(LIMIT, hashkit()?.args(["devices", "--json", "--asic", &asic]))?;
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout)?;
    let chips = listed.as_array().and_then(|rows| rows.iter().find(|row| row["kind"] == "asic" && row["used"] == true));
    ensure!(chips.is_some_and(|chips| chips["name"] == "2 x bm1366"), "{listed}");
    let tested = output_within(LIMIT, hashkit()?.args(["selftest", "--device", "asic", "--asic", &asic]))?;
    let text = String::from_utf8_lossy(&tested.stdout);
    ensure!(
        tested.status.success() && text.starts_with("ok     bm1366"),
        "{text}{}",
        String::from_utf8_lossy(&tested.stderr)
    );
    let other = output_within(
        LIMIT,
        hashkit()?.args(["selftest", "--device", "asic", "--asic", &asic.replace("1366", "1370")]),
    )?;
    let text = String::from_utf8_lossy(&other.stdout);
    ensure!(other.status.code() == Some(3) && text.contains("the chips call themselves BM1366"), "{text}");
    Ok(())
}

#[test]
fn a_board_that_is_unplugged_mines_again_when_it_is_back() -> Result<()> {
    let emulated = Emulated::start("bm1366", 2, &["--fault", "8s:unplug:2s"])?;
    let asic = format!("{}:bm1366,freq=62.5", emulated.path());
    let mut mining = Mining::start(&["--demo", "--cpu-threads", "0", "--asic", &asic])?;
    mining.wait_for("block", LIMIT, |block| block["fate"] == "accepted")?;
    emulated.wait_for("plugged", LIMIT)?;
    // Twice, for one may have been on its way.
    for _ in 0..2 {
        mining.wait_for("block", LIMIT, |block| block["fate"] == "accepted")?;
    }
    Ok(())
}
