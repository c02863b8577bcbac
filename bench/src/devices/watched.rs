//! Sensors of a device, shared by what watches its heat and what counts its energy.

use std::cell::RefCell;
use std::rc::Rc;

use hashkit_engine::sensors::{self, Reading, Sensors};

use crate::document::Boundary;
use crate::measure::{Drawn, Gauge, Glance, PowerSource};

/// Clocks that somebody has set are no trouble of the device.
const NOT_THROTTLED: &str = "clocks that were set";

/// One device's sensors.
struct Shared {
    sensors: Box<dyn Sensors>,
    /// Whether it was throttled since the gauge was last read: some sensors say it once.
    was_throttled: bool,
}

impl Shared {
    fn read(&mut self) -> Reading {
        let reading = self.sensors.read();
        self.was_throttled |= reading.throttled_by.iter().any(|reason| *reason != NOT_THROTTLED);
        reading
    }
}

/// What watches a device, and what counts its energy where its sensors tell it.
pub(super) type Watched = (Option<Box<dyn Gauge>>, Vec<Box<dyn PowerSource>>);

/// Watches a device by these sensors.
pub(super) fn watched(sensors: Box<dyn Sensors>) -> Watched {
    let (source, boundary) = (sensors.source().to_owned(), Boundary::from(sensors.boundary()));
    let mut shared = Shared { sensors, was_throttled: false };
    let first = shared.read();
    let shared = Rc::new(RefCell::new(shared));
    let mut power: Vec<Box<dyn PowerSource>> = Vec::new();
    if first.energy.is_some() || first.power.is_some() {
        let (source, shared) = (source.clone(), Rc::clone(&shared));
        power.push(Box::new(OfSensors { source, boundary, told: Told::Best, shared }));
    }
    if first.energy.is_some() && first.power.is_some() {
        // Two that ought to agree: where they do not, one of them is not to be trusted.
        let (source, shared) = (format!("{source}_power"), Rc::clone(&shared));
        power.push(Box::new(OfSensors { source, boundary, told: Told::Power, shared }));
    }
    (Some(Box::new(HeatOfSensors(shared))), power)
}

struct HeatOfSensors(Rc<RefCell<Shared>>);

impl Gauge for HeatOfSensors {
    fn read(&mut self) -> Glance {
        let mut shared = self.0.borrow_mut();
        let reading = shared.read();
        let is_throttled = std::mem::take(&mut shared.was_throttled);
        Glance { temperature: reading.temperature, clock: reading.clock, is_throttled: Some(is_throttled) }
    }
}

struct OfSensors {
    source: String,
    boundary: Boundary,
    told: Told,
    shared: Rc<RefCell<Shared>>,
}

/// What of the sensors is told.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    /// The counter of energy, or power where there is none.
    Best,
    /// Power, which is there beside the counter.
    Power,
}

impl PowerSource for OfSensors {
    fn name(&self) -> &str {
        &self.source
    }

    fn boundary(&self) -> Boundary {
        self.boundary
    }

    fn drawn(&mut self) -> Option<Drawn> {
        let reading = self.shared.borrow_mut().read();
        // A counter is exact over any time, where powers are samples.
        let joules = reading
            .energy
            .filter(|_| self.told == Told::Best)
            .map(|microjoules| Drawn::Joules(microjoules as f64 / 1e6));
        joules.or_else(|| reading.power.map(Drawn::Watts))
    }
}

impl From<sensors::Boundary> for Boundary {
    fn from(boundary: sensors::Boundary) -> Self {
        match boundary {
            sensors::Boundary::Package => Self::Package,
            sensors::Boundary::Board => Self::Board,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use hashkit_engine::sensors::CpuSensors;

    use super::*;
    use crate::measure::simulated::{Simulated, SimulatedClock};
    use crate::measure::tests::{planned, simulate};
    use crate::measure::{Clock, Times};

    /// Sensors that say what a test tells them to.
    struct Scripted(Arc<Mutex<Reading>>);

    impl Sensors for Scripted {
        fn source(&self) -> &'static str {
            "told"
        }

        fn boundary(&self) -> sensors::Boundary {
            sensors::Boundary::Board
        }

        fn read(&mut self) -> Reading {
            self.0.lock().expect("nobody panics").clone()
        }
    }

    /// A processor of 10 W, and of 60 W under load, as Linux shows it: with a counter that goes round every 200 J.
    struct FakePackage {
        sensors: Box<dyn PowerSource>,
        file: PathBuf,
        device: Simulated,
        microjoules: u64,
        last: Duration,
        reads: u32,
    }

    const RANGE: u64 = 200_000_000;

    impl FakePackage {
        fn new(sys: &Path, device: Simulated) -> Self {
            let zone = sys.join("class/powercap/intel-rapl:0");
            fs::create_dir_all(&zone).expect("there is room");
            for (name, text) in [("name", "package-0"), ("energy_uj", "0"), ("max_energy_range_uj", &RANGE.to_string())]
            {
                fs::write(zone.join(name), text).expect("there is room");
            }
            let sensors = CpuSensors::open(sys).expect("there is a zone");
            let sensors = watched(Box::new(sensors)).1.remove(0);
            Self { sensors, file: zone.join("energy_uj"), device, microjoules: 0, last: Duration::ZERO, reads: 0 }
        }
    }

    impl PowerSource for FakePackage {
        fn name(&self) -> &str {
            self.sensors.name()
        }

        fn boundary(&self) -> Boundary {
            self.sensors.boundary()
        }

        fn drawn(&mut self) -> Option<Drawn> {
            let now = self.device.clock.now();
            let watts = if self.device.working_since.get().is_some() { 60 } else { 10 };
            let passed = u64::try_from(now.saturating_sub(self.last).as_micros()).expect("it takes minutes");
            self.microjoules = (self.microjoules + watts * passed) % RANGE;
            self.last = now;
            self.reads += 1;
            // Now and then the file is not there.
            if self.reads.is_multiple_of(7) {
                fs::remove_file(&self.file).expect("it was there");
            } else {
                fs::write(&self.file, self.microjoules.to_string()).expect("there is room");
            }
            let drawn = self.sensors.drawn();
            fs::write(&self.file, self.microjoules.to_string()).expect("there is room");
            drawn
        }
    }

    #[test]
    fn a_counter_that_goes_round_and_a_file_that_is_missing_now_and_then_cost_no_joule() {
        let sys = tempfile::tempdir().expect("there is room");
        let clock = SimulatedClock::default();
        let device = Simulated::new(&clock, 1e6, 1);
        let mut planned = planned("case", Box::new(device.clone()), 250.0);
        planned.power.push(Box::new(FakePackage::new(sys.path(), device)));
        let times = Times { measure: Duration::from_secs(30), idle: Duration::from_secs(8), ..Times::DEFAULT };
        let case = simulate(vec![planned], &times, &clock).0.remove(0);
        let best = &case.summary.as_ref().expect("nothing was wrong").efficiency[0];
        assert_eq!((best.source.as_str(), best.boundary), ("sysfs", Boundary::Package));
        assert!((best.gross_w - 60.0).abs() < 0.1, "{best:?}");
        assert!(best.net_w.is_some_and(|net| (net - 50.0).abs() < 0.1), "{best:?}");
        assert!(case.repetitions.iter().all(|one| one.energy[0].gross_j > 1e-6 * RANGE as f64), "each goes round");
    }

    #[test]
    fn energy_comes_before_power_and_what_is_absent_stays_so() {
        let told = Arc::new(Mutex::new(Reading { power: Some(80.0), energy: Some(2_500_000), ..Reading::default() }));
        let (gauge, mut power) = watched(Box::new(Scripted(Arc::clone(&told))));
        assert_eq!((power[0].name(), power[0].boundary()), ("told", Boundary::Board));
        assert_eq!(power[0].drawn(), Some(Drawn::Joules(2.5)));
        assert_eq!(power[1].name(), "told_power");
        assert_eq!(power[1].drawn(), Some(Drawn::Watts(80.0)));
        told.lock().expect("nobody panics").energy = None;
        assert_eq!(power[0].drawn(), Some(Drawn::Watts(80.0)));
        told.lock().expect("nobody panics").power = None;
        assert_eq!(power[0].drawn(), None);
        let mut gauge = gauge.expect("there are sensors");
        assert_eq!(gauge.read(), Glance { temperature: None, clock: None, is_throttled: Some(false) });

        *told.lock().expect("nobody panics") = Reading { throttled_by: vec!["heat"], ..Reading::default() };
        power[0].drawn();
        *told.lock().expect("nobody panics") = Reading { throttled_by: vec![NOT_THROTTLED], ..Reading::default() };
        assert_eq!(gauge.read().is_throttled, Some(true), "the other reader has seen it");
        assert_eq!(gauge.read().is_throttled, Some(false));
        assert!(watched(Box::new(Scripted(told))).1.is_empty(), "it tells no power");
    }
}
