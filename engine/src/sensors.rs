//! What hardware says of itself: temperature, power, energy, fan, clock.
//!
//! Any of it may be absent, and absent is never zero: virtual machines have no sensors at all, and some need rights. A
//! [`Sensors`] reads those of one device; [`of_cpu`] and [`of_card`] find it, or say why there is none. [`Guard`] decides by
//! temperature when a device rests.

mod guard;
mod nvidia;
mod settings;
mod sysfs;

use std::fmt;
use std::path::Path;

pub use guard::{Guard, TemperatureLimits, Turn};
pub use settings::{CardSettings, settings_of_card};
pub use sysfs::{CardSensors, CpuSensors};

/// Where Linux shows its devices.
const SYS: &str = "/sys";

/// The sensors of one device.
pub trait Sensors: Send {
    /// Which they are, such as `nvml` or `amdgpu`.
    fn source(&self) -> &str;

    /// What their power and energy cover.
    fn boundary(&self) -> Boundary;

    /// What they say now. Takes up to some milliseconds, on hardware that answers slowly.
    fn read(&mut self) -> Reading;
}

/// What a measured power covers. Two powers are compared only within the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boundary {
    /// The processor, without memory, board and power supply.
    Package,
    /// A card with all that is on it.
    Board,
}

impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Package => "package",
            Self::Board => "board",
        })
    }
}

/// What sensors say at one moment. `None` is absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The hottest of the device's temperatures, in degrees Celsius.
    pub temperature: Option<f64>,
    /// What it draws, in watts.
    pub power: Option<f64>,
    /// What it has drawn since its sensors were opened, in microjoules: exact over any time, where powers are samples.
    pub energy: Option<u64>,
    /// How fast its fan turns.
    pub fan: Option<Fan>,
    /// The clock of what computes, in megahertz.
    pub clock: Option<u32>,
    /// Why it runs slower than it could, in words; empty where it does not, or does not say.
    pub throttled_by: Vec<&'static str>,
}

/// How fast a fan turns, in the unit in which its card tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fan {
    /// Percent of its full speed.
    Percent(u32),
    /// Turns a minute.
    Rpm(u32),
}

impl fmt::Display for Fan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent} %"),
            Self::Rpm(turns) => write!(f, "{turns} rpm"),
        }
    }
}

/// What the sensors say in few words, `71 °C, 284 W, 1755 MHz`; nothing where all are absent.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            self.temperature.map(|degrees| format!("{degrees:.0} °C")),
            self.power.map(|watts| format!("{watts:.0} W")),
            self.fan.map(|fan| format!("fan {fan}")),
            self.clock.map(|megahertz| format!("{megahertz} MHz")),
            (!self.throttled_by.is_empty()).then(|| format!("throttled by {}", self.throttled_by.join(", "))),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// Why a device has no sensors that can be read, and what could be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Absent(String);

impl Absent {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// The sensors of the processor: its hottest temperature, the energy of all its packages, its clock.
///
/// # Errors
/// [`Absent`] where nothing can be read, as in a virtual machine.
pub fn of_cpu() -> Result<CpuSensors, Absent> {
    CpuSensors::open(Path::new(SYS))
}

/// The sensors of the card at this PCI address, as `0000:03:00.0`.
///
/// # Errors
/// [`Absent`] where nothing can be read.
pub fn of_card(pci_address: &str) -> Result<Box<dyn Sensors>, Absent> {
    match nvidia::open(pci_address) {
        Ok(sensors) => Ok(Box::new(sensors)),
        Err(absent) if sysfs::is_nvidia(Path::new(SYS), pci_address) => Err(absent),
        Err(_) => Ok(Box::new(CardSensors::open(Path::new(SYS), pci_address)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_shows_what_is_there_and_nothing_else() {
        let all = Reading {
            temperature: Some(71.4),
            power: Some(284.2),
            energy: Some(1),
            fan: Some(Fan::Percent(40)),
            clock: Some(1755),
            throttled_by: vec!["power limit", "heat"],
        };
        assert_eq!(all.to_string(), "71 °C, 284 W, fan 40 %, 1755 MHz, throttled by power limit, heat");
        assert_eq!(Reading { fan: Some(Fan::Rpm(900)), ..Reading::default() }.to_string(), "fan 900 rpm");
        assert_eq!(Reading::default().to_string(), "");
    }

    #[test]
    fn a_card_that_is_not_there_is_told_in_words() {
        let Err(absent) = of_card("ffff:ff:1f.7") else { panic!("no machine has a card there") };
        assert!(absent.to_string().contains("ffff:ff:1f.7"), "{absent}");
    }
}
