//! NVIDIA's cards, through NVML: the driver brings the library, and it is opened at run time.

use nvml_wrapper::bitmasks::device::ThrottleReasons;
use nvml_wrapper::enum_wrappers::device::{Clock, TemperatureSensor};
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::{Device, Nvml};

use super::{Absent, Boundary, Fan, Reading, Sensors};

/// A card of NVIDIA.
pub(super) struct NvidiaSensors {
    nvml: Nvml,
    pci_address: String,
    /// The counter of energy at the start, in millijoules; it counts from the driver's start on.
    energy_before: Option<u64>,
}

/// The card at this PCI address.
pub(super) fn open(pci_address: &str) -> Result<NvidiaSensors, Absent> {
    let absent = |error: NvmlError| {
        let next = match error {
            NvmlError::LibloadingError(_) => "its library comes with NVIDIA's driver",
            NvmlError::NoPermission => "it may be asked by its group alone",
            _ => "see whether nvidia-smi works",
        };
        Absent(format!("NVML does not answer for {pci_address} ({error}): {next}"))
    };
    let nvml = Nvml::init().map_err(absent)?;
    let energy_before = {
        let device = nvml.device_by_pci_bus_id(pci_address).map_err(absent)?;
        device.total_energy_consumption().ok()
    };
    Ok(NvidiaSensors { nvml, pci_address: pci_address.to_owned(), energy_before })
}

impl Sensors for NvidiaSensors {
    fn source(&self) -> &'static str {
        "nvml"
    }

    fn boundary(&self) -> Boundary {
        Boundary::Board
    }

    fn read(&mut self) -> Reading {
        // Asked for anew: after a reset of the driver an old handle answers no more.
        self.nvml.device_by_pci_bus_id(&*self.pci_address).map(|card| self.read_from(&card)).unwrap_or_default()
    }
}

impl NvidiaSensors {
    fn read_from(&self, card: &Device<'_>) -> Reading {
        let energy = card.total_energy_consumption().ok();
        let drawn = energy.zip(self.energy_before).and_then(|(now, before)| now.checked_sub(before)?.checked_mul(1000));
        Reading {
            temperature: card.temperature(TemperatureSensor::Gpu).ok().map(f64::from),
            power: card.power_usage().ok().map(|milliwatts| f64::from(milliwatts) / 1000.0),
            energy: drawn,
            // Cards for data centres have none, and say so.
            fan: card.fan_speed(0).ok().map(Fan::Percent),
            clock: card.clock_info(Clock::SM).ok(),
            throttled_by: card.current_throttle_reasons().map(words).unwrap_or_default(),
        }
    }
}

fn words(reasons: ThrottleReasons) -> Vec<&'static str> {
    let known = [
        (ThrottleReasons::SW_POWER_CAP, "power limit"),
        (ThrottleReasons::HW_SLOWDOWN, "hardware slowdown"),
        (ThrottleReasons::SW_THERMAL_SLOWDOWN, "heat"),
        (ThrottleReasons::HW_THERMAL_SLOWDOWN, "heat, by hardware"),
        (ThrottleReasons::HW_POWER_BRAKE_SLOWDOWN, "power brake"),
        (ThrottleReasons::APPLICATIONS_CLOCKS_SETTING, "clocks that were set"),
    ];
    known.into_iter().filter(|(reason, _)| reasons.contains(*reason)).map(|(_, words)| words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_its_words_and_idleness_is_none() {
        assert_eq!(words(ThrottleReasons::SW_POWER_CAP | ThrottleReasons::GPU_IDLE), ["power limit"]);
        assert_eq!(
            words(ThrottleReasons::HW_SLOWDOWN | ThrottleReasons::SW_THERMAL_SLOWDOWN),
            ["hardware slowdown", "heat"]
        );
        assert!(words(ThrottleReasons::empty()).is_empty());
    }

    #[test]
    fn without_a_driver_the_reason_is_told() {
        if Nvml::init().is_err() {
            let Err(absent) = open("0000:01:00.0") else { panic!("no library, no card") };
            assert!(absent.to_string().starts_with("NVML does not answer for 0000:01:00.0 ("), "{absent}");
        }
    }
}
