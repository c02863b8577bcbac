//! What Linux shows as files below `/sys`: hwmon, powercap (Intel's and AMD's RAPL) and cpufreq.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Absent, Boundary, Fan, Reading, Sensors};

/// The drivers of hwmon that read a processor's temperature.
const CPU_DRIVERS: [&str; 4] = ["coretemp", "k10temp", "zenpower", "cpu_thermal"];

/// The processor.
pub struct CpuSensors {
    /// Folders of hwmon.
    monitors: Vec<PathBuf>,
    packages: Vec<Energy>,
    clocks: Vec<PathBuf>,
    throttles: Vec<PathBuf>,
    /// How often the packages were throttled when last asked.
    throttled: u64,
}

impl CpuSensors {
    /// Of the processor whose `/sys` this folder is, or looks like.
    ///
    /// # Errors
    /// [`Absent`] says why there is nothing to read.
    pub fn open(sys: &Path) -> Result<Self, Absent> {
        let monitors = folders(&sys.join("class/hwmon"), |folder| {
            text(&folder.join("name")).is_some_and(|name| CPU_DRIVERS.contains(&name.as_str()))
        });
        let mut denied = None;
        let zones = folders(&sys.join("class/powercap"), |folder| {
            text(&folder.join("name")).is_some_and(|name| name.starts_with("package"))
        });
        let mut packages = Vec::new();
        for zone in zones {
            match fs::metadata(&zone).and_then(|_| fs::read_to_string(zone.join("energy_uj"))) {
                Ok(_) => packages.push(Energy::open(zone.join("energy_uj"), &zone.join("max_energy_range_uj"))),
                Err(error) => denied = Some(format!("{}: {error}", zone.join("energy_uj").display())),
            }
        }
        let cores = folders(&sys.join("devices/system/cpu"), |folder| {
            folder.file_name().and_then(|name| name.to_str()?.strip_prefix("cpu")?.parse::<u32>().ok()).is_some()
        });
        let below =
            |file: &str| cores.iter().map(|core| core.join(file)).filter(|path| path.exists()).collect::<Vec<_>>();
        let (clocks, throttles) = (below("cpufreq/scaling_cur_freq"), below("thermal_throttle/package_throttle_count"));
        if monitors.is_empty() && packages.is_empty() && clocks.is_empty() {
            let why = denied.map_or_else(
                || "this system shows no sensors of the processor, as virtual machines do not".to_owned(),
                |denied| format!("the energy of the processor is for root alone ({denied}): run as root, or give yourself the right to read it"),
            );
            return Err(Absent(why));
        }
        let mut sensors = Self { monitors, packages, clocks, throttles, throttled: 0 };
        sensors.throttled = sensors.times_throttled();
        Ok(sensors)
    }

    fn times_throttled(&self) -> u64 {
        self.throttles.iter().filter_map(|path| number(path)).max().unwrap_or(0)
    }
}

impl Sensors for CpuSensors {
    fn source(&self) -> &'static str {
        "sysfs"
    }

    fn boundary(&self) -> Boundary {
        Boundary::Package
    }

    fn read(&mut self) -> Reading {
        let now = self.times_throttled();
        let before = std::mem::replace(&mut self.throttled, now);
        let kilohertz = self.clocks.iter().filter_map(|path| number(path)).max();
        Reading {
            temperature: hottest(&self.monitors),
            power: None,
            energy: self.packages.iter_mut().map(Energy::drawn).reduce(|sum, one| Some(sum? + one?)).flatten(),
            fan: None,
            clock: kilohertz.and_then(|kilohertz| u32::try_from(kilohertz / 1000).ok()),
            throttled_by: if now > before { vec!["heat"] } else { Vec::new() },
        }
    }
}

/// A card whose driver shows its sensors in hwmon: AMD's and Intel's.
pub struct CardSensors {
    driver: String,
    /// The card's folder of hwmon, as a list of one.
    monitor: [PathBuf; 1],
    energy: Option<Energy>,
}

impl CardSensors {
    pub(super) fn open(sys: &Path, pci_address: &str) -> Result<Self, Absent> {
        let card = sys.join("bus/pci/devices").join(pci_address);
        let Some(monitor) = folders(&card.join("hwmon"), |folder| folder.join("name").exists()).into_iter().next()
        else {
            let why = if card.exists() { "its driver shows no sensors" } else { "no card is there" };
            return Err(Absent(format!("{pci_address} cannot be read: {why}")));
        };
        let driver = text(&monitor.join("name")).unwrap_or_else(|| "hwmon".to_owned());
        let counter = monitor.join("energy1_input");
        let energy = counter.exists().then(|| Energy::open(counter, Path::new("")));
        Ok(Self { driver, monitor: [monitor], energy })
    }
}

impl Sensors for CardSensors {
    fn source(&self) -> &str {
        &self.driver
    }

    fn boundary(&self) -> Boundary {
        Boundary::Board
    }

    fn read(&mut self) -> Reading {
        let [monitor] = &self.monitor;
        let of = |name: &str| number(&monitor.join(name));
        // Newer chips of AMD have `input` instead of `average`.
        let microwatts = of("power1_average").or_else(|| of("power1_input"));
        Reading {
            temperature: hottest(&self.monitor),
            power: microwatts.map(millionths),
            energy: self.energy.as_mut().and_then(Energy::drawn),
            fan: of("fan1_input").and_then(|turns| u32::try_from(turns).ok()).map(Fan::Rpm),
            clock: of("freq1_input").and_then(|hertz| u32::try_from(hertz / 1_000_000).ok()),
            throttled_by: Vec::new(),
        }
    }
}

/// Whether the card at this PCI address is NVIDIA's.
pub(super) fn is_nvidia(sys: &Path, pci_address: &str) -> bool {
    text(&sys.join("bus/pci/devices").join(pci_address).join("vendor")).is_some_and(|vendor| vendor == "0x10de")
}

/// A counter of microjoules that starts again at 0 behind its range.
#[derive(Debug)]
struct Energy {
    file: PathBuf,
    /// What it counts up to; `None` where that is not told.
    range: Option<u64>,
    last: Option<u64>,
    drawn: u64,
}

impl Energy {
    fn open(file: PathBuf, range: &Path) -> Self {
        Self { range: number(range), last: number(&file), file, drawn: 0 }
    }

    /// What was drawn since the opening. Absent while the counter cannot be read; the next one that can be read has it all, as
    /// long as it did not pass its range twice meanwhile.
    fn drawn(&mut self) -> Option<u64> {
        let now = number(&self.file)?;
        let Some(last) = self.last.replace(now) else { return Some(self.drawn) };
        self.drawn += match now.checked_sub(last) {
            Some(drawn) => drawn,
            // It went round; or it was reset, which nobody can tell apart where it has no range: then only what it shows now counts.
            None => self.range.map_or(now, |range| range.saturating_sub(last).saturating_add(now)),
        };
        Some(self.drawn)
    }
}

/// The hottest temperature that these folders of hwmon show, in degrees Celsius. One outside of what silicon stands is a
/// broken or absent sensor, and passed over.
fn hottest(monitors: &[PathBuf]) -> Option<f64> {
    let files = monitors.iter().flat_map(|monitor| fs::read_dir(monitor).into_iter().flatten().flatten());
    let inputs = files.filter(|file| {
        file.file_name().to_str().is_some_and(|name| name.starts_with("temp") && name.ends_with("_input"))
    });
    let degrees = inputs
        .filter_map(|file| text(&file.path())?.parse::<i32>().ok())
        .map(|thousandths| f64::from(thousandths) / 1e3);
    degrees.filter(|degrees| (-40.0..=150.0).contains(degrees)).reduce(f64::max)
}

#[expect(clippy::cast_precision_loss, reason = "watts of hardware are far below 2^53 microwatts")]
fn millionths(value: u64) -> f64 {
    value as f64 / 1e6
}

/// The folders in a folder that are wanted, in the order of their names.
fn folders(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.retain(|folder| is_wanted(folder));
    found.sort();
    found
}

fn number(file: &Path) -> Option<u64> {
    text(file)?.parse().ok()
}

fn text(file: &Path) -> Option<String> {
    Some(fs::read_to_string(file).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests;
