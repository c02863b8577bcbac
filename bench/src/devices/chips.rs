//! Chips on a serial port as what is measured. They are started once for all repetitions of a case, and rest in between.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use hashkit_chain::{Algorithm, hex};
use hashkit_engine::device::asic::{AsicSpec, AsicWatch, ChainGlance, open_running};
use sha2::{Digest, Sha256};

use super::load::EngineLoad;
use super::threads::Opener;
use super::watched::Watched;
use crate::document::{Boundary, Chip, Chips};
use crate::measure::{Counts, Drawn, Gauge, Glance, Load, PowerSource, Subject, Trouble};

/// What chips compute.
pub(super) const ALGORITHM: Algorithm = Algorithm::Sha256d;
/// So many nonces a second measure to 4 % in half a minute, and fill a fifth of the slowest line.
pub(super) const FINDS_A_SECOND: f64 = 100.0;
/// No chip reports a hash that is easier than one in so many.
const EASIEST: f64 = 4_294_967_296.0;

/// The chips on one port.
#[derive(Debug, Clone)]
pub struct ChipLine {
    spec: AsicSpec,
    name: String,
    watch: AsicWatch,
}

impl ChipLine {
    /// What is on this port.
    #[must_use]
    pub fn new(spec: AsicSpec) -> Self {
        Self { name: name(spec.path()), spec, watch: AsicWatch::default() }
    }

    /// What they are called in a result: as the port was named, without what names its owner.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn model(&self) -> &'static str {
        self.spec.model().name()
    }

    pub(super) fn is_emulated(&self) -> bool {
        self.spec.is_emulated()
    }

    pub(super) fn clock_mhz(&self) -> Option<f64> {
        self.spec.frequency().map(|frequency| frequency.0)
    }

    pub(super) fn opener(&self) -> Opener {
        let line = self.clone();
        Arc::new(move || Ok(Box::new(open_running(&line.spec, &line.watch)?)))
    }

    /// Hits that are more frequent would be ones of which the chips do not tell.
    pub(super) fn least_hashes_a_find(&self) -> f64 {
        if !self.is_emulated() {
            return EASIEST;
        }
        // How hard an emulated chip makes it for itself is seen from its nonces.
        let seen = self.watch.glance().and_then(|glance| glance.hashes_a_nonce);
        seen.map_or(EASIEST, |hashes| hashes as f64)
    }

    /// What was counted since the chips were opened.
    fn counted(&self) -> Option<Chips> {
        let ChainGlance { expected, counts, .. } = self.watch.glance()?;
        let of_chip = counts.chips.iter().map(|chip| Chip {
            nonces: chip.nonces,
            wrong: chip.wrong,
            duplicates: chip.duplicates,
            late: chip.late,
        });
        Some(Chips {
            expected_rate: (!self.is_emulated()).then(|| expected.per_second()),
            nonces_expected: None,
            bad_frames: counts.bad_frames,
            resyncs: counts.resyncs,
            unknown_jobs: counts.unknown_jobs,
            starts: u64::from(counts.starts),
            each: of_chip.collect(),
        })
    }

    /// What watches the board, and tells its power where it has a sensor.
    pub(super) fn watched(&self) -> Watched {
        let board = || OfBoard { watch: self.watch.clone(), fastest: 0.0 };
        (Some(Box::new(board())), vec![Box::new(board())])
    }
}

/// As the port was named, without its folders: those of a home tell whose it is, and so does a serial number, which is hashed.
fn name(path: &Path) -> String {
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    if path.parent().is_some_and(|folder| folder.ends_with("by-id")) {
        let digest = Sha256::digest(file.as_bytes());
        return format!("asic:{}", hex::encode(&digest[..4]));
    }
    format!("asic:{file}")
}

/// Chips, to be measured alone.
pub(super) struct ChipSubject {
    line: ChipLine,
    /// From the first repetition to the last.
    open: Option<Rc<RefCell<EngineLoad>>>,
}

impl ChipSubject {
    pub(super) fn new(line: ChipLine) -> Self {
        Self { line, open: None }
    }
}

impl Subject for ChipSubject {
    fn open(&mut self) -> Result<Box<dyn Load>, Trouble> {
        let load = if let Some(load) = &self.open {
            load.borrow_mut().resume();
            Rc::clone(load)
        } else {
            let device = (self.line.name.clone(), self.line.opener());
            Rc::new(RefCell::new(EngineLoad::open(ALGORITHM, &[device])?))
        };
        self.open = Some(Rc::clone(&load));
        Ok(Box::new(AtWork { load, line: self.line.clone() }))
    }

    fn close(&mut self) {
        self.open = None;
    }
}

/// The chips during one repetition; dropped, they rest.
struct AtWork {
    load: Rc<RefCell<EngineLoad>>,
    line: ChipLine,
}

impl Load for AtWork {
    fn search_for(&mut self, hashes_a_find: f64) {
        self.load.borrow_mut().search_for(hashes_a_find.max(self.line.least_hashes_a_find()));
    }

    fn counts(&mut self) -> Counts {
        self.load.borrow_mut().counts()
    }

    fn trouble(&mut self) -> Option<Trouble> {
        self.load.borrow_mut().trouble()
    }

    fn chips(&mut self) -> Option<Chips> {
        self.line.counted()
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.load.borrow().rest();
    }
}

/// What the sensors around the chips say.
struct OfBoard {
    watch: AsicWatch,
    /// The fastest clock that the board has allowed until now: less is held back.
    fastest: f64,
}

impl Gauge for OfBoard {
    fn read(&mut self) -> Glance {
        let Some(glance) = self.watch.glance() else { return Glance::default() };
        let is_throttled = glance.allowed.map(|clock| {
            self.fastest = self.fastest.max(clock.0);
            clock.0 < self.fastest
        });
        let temperature = glance.board.and_then(|board| board.chip.or(board.back));
        Glance { temperature, clock: None, is_throttled }
    }
}

impl PowerSource for OfBoard {
    fn name(&self) -> &'static str {
        "board_sensor"
    }

    fn boundary(&self) -> Boundary {
        Boundary::Board
    }

    fn drawn(&mut self) -> Option<Drawn> {
        self.watch.glance()?.board?.power.map(Drawn::Watts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_names_a_port_and_nobody() {
        let named = |path: &str| name(Path::new(path));
        for (path, expected) in [
            ("/dev/ttyACM1", "asic:ttyACM1"),
            ("/home/somebody/board", "asic:board"),
            ("COM3", "asic:COM3"),
            ("/dev/serial/by-path/pci-0000:00:14.0", "asic:pci-0000:00:14.0"),
        ] {
            assert_eq!(named(path), expected, "{path}");
        }
        let one = named("/dev/serial/by-id/usb-Maker_Board_SECRET-if00");
        assert!(
            one.len() == "asic:".len() + 8 && one != named("/dev/serial/by-id/usb-Maker_Board_OTHER-if00"),
            "{one}"
        );
    }
}
