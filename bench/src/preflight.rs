//! What of a machine's state would spoil a measurement, looked at before it begins.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::host::{clock_held, in_kib, text, turbo};
use crate::measure::Planned;

/// A part of the machine that others may use before it counts.
const MOST_LOAD: f64 = 0.05;
/// Less free memory than this makes a system swap.
const LEAST_MEMORY_KIB: u64 = 512 * 1024;

/// Processors slow down some degrees above this, in degrees Celsius.
const MOST_HEAT: f64 = 80.0;

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Its short name: `governor`.
    pub id: String,
    /// How bad it is.
    pub level: Level,
    /// What it is and what could be done, for people.
    pub text: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Good to know.
    Info,
    /// It changes the result; with `--strict` nothing is measured.
    Warning,
    /// Nothing can be measured.
    Blocker,
}

impl Finding {
    /// A finding.
    #[must_use]
    pub fn new(id: &str, level: Level, text: impl Into<String>) -> Self {
        Self { id: id.to_owned(), level, text: text.into() }
    }
}

/// Looks at this machine, of which this process may use so many threads at once.
#[must_use]
pub fn preflight(threads: usize) -> Vec<Finding> {
    let allowed = hashkit_engine::device::cores().len();
    look(Path::new("/"), threads, allowed)
}

/// Which power sources these cases have, and which of them answer now.
#[must_use]
pub fn power(cases: &mut [&mut Planned]) -> Finding {
    let mut known: Vec<String> = Vec::new();
    for source in cases.iter_mut().flat_map(|case| &mut case.power) {
        let silent = if source.drawn().is_some() { "" } else { ", silent until now" };
        let words = format!("{} ({}{silent})", source.name(), source.boundary().name());
        if !known.contains(&words) {
            known.push(words);
        }
    }
    let text = if known.is_empty() {
        "no power source was found: name a plug with --plug, or tell watts with --watts; a processor's own counter may need root".to_owned()
    } else {
        format!("power is told by {}", known.join(", "))
    };
    Finding::new("power", Level::Info, text)
}

/// Looks at the system below `root`; its affinity mask allows this process so many logical processors.
fn look(root: &Path, threads: usize, allowed: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |id: &str, level: Level, text: String| findings.push(Finding::new(id, level, text));
    if cfg!(debug_assertions) {
        find(
            "debug_build",
            Level::Warning,
            "this hashkit was built without all optimizations: build with --release".to_owned(),
        );
    }
    if let Some(governor) = text(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        && governor != "performance"
    {
        let text = format!("the governor is {governor}: cpupower frequency-set -g performance keeps the clock up");
        find("governor", Level::Info, text);
    }
    if let Some([low, high]) = clock_held(root) {
        let text = if low == high {
            format!("the clock is locked at {low} MHz")
        } else {
            format!("the clock is held between {low} and {high} MHz, below what the processor can")
        };
        find("clock_held", Level::Info, text);
    }
    if turbo(root) == Some(true) {
        find("turbo", Level::Info, "the clock may exceed its nominal one: it follows heat and load".to_owned());
    }
    if text(root, "sys/devices/system/cpu/smt/active").is_some_and(|active| active == "1") {
        find("smt", Level::Info, "two threads share a core: each alone is faster than beside the other".to_owned());
    }
    if let Some(degrees) = hottest(root).filter(|degrees| *degrees > MOST_HEAT) {
        let text = format!("it is {degrees:.0} °C hot before anything runs: let it cool down");
        find("hot", Level::Warning, text);
    }
    if allowed > threads {
        let text = format!("a quota leaves {threads} of {allowed} processors: threads will wait for their turn");
        find("cpu_quota", Level::Warning, text);
    }
    if let Some(load) = load(root).filter(|load| *load > MOST_LOAD * threads as f64) {
        let text = format!("others use the machine (load {load:.2}): end what need not run");
        find("busy", Level::Warning, text);
    }
    if is_on_battery(root) {
        find("battery", Level::Warning, "the machine runs on its battery: plug it in".to_owned());
    }
    if text(root, "proc/cpuinfo").is_some_and(|info| info.contains(" hypervisor")) {
        find("virtual", Level::Info, "a virtual machine: what its neighbours do is not seen here".to_owned());
    }
    let meminfo = text(root, "proc/meminfo").unwrap_or_default();
    if let Some(free) = in_kib(&meminfo, "MemAvailable").filter(|free| *free < LEAST_MEMORY_KIB) {
        find("memory", Level::Warning, format!("only {} MiB of memory are free: end what need not run", free / 1024));
    }
    if in_kib(&meminfo, "HugePages_Total") == Some(0) {
        find("huge_pages", Level::Info, "no huge pages are set aside: scrypt may gain by some".to_owned());
    }
    let clock = text(root, "sys/devices/system/clocksource/clocksource0/current_clocksource");
    if let Some(clock) =
        clock.filter(|clock| ["jiffies", "acpi_pm", "hpet", "refined-jiffies"].contains(&clock.as_str()))
    {
        find("clock_source", Level::Warning, format!("the clock of the system is {clock}, which is slow to read"));
    }
    findings
}

/// The hottest of the system's thermal zones, in degrees Celsius.
fn hottest(root: &Path) -> Option<f64> {
    let zones = fs::read_dir(root.join("sys/class/thermal")).into_iter().flatten().flatten();
    let degrees = |folder: fs::DirEntry| text(&folder.path(), "temp")?.parse::<f64>().ok().map(|milli| milli / 1000.0);
    zones.filter_map(degrees).reduce(f64::max)
}

/// The load average of the last minute.
fn load(root: &Path) -> Option<f64> {
    text(root, "proc/loadavg")?.split(' ').next()?.parse().ok()
}

fn is_on_battery(root: &Path) -> bool {
    let supplies: Vec<_> = fs::read_dir(root.join("sys/class/power_supply")).into_iter().flatten().flatten().collect();
    let tells = |file: &str, value: &str| {
        supplies.iter().any(|supply| text(&supply.path(), file).is_some_and(|text| text == value))
    };
    tells("status", "Discharging") && !tells("online", "1")
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A system, and what has to be found in it.
    struct Row<'a>(&'a str, usize, usize, &'a [(&'a str, &'a str)], &'a [&'a str]);

    fn found(threads: usize, allowed: usize, files: &[(&str, &str)]) -> Vec<String> {
        let root = TempDir::new().expect("there is room");
        for (file, text) in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("there is room");
            fs::write(path, text).expect("there is room");
        }
        let findings = look(root.path(), threads, allowed);
        // What this test was built with is not what it is about.
        findings.into_iter().map(|finding| finding.id).filter(|id| id != "debug_build").collect()
    }

    #[test]
    fn each_state_that_spoils_a_measurement_is_found() {
        let governor = "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";
        let clock = "sys/devices/system/clocksource/clocksource0/current_clocksource";
        let zone = "sys/class/thermal/thermal_zone0/temp";
        let [status, online] = ["sys/class/power_supply/BAT0/status", "sys/class/power_supply/AC/online"];
        let least = "sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq";
        let most = "sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq";
        let can = "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq";
        let cases = [
            Row("a system that tells nothing", 4, 4, &[], &[]),
            Row("a governor that saves power", 4, 4, &[(governor, "powersave\n")], &["governor"]),
            Row("one that does not", 4, 4, &[(governor, "performance\n")], &[]),
            Row("a clock that moves", 4, 4, &[("sys/devices/system/cpu/cpufreq/boost", "1\n")], &["turbo"]),
            Row("a clock that is locked", 4, 4, &[(least, "2000000\n"), (most, "2000000\n")], &["clock_held"]),
            Row(
                "one that is held",
                4,
                4,
                &[(least, "800000\n"), (most, "2000000\n"), (can, "3400000\n")],
                &["clock_held"],
            ),
            Row("one that is free", 4, 4, &[(least, "800000\n"), (most, "3400000\n"), (can, "3400000\n")], &[]),
            Row("shared cores", 4, 4, &[("sys/devices/system/cpu/smt/active", "1\n")], &["smt"]),
            Row("heat", 4, 4, &[(zone, "91500\n")], &["hot"]),
            Row("warmth", 4, 4, &[(zone, "55000\n")], &[]),
            Row("a quota", 2, 8, &[], &["cpu_quota"]),
            Row("some load", 4, 4, &[("proc/loadavg", "0.30 0.1 0.1 1/99 4\n")], &["busy"]),
            Row("little load", 4, 4, &[("proc/loadavg", "0.10 0.1 0.1 1/99 4\n")], &[]),
            Row("a battery", 4, 4, &[(status, "Discharging\n"), (online, "0\n")], &["battery"]),
            Row("a battery that is charged", 4, 4, &[(status, "Charging\n"), (online, "1\n")], &[]),
            Row("a hypervisor", 4, 4, &[("proc/cpuinfo", "flags : fpu hypervisor\n")], &["virtual"]),
            Row("little memory", 4, 4, &[("proc/meminfo", "MemAvailable:  100000 kB\n")], &["memory"]),
            Row("no huge pages", 4, 4, &[("proc/meminfo", "HugePages_Total:   0\n")], &["huge_pages"]),
            Row("a slow clock", 4, 4, &[(clock, "acpi_pm\n")], &["clock_source"]),
        ];
        for Row(case, threads, allowed, files, expected) in cases {
            assert_eq!(found(threads, allowed, files), expected, "{case}");
        }
    }
}
