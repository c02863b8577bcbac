//! Looks at chips before they mine: how many there are, and whether they find what they should.

use std::time::{Duration, Instant};

use hashkit_asic_driver::{BoardReading, ChainCounts, ChainEvent, Megahertz};
use hashkit_chain::{Algorithm, Coinbase, Hash, Hashrate, Job, Nbits, Ntime, SearchSpace, Target, Version, Work};

use super::super::DeviceError;
use super::{AsicDevice, AsicSpec, AsicWatch};

/// Chips that were started.
#[derive(Debug, Clone)]
pub struct AsicSeen {
    /// How many answered.
    pub chips: u16,
    /// What they ran at.
    pub frequency: Megahertz,
    /// What they should compute at that.
    pub expected: Hashrate,
    /// What was wrong and did not stop them.
    pub troubles: Vec<String>,
    /// What they found.
    pub counts: ChainCounts,
    /// What the board's sensors said, where it has some.
    pub board: Option<BoardReading>,
}

/// A start of the slowest chips, with its ramp, and another one where the line fails at the faster rate.
const START: Duration = Duration::from_secs(30);
/// A clock that has not moved for so long is the one that they keep.
const SETTLED: Duration = Duration::from_millis(500);
/// In which every chip has to find something: at difficulty 1 it does so in a fraction of a second.
const SEARCH: Duration = Duration::from_secs(20);

/// Starts the chips at their lowest clock, counts them, and brings them down again.
///
/// # Errors
/// [`DeviceError`] when the port cannot be opened or the chips do not start.
pub fn look(spec: &AsicSpec) -> Result<AsicSeen, DeviceError> {
    let mut device = AsicDevice::open(&spec.clone().at_the_lowest_clock(), &spec.id())?;
    started(&mut device)
}

/// As [`look`], and has every chip find a nonce, each of which the judge hashes again.
///
/// # Errors
/// [`DeviceError`] as there, and when one finds nothing, or something wrong.
pub fn prove_chips(spec: &AsicSpec) -> Result<AsicSeen, DeviceError> {
    let mut device = AsicDevice::open(&spec.clone().at_the_lowest_clock(), &spec.id())?;
    let mut seen = started(&mut device)?;
    let mut space = SearchSpace::new(practice(), 0);
    let end = Instant::now() + SEARCH;
    let mut has_work = false;
    while Instant::now() < end && device.counts().chips.iter().any(|chip| chip.nonces == 0) {
        if !has_work && device.may_hash() {
            device.assign(header(&mut space));
            has_work = true;
        }
        for event in device.step()? {
            match event {
                ChainEvent::WantsWork => device.assign(header(&mut space)),
                ChainEvent::Failed(error) => return Err(error.into()),
                ChainEvent::Trouble(trouble) => seen.troubles.push(trouble.to_string()),
                ChainEvent::Ready { .. } | ChainEvent::Nonce(_) | ChainEvent::Parked => {}
            }
        }
    }
    seen.counts = device.counts().clone();
    seen.board = device.board().copied();
    let silent = seen.counts.chips.iter().filter(|chip| chip.nonces == 0).count();
    let wrong = seen.counts.total().wrong;
    if silent > 0 || wrong > 0 {
        return Err(DeviceError::Unproved { chips: seen.counts.chips.len(), silent, wrong });
    }
    Ok(seen)
}

/// Opens the chips and starts them, until they run at their clock and may hash; `watch` sees what they do from then on.
///
/// # Errors
/// [`DeviceError`] when the port cannot be opened, or the chips do not start.
pub fn open_running(spec: &AsicSpec, watch: &AsicWatch) -> Result<AsicDevice, DeviceError> {
    let mut device = AsicDevice::open(spec, &spec.id())?;
    device.show(watch.clone());
    started(&mut device)?;
    let end = Instant::now() + START;
    let (mut expected, mut since) = (device.rates().expected, Instant::now());
    // One whose board does not let it run is opened all the same: it will be seen to find nothing.
    while Instant::now() < end && !(device.may_hash() && since.elapsed() > SETTLED) {
        for event in device.step()? {
            if let ChainEvent::Failed(error) = event {
                return Err(error.into());
            }
        }
        if device.rates().expected != expected {
            (expected, since) = (device.rates().expected, Instant::now());
        }
    }
    Ok(device)
}

fn started(device: &mut AsicDevice) -> Result<AsicSeen, DeviceError> {
    let mut troubles = Vec::new();
    let end = Instant::now() + START;
    while Instant::now() < end {
        for event in device.step()? {
            match event {
                ChainEvent::Ready { chips, frequency, expected } => {
                    let (counts, board) = (device.counts().clone(), device.board().copied());
                    return Ok(AsicSeen { chips, frequency, expected, troubles, counts, board });
                }
                ChainEvent::Failed(error) => return Err(error.into()),
                ChainEvent::Trouble(trouble) => troubles.push(trouble.to_string()),
                ChainEvent::WantsWork | ChainEvent::Nonce(_) | ChainEvent::Parked => {}
            }
        }
    }
    Err(hashkit_asic_driver::ChainError::NoAnswer.into())
}

fn header(space: &mut SearchSpace) -> Work {
    space.take_header().expect("eight bytes of extranonce2 last for ever")
}

/// A job that nobody pays for, with shares of difficulty 1.
fn practice() -> Job {
    let nbits = Nbits(0x1d00_ffff);
    Job {
        id: "practice".into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: hashkit_chain::BIP_320_MASK,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![], extranonce2_len: 8, suffix: vec![] },
        branch: vec![],
        nbits,
        ntime: Ntime(1_700_000_000),
        last_ntime: Ntime(1_700_000_000),
        share_target: Target::from_compact(nbits).unwrap_or(Target::ZERO),
    }
}
