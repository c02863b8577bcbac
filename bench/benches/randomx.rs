//! RandomX in light and fast mode, in the pages that were granted: hashes a second of processor time, on one thread and on all.
//! `cargo bench -p hashkit-bench --features randomx --bench randomx`; behind `--`: `light` or `fast`, `huge` or `small`, `one` or
//! `all` leave the rest out, and `seconds=N` measures longer.

use std::error::Error;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use hashkit_bench::machine::{self, Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_chain::randomx::{Key, MoneroHeader};
use hashkit_chain::{NonceRange, Target};
use hashkit_engine::randomx::{Prepared, prepare};
use hashkit_kernels::Pages;
use hashkit_kernels::randomx::{Ask, MemoryError, Mode, Search};
use serde::Serialize;

/// Nonces of one scan.
const BATCH: u64 = 16;

/// A header as Monero's network has it: the first known input of that form.
const KNOWN: &str = include_str!("../../tests/vectors/randomx.txt");

#[derive(Serialize)]
struct Case {
    mode: String,
    /// What the shared memory lies in.
    pages: String,
    /// What a search's own memory lies in.
    own_pages: String,
    threads: usize,
    /// How long the shared memory took to fill, on all cores.
    fill_seconds: f64,
    hashes: u64,
    /// Hashes a second by the clock, of all threads together.
    by_clock: f64,
    /// Hashes a second of processor time, of one thread.
    by_processor: Option<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let machine = Machine::this();
    let watch = Watch::start();
    let mut cases = Vec::new();
    let modes = if wants_numbers() { &[Mode::Light, Mode::Fast][..] } else { &[Mode::Light] };
    for mode in modes.iter().copied().filter(|mode| is_wanted(&mode.to_string(), &["light", "fast"])) {
        for (ask, word) in [(Ask::Huge, "huge"), (Ask::Small, "small")] {
            if is_wanted(word, &["huge", "small"]) {
                measure(mode, ask, machine.threads, &mut cases)?;
            }
        }
    }
    let company = watch.and_then(|watch| watch.company());
    record::Result { bench: "randomx", machine, company, cases }.print()?;
    Ok(())
}

/// Whether the words behind `--` name this one, or none of its kind.
fn is_wanted(word: &str, kind: &[&str]) -> bool {
    let said: Vec<String> = std::env::args().filter(|said| kind.contains(&said.as_str())).collect();
    said.is_empty() || said.iter().any(|said| said == word)
}

fn time() -> Duration {
    let said = std::env::args().find_map(|said| said.strip_prefix("seconds=")?.parse().ok());
    Duration::from_secs(said.unwrap_or(if wants_numbers() { 10 } else { 0 }))
}

fn measure(mode: Mode, ask: Ask, all: usize, cases: &mut Vec<Case>) -> Result<(), Box<dyn Error>> {
    let (key, header) = known().ok_or("no header among the known inputs")?;
    let start = Instant::now();
    let prepared = prepare(&key, mode, ask, NonZeroUsize::new(all).ok_or("no cores")?)?;
    let fill_seconds = start.elapsed().as_secs_f64();
    for (threads, word) in [(1, "one"), (all, "all")] {
        if !is_wanted(word, &["one", "all"]) || (word == "all" && all == 1) {
            continue;
        }
        let (hashes, wall, processor, own_pages) = run(&prepared, &header, threads)?;
        let rate = |time: Duration| hashes as f64 / time.as_secs_f64();
        let case = Case {
            mode: mode.to_string(),
            pages: prepared.memories().next().map_or("", |memory| name(memory.memory().pages)).to_owned(),
            own_pages: name(own_pages).to_owned(),
            threads,
            fill_seconds,
            hashes,
            by_clock: rate(wall),
            by_processor: processor.map(rate),
        };
        let by_processor = case.by_processor.unwrap_or_default();
        eprintln!(
            "{mode} mode, {} pages ({} for each search), {threads} threads: {:.1} H/s by the clock, {by_processor:.1} a second of \
             processor time; filled in {fill_seconds:.0} s",
            case.pages, case.own_pages, case.by_clock
        );
        cases.push(case);
    }
    Ok(())
}

fn name(pages: Pages) -> &'static str {
    match pages {
        Pages::Reserved => "reserved huge",
        Pages::Requested => "requested huge",
        Pages::Ordinary => "ordinary",
    }
}

fn known() -> Option<(Key, MoneroHeader)> {
    KNOWN.lines().rev().find_map(|line| {
        let mut fields = line.split(' ');
        Some((Key::from_hex(fields.next()?).ok()?, MoneroHeader::from_hex(fields.next()?).ok()?))
    })
}

/// Searches on `threads` threads: hashes, time by the clock, processor time, and the pages of a search's own memory.
fn run(
    prepared: &Prepared,
    header: &MoneroHeader,
    threads: usize,
) -> Result<(u64, Duration, Option<Duration>, Pages), MemoryError> {
    let time = time();
    let searched: Vec<_> = thread::scope(|scope| {
        let search = |number| {
            scope.spawn(move || {
                let mut search = prepared.open(number)?;
                let own_pages = search.own_memory().pages;
                // The first programs and the memory's first pages are not counted.
                scan(&mut search, header, number, 0);
                let (before, start) = (machine::time_of_this_thread(), Instant::now());
                let mut batches = 0;
                while batches == 0 || start.elapsed() < time {
                    batches += 1;
                    scan(&mut search, header, number, batches);
                }
                let processor =
                    machine::time_of_this_thread().zip(before).map(|(after, before)| after.saturating_sub(before));
                Ok((batches * BATCH, start.elapsed(), processor, own_pages))
            })
        };
        let threads: Vec<_> = (0..threads).map(search).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect::<Result<_, _>>()
    })?;
    let hashes = searched.iter().map(|(hashes, ..)| hashes).sum();
    let wall = searched.iter().map(|(_, wall, ..)| *wall).max().unwrap_or_default();
    let processor = searched.iter().map(|(.., processor, _)| *processor).sum();
    let own_pages = searched.first().map_or(Pages::Ordinary, |(.., pages)| *pages);
    Ok((hashes, wall, processor, own_pages))
}

/// A batch of nonces that no other batch of any thread has; hits are too rare to matter.
fn scan(search: &mut Search, header: &MoneroHeader, thread: usize, batch: u64) {
    let start = u32::try_from(((thread as u64) << 24) + batch * BATCH).unwrap_or_default();
    std::hint::black_box(search.scan(header, NonceRange::new(start, BATCH), &Target::ZERO));
}
