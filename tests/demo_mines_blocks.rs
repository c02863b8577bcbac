//! A first run: `hashkit mine --demo` mines real blocks on the practice chain inside its own process, without a network.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::mining::Mining;
use hashkit_tests::program::hashkit;

/// What a first run may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(2);
/// From the start to the first block.
const FIRST_BLOCK: Duration = Duration::from_secs(10);

#[test]
fn the_demo_mines_five_blocks_and_its_sums_agree() -> Result<()> {
    let began = Instant::now();
    let mut mining = Mining::start(&["--demo", "--stop-after", "5blocks"])?;
    let began = began.max(mining.began());
    mining.wait_for("block", LIMIT, |block| block["fate"] == "accepted")?;
    let first = began.elapsed();
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    ensure!(first < FIRST_BLOCK, "the first block took {first:?}");
    let summary = ending.summary()?;
    // The last scan may find one more. The chain has the last word: it judges by its own rules, and has counted as many.
    let blocks = ending.sum("blocks")?;
    ensure!(blocks >= 5 && summary["height"] == blocks, "{summary}");
    let mut heights: Vec<u64> = ending.of("block").filter_map(|block| block["height"].as_u64()).collect();
    heights.dedup();
    ensure!(heights.iter().copied().eq(1..=blocks), "{heights:?}");
    for block in ending.of("block") {
        let hash = block["hash"].as_str().unwrap_or_default();
        ensure!(hash.len() == 64 && hash.starts_with("00000"), "{block}");
    }
    Ok(())
}

#[test]
fn the_log_fits_80_columns_and_names_every_block_with_height_and_hash() -> Result<()> {
    let output = hashkit()?.args(["mine", "--demo", "--stop-after", "2blocks"]).stdin(Stdio::null()).output()?;
    let text = String::from_utf8(output.stdout)?;
    ensure!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    ensure!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    for line in text.lines() {
        ensure!(line.chars().count() <= 80 && !line.contains('\x1b'), "{line:?}");
    }
    for height in 1..=2 {
        let block = text.lines().find(|line| line.starts_with(&format!("block {height:>8} 00000")));
        block.with_context(|| format!("no block {height} in {text}"))?;
    }
    for said in ["job ", "share ", "accepted", "2 blocks accepted after", " found = "] {
        ensure!(text.contains(said), "{said:?} is missing from {text}");
    }
    Ok(())
}

#[test]
fn a_share_is_coloured_where_colours_are_wanted() -> Result<()> {
    for (color, is_coloured) in [("always", true), ("never", false)] {
        let output = hashkit()?
            .args(["mine", "--demo", "--color", color, "--stop-after", "1share"])
            .stdin(Stdio::null())
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        let share = text.lines().find(|line| line.contains("accepted  ")).context("no share")?;
        ensure!(share.contains("\x1b[32m") == is_coloured, "{color}: {share:?}");
    }
    Ok(())
}

#[test]
fn scrypt_has_a_practice_chain_too() -> Result<()> {
    let ending = Mining::start(&["--demo", "--algorithm", "scrypt", "--stop-after", "1block"])?.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    let (blocks, summary) = (ending.sum("blocks")?, ending.summary()?);
    ensure!(blocks >= 1 && summary["height"] == blocks, "{summary}");
    Ok(())
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() -> Result<()> {
    let program = hashkit()?;
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$0\" mine --demo | head -n 3"]).arg(program.get_program()).stdin(Stdio::null());
    let began = Instant::now();
    let output = shell.output()?;
    ensure!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    ensure!(String::from_utf8(output.stdout)?.lines().count() == 3);
    ensure!(began.elapsed() < LIMIT / 4, "it mined on for {:?}", began.elapsed());
    Ok(())
}
