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
        power.push(Box::new(OfSensors { source, boundary, shared: Rc::clone(&shared) }));
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
    shared: Rc<RefCell<Shared>>,
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
        let joules = reading.energy.map(|microjoules| Drawn::Joules(microjoules as f64 / 1e6));
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
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Sensors that say what a test tells them to.
    struct Told(Arc<Mutex<Reading>>);

    impl Sensors for Told {
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

    #[test]
    fn energy_comes_before_power_and_what_is_absent_stays_so() {
        let told = Arc::new(Mutex::new(Reading { power: Some(80.0), energy: Some(2_500_000), ..Reading::default() }));
        let (gauge, mut power) = watched(Box::new(Told(Arc::clone(&told))));
        assert_eq!((power[0].name(), power[0].boundary()), ("told", Boundary::Board));
        assert_eq!(power[0].drawn(), Some(Drawn::Joules(2.5)));
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
        assert!(watched(Box::new(Told(told))).1.is_empty(), "it tells no power");
    }
}
