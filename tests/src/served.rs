//! Emulated chips on a thread of the test's own process, so that it sees both ends at once.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use hashkit_chain::{Algorithm, BIP_320_MASK, Coinbase, Hash, Job, Nbits, Ntime, Target, Version};
use hashkit_emulator::{Counts, Emulator, Event, Links, News, Settings, Stop, serve};

/// Ports open at once.
const OPEN: Duration = Duration::from_mins(1);

/// An emulator that is being served.
#[derive(Debug)]
pub struct Served {
    chips: PathBuf,
    control: Option<PathBuf>,
    /// When faults of the script begin.
    pub faults: Receiver<Instant>,
}

impl Served {
    /// The port of the chips.
    #[must_use]
    pub fn chips(&self) -> &Path {
        &self.chips
    }

    /// The port of the control channel, where there is one.
    #[must_use]
    pub fn control(&self) -> Option<&Path> {
        self.control.as_deref()
    }

    /// The chips as `--asic` names them, with the control channel where there is one.
    #[must_use]
    pub fn spec(&self, model: &str) -> String {
        let control = self.control.as_ref().map_or_else(String::new, |path| format!(",control={}", path.display()));
        format!("{}:{model}{control}", self.chips.display())
    }
}

/// Serves an emulator while `host` runs, and gives its counts.
///
/// # Errors
/// When no port opens, and those of `host`.
pub fn served(settings: Settings, host: impl FnOnce(&Served) -> Result<()>) -> Result<Counts> {
    let (stop, (opened, ports), (began, faults)) = (Stop::default(), channel(), channel());
    thread::scope(|scope| {
        let server = scope.spawn(|| -> Result<Counts> {
            let mut emulator = Emulator::new(settings, Instant::now())?;
            serve(&mut emulator, &Links::default(), &stop, |news| {
                // The host may have ended.
                let _ = match news {
                    News::Open { chips, control } => {
                        opened.send((chips.to_owned(), control.map(Path::to_owned))).is_ok()
                    }
                    News::Event(Event::Fault(_)) => began.send(Instant::now()).is_ok(),
                    News::Event(_) => true,
                };
            })?;
            Ok(emulator.counts())
        });
        let ports = ports.recv_timeout(OPEN).context("no port opens");
        let ended = ports.and_then(|(chips, control)| host(&Served { chips, control, faults }));
        stop.stop();
        let counts = server.join().map_err(|_| anyhow!("the emulator panicked"))?;
        ended.and(counts)
    })
}

/// A job that nobody pays for, whose shares no search of seconds finds.
#[must_use]
pub fn job() -> Job {
    Job {
        id: "practice".into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: BIP_320_MASK,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![], extranonce2_len: 8, suffix: vec![] },
        branch: vec![],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(1_700_000_000),
        last_ntime: Ntime(1_700_000_000),
        share_target: Target::from_compact(Nbits(0x1d00_ffff)).unwrap_or(Target::ZERO),
    }
}
