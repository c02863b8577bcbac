//! The search for a board's best clock, by the whole program on emulated boards whose chips compute wrongly above one.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hashkit_tests::emulated::Emulated;
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool};
use serde_json::Value;
use tempfile::TempDir;

/// For what a busy machine may add.
const LIMIT: Duration = Duration::from_mins(2);
/// So hard that a share is never found: a wrong nonce of an emulated chip is told by the ticket mask, which may hide no share.
const HARD: f64 = 1e6;
/// A hundred times as many nonces as real chips report: a point is measured within seconds.
const NONCES: &str = "model:x100";

fn pool(guest: &mut Guest) -> Result<()> {
    guest.log_in(4)?;
    guest.say(&PracticeJob::set_difficulty(HARD))?;
    let job = PracticeJob::new("a", HARD, 0, 4)?;
    guest.say(&job.notify(true))?;
    guest.accept_all(&[job])
}

/// A board, a pool, and a folder for state that outlives a run.
struct Bench {
    emulated: Emulated,
    pool: ScriptedPool,
    state: TempDir,
}

impl Bench {
    fn new(options: &[&str]) -> Result<Self> {
        let emulated = Emulated::start("bm1370", 1, &[&["--nonces", NONCES][..], options].concat())?;
        Ok(Self { emulated, pool: ScriptedPool::start(pool)?, state: TempDir::new()? })
    }

    fn mine(&self, options: &str) -> Result<Mining> {
        let (asic, pool) = (self.emulated.spec(&format!("bm1370,{options}")), self.pool.address());
        let arguments = ["--pool", &pool, "--user", "a.b", "--cpu-threads", "0", "--asic", &asic, "-v"];
        Mining::start_in("mine", &arguments, |command| {
            command.env("XDG_STATE_HOME", self.state.path());
        })
    }

    fn file(&self) -> PathBuf {
        self.state.path().join("hashkit/boards.json")
    }

    /// What is kept of the only board, once it is.
    fn kept(&self, mining: &Mining) -> Result<Value> {
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            if let Ok(text) = fs::read_to_string(self.file()) {
                let kept: Value = serde_json::from_str(&text)?;
                return Ok(kept.as_object().and_then(|boards| boards.values().next()).context("a board")?.clone());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("nothing is kept within {LIMIT:?}: {}", mining.errors())
    }
}

fn interrupted(mining: Mining) -> Result<Ending> {
    mining.signal("INT")?;
    let ending = mining.finish(Duration::from_secs(20))?;
    ensure!(ending.code == 130, "{}: {}", ending.code, ending.errors);
    Ok(ending)
}

#[test]
fn a_search_ends_at_the_fastest_clock_whose_nonces_are_right_and_the_next_start_begins_there() -> Result<()> {
    let bench = Bench::new(&["--fault", "0:errors-above:310"])?;
    let options = "freq=200,tune=rate,range=300-650,settle=500ms";
    let mining = bench.mine(options)?;
    let kept = bench.kept(&mining)?;
    ensure!(kept["point"]["megahertz"] == 300.0 && kept["is_complete"] == true, "{kept}");
    ensure!(kept["wrong"].as_f64().is_some_and(|wrong| wrong < 0.02), "{kept}");
    let errors = interrupted(mining)?.errors;
    ensure!(errors.contains("not watched") && errors.contains("325 MHz") && !errors.contains("350 MHz"), "{errors}");

    let mut mining = bench.mine(options)?;
    let chips = mining.wait_for("chips", LIMIT, |chips| chips["megahertz"] == 300.0)?;
    ensure!(chips["tuning"]["state"] == "tuned" && chips["tuning"]["megahertz"] == 300.0, "{chips}");
    let ending = interrupted(mining)?;
    ensure!(!ending.errors.contains("a search begins"), "{}", ending.errors);
    let last = ending.of("chips").last().context("at the end they are told again")?;
    ensure!(last["hashes_per_second"]["expected"] == 300e6 * 2040.0 && last["chips"][0]["nonces"].is_u64(), "{last}");
    Ok(())
}

#[test]
fn on_a_controlled_board_the_voltage_is_searched_too_and_the_power_decides_where_asked_for() -> Result<()> {
    let bench = Bench::new(&["--control"])?;
    let mut mining = bench.mine("freq=300,tune=efficiency,range=300-300,settle=500ms")?;
    let told = mining.wait_for("chips", LIMIT, |chips| chips["tuning"]["state"] == "tuned")?;
    ensure!(told["tuning"]["millivolts"] == 1001 && told["board"]["chip_celsius"].is_number(), "{told}");
    let kept = bench.kept(&mining)?;
    // The emulated board takes less at less voltage, and its chips do not mind.
    ensure!(kept["point"]["millivolts"] == 1001 && kept["objective"] == "efficiency", "{kept}");
    ensure!(kept["watts"].as_f64().is_some_and(|watts| (watts - 14.0).abs() < 1.0), "{kept}");
    let errors = interrupted(mining)?.errors;
    ensure!(!errors.contains("not tuned") && errors.contains("the chips have no power"), "{errors}");
    Ok(())
}

#[test]
fn a_danger_ends_the_search_of_this_run_and_what_was_found_by_then_is_not_kept() -> Result<()> {
    let bench = Bench::new(&["--control", "--fault", "20s:overheat:77"])?;
    let mut mining = bench.mine("freq=100,tune=rate,range=125-650,settle=10m")?;
    bench.emulated.wait_for("fault", LIMIT)?;
    mining.wait_for_words("not tuned: the chips go on where they ran before", LIMIT)?;
    let told = mining.wait_for("chips", LIMIT, |chips| chips["tuning"]["state"] == "given-up")?;
    ensure!(told["tuning"]["words"].as_str().is_some_and(|words| words.contains("75 °C is the limit")), "{told}");
    let errors = interrupted(mining)?.errors;
    ensure!(errors.contains("the chips run more slowly") && !bench.file().exists(), "{errors}");
    Ok(())
}

#[test]
fn an_interrupt_keeps_the_best_point_so_far_and_the_next_search_begins_with_it() -> Result<()> {
    let bench = Bench::new(&[])?;
    let options = "freq=200,tune=rate,range=300-650,settle=500ms";
    let mining = bench.mine(options)?;
    mining.wait_for_words("tried=2", LIMIT)?;
    interrupted(mining)?;
    let kept: Value = serde_json::from_str(&fs::read_to_string(bench.file())?)?;
    let kept = kept.as_object().and_then(|boards| boards.values().next()).context("a board")?;
    let megahertz = kept["point"]["megahertz"].as_f64().context("a clock")?;
    ensure!(kept["is_complete"] == false && megahertz >= 300.0, "{kept}");
    let mining = bench.mine(options)?;
    mining.wait_for_words(&format!("start={megahertz} MHz"), LIMIT)?;
    interrupted(mining)?;
    Ok(())
}

#[test]
fn a_search_that_cannot_be_is_refused_at_once_or_left_out_with_the_reason() -> Result<()> {
    let bench = Bench::new(&[])?;
    let mining = bench.mine("freq=100,tune=efficiency")?;
    mining.wait_for_words("does not tell its power; tune=rate goes without", LIMIT)?;
    mining.wait_for_words("chips run", LIMIT)?;
    interrupted(mining)?;
    let ending = bench.mine("freq=100,range=100-200")?.finish(LIMIT)?;
    ensure!(ending.code == 2 && ending.errors.contains("add tune=rate"), "{}: {}", ending.code, ending.errors);
    Ok(())
}
