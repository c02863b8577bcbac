//! Drivers and emulated chips on one clock that the test owns, with a wire between them and nothing else: no port, no thread.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_asic_driver::{
    ChainCounts, ChainEvent, ChainSettings, ChipChain, ChipModel, Driver, Megahertz, ResetWiring, Silicon, Transmit,
};
use hashkit_chain::{Job, SearchSpace, Target};
use hashkit_emulator::{Emulator, Model, NonceSource, ScriptedFault, Settings};
use hashkit_tests::served;

/// A chain of emulated chips and its driver.
struct Chain {
    driver: ChipChain,
    chips: Emulator,
    space: SearchSpace,
    now: Instant,
    baud: u32,
    is_ready: bool,
    steps: u32,
    /// Nonces that the driver believed.
    nonces: u64,
}

/// From one look at both ends to the next.
const STEP: Duration = Duration::from_micros(500);
/// Emulated chips search one counter value in all their cores so often: a hundred nonces a second or two.
const SEARCH: u32 = 20;
const ZERO_BITS: u32 = 10;

impl Chain {
    fn new(model: &str, chips: u8, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let now = Instant::now();
        let mut settings = Settings { zero_bits: ZERO_BITS, ..Settings::new(model.parse::<Model>()?, chips) };
        change(&mut settings);
        let chain = ChainSettings {
            frequency: Some(Megahertz(200.0)),
            chips: None,
            reset: ResetWiring::Absent,
            silicon: Silicon::Emulated,
        };
        let mut chain = Self {
            driver: ChipChain::new(ChipModel::named(model)?, chain, now),
            chips: Emulator::new(settings, now)?,
            space: SearchSpace::new(job(), 1),
            now,
            baud: 115_200,
            is_ready: false,
            steps: 0,
            nonces: 0,
        };
        chain.give_work()?;
        Ok(chain)
    }

    fn started(model: &str, chips: u8, change: impl FnOnce(&mut Settings)) -> Result<Self> {
        let mut chain = Self::new(model, chips, change)?;
        for _ in 0..40_000 {
            chain.step()?;
            if chain.is_ready {
                return Ok(chain);
            }
        }
        anyhow::bail!("{model} does not start within 20 s")
    }

    fn give_work(&mut self) -> Result<()> {
        let work = self.space.take_header().context("room")?;
        self.driver.assign(work, self.now);
        Ok(())
    }

    fn step(&mut self) -> Result<()> {
        while let Some(transmit) = self.driver.poll_transmit() {
            match transmit {
                Transmit::Bytes(bytes) => self.chips.receive(&bytes, &[self.baud], self.now),
                Transmit::Baud(baud) => self.baud = baud,
                Transmit::Reset(_) => {}
            }
        }
        while let Some(event) = self.driver.poll_event() {
            match event {
                ChainEvent::WantsWork => self.give_work()?,
                ChainEvent::Ready { .. } => self.is_ready = true,
                ChainEvent::Nonce(_) => self.nonces += 1,
                ChainEvent::Failed(error) => return Err(error.into()),
                ChainEvent::Trouble(_) | ChainEvent::Parked => {}
            }
        }
        self.chips.handle_timeout(self.now);
        self.steps += 1;
        if self.steps.is_multiple_of(SEARCH) {
            self.chips.search(1, self.now);
        }
        if let Some(bytes) = self.chips.poll_transmit(Some(self.baud), self.now) {
            self.driver.receive(&bytes, self.now);
        }
        self.now += STEP;
        if self.driver.poll_timeout().is_some_and(|due| due <= self.now) {
            self.driver.handle_timeout(self.now);
        }
        Ok(())
    }

    fn run(&mut self, time: Duration) -> Result<()> {
        let end = self.now + time;
        while self.now < end {
            self.step()?;
        }
        Ok(())
    }

    fn counts(&self) -> &ChainCounts {
        self.driver.counts()
    }
}

/// Every nonce of the chips is a share of it.
fn job() -> Job {
    Job { share_target: Target::MAX, ..served::job() }
}

#[test]
fn chips_that_rest_now_and_then_find_nothing_twice_and_nothing_of_it_is_lost() -> Result<()> {
    for (model, chips) in
        [("bm1370", 2), ("bm1368", 1), ("bm1366", 4), ("bm1362", 1), ("bm1397", 1), ("bm1397", 6), ("bm1387", 2)]
    {
        let mut chain = Chain::started(model, chips, |_| {})?;
        let before = chain.chips.counts().nonces;
        for _ in 0..10 {
            chain.run(Duration::from_millis(300))?;
            chain.driver.rest(chain.now);
            chain.run(Duration::from_millis(20))?;
            chain.give_work()?;
        }
        chain.driver.rest(chain.now);
        chain.run(Duration::from_millis(5))?;
        let (found, counts) = (chain.chips.counts().nonces - before, chain.counts().total());
        ensure!(counts.duplicates == 0 && counts.wrong == 0, "{model} x {chips}: {counts:?}");
        // What was found last is still on the wire.
        ensure!(found > 100 && chain.nonces + 10 > found, "{model} x {chips}: {} of {found} came", chain.nonces);
    }
    Ok(())
}

#[test]
fn a_line_that_loses_and_flips_bytes_costs_the_frames_that_it_damages_and_hardly_more() -> Result<()> {
    for model in ["bm1366", "bm1370", "bm1397"] {
        let mut chain = Chain::started(model, 1, |settings| {
            settings.script = ScriptedFault::script("15s drop-bytes 1%\n15s flip-bits 1%").unwrap_or_default();
        })?;
        chain.run(Duration::from_secs(15))?;
        let (found, came) = (chain.chips.counts().nonces, chain.nonces);
        chain.run(Duration::from_secs(20))?;
        let (found, came) = (chain.chips.counts().nonces - found, chain.nonces - came);
        // Of eleven bytes none is damaged in 80 of 100 frames, of nine in 83.
        let part = came as f64 / found as f64;
        ensure!(found > 500 && part > 0.70, "{model}: {came} of {found}, {:?}", chain.counts());
        ensure!(chain.counts().starts == 1, "{model}: {:?}", chain.counts());
    }
    Ok(())
}

#[test]
fn chips_hash_before_long_even_where_the_line_is_bad_from_the_beginning() -> Result<()> {
    for (seed, model) in (1..).zip(["bm1366", "bm1370", "bm1368", "bm1397"]) {
        let mut chain = Chain::new(model, 1, |settings| {
            settings.script = ScriptedFault::script("0 drop-bytes 0.2%\n0 flip-bits 0.2%").unwrap_or_default();
            settings.seed = seed;
        })?;
        chain.run(Duration::from_secs(45))?;
        ensure!(chain.nonces > 100, "{model}, seed {seed}: {} nonces, {:?}", chain.nonces, chain.counts());
    }
    Ok(())
}

#[test]
fn the_three_hashrates_of_a_chain_agree() -> Result<()> {
    for model in ["bm1370", "bm1368", "bm1366", "bm1397", "bm1387"] {
        let mut chain = Chain::started(model, 2, |settings| {
            settings.source = NonceSource::Model(hashkit_emulator::ModelRate::Clocks);
            settings.zero_bits = 0;
        })?;
        chain.run(Duration::from_mins(1))?;
        let rates = chain.driver.rates(chain.now);
        let expected = rates.expected.per_second();
        let counted = rates.chip_counter.context("the chips count")?.per_second() / expected;
        ensure!((counted - 1.0).abs() < 0.05, "{model}: the chips count {counted} of what is expected");
        ensure!(chain.counts().total().own_errors == 0, "{model}");
    }
    Ok(())
}
