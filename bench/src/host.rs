//! The machine as a result describes it: what changes speed, and nothing that tells whose it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hashkit_engine::sensors;
use hashkit_kernels::Gpu;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::machine::Machine;

/// Instruction sets that kernels care for.
const FEATURES: [&str; 12] =
    ["ssse3", "sse4_1", "avx2", "bmi2", "sha_ni", "avx512f", "avx512bw", "avx512vl", "vaes", "neon", "asimd", "sha2"];

/// The machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// What its owner calls it; only where somebody asked for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A hash over all of what follows: of equal ones results can be compared.
    pub fingerprint: String,
    /// The same without drivers, kernel and governor: the hardware.
    pub hardware: String,
    /// The processor.
    pub cpu: Cpu,
    /// The memory.
    pub memory: Memory,
    /// The system.
    pub os: Os,
    /// Whether a hypervisor lies between.
    #[serde(rename = "virtual")]
    pub is_virtual: bool,
    /// The GPUs that were used.
    pub gpus: Vec<GpuOfHost>,
}

/// The processor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cpu {
    /// What its maker calls it.
    pub model: String,
    /// How many cores it has; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<usize>,
    /// How many threads this process may run at once.
    pub threads: usize,
    /// Its instruction sets, as far as kernels care.
    pub features: Vec<String>,
    /// What chooses its clock; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub governor: Option<String>,
    /// Whether it may exceed its nominal clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turbo: Option<bool>,
    /// Between which clocks somebody holds it, in megahertz: equal where it is locked. Absent where it is free, or nothing tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_held_mhz: Option<[u32; 2]>,
    /// Its microcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microcode: Option<String>,
}

/// The memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// How many GiB there are; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gib: Option<f64>,
    /// Whether huge pages were set aside.
    pub huge_pages: bool,
}

/// The system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Os {
    /// `linux`, say.
    pub name: String,
    /// The series of its kernel, as 6.1; absent where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
}

/// A GPU.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GpuOfHost {
    /// As `hashkit devices` lists it.
    pub id: String,
    /// What its maker calls it.
    pub model: String,
    /// The driver and its version.
    pub driver: String,
    /// How many GiB of memory it has; absent where the API does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_gib: Option<f64>,
    /// Where it is on the bus; absent where its API does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pci: Option<String>,
    /// The version of its firmware; absent where its driver does not tell, as all that follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vbios: Option<String>,
    /// How much it may draw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power_limit_w: Option<f64>,
    /// How its clocks are held, where they are not left to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clocks_held: Option<String>,
    /// Whether it is a program on the processor.
    pub is_software: bool,
}

impl GpuOfHost {
    /// What of a card changes speed.
    #[must_use]
    pub fn of(gpu: &Gpu) -> Self {
        let pci = Some(gpu.pci_address.clone()).filter(|pci| !pci.is_empty() && !gpu.is_software);
        let held = pci.as_deref().map(sensors::settings_of_card).unwrap_or_default();
        Self {
            pci,
            vbios: held.vbios,
            power_limit_w: held.power_limit,
            clocks_held: held.clocks,
            id: gpu.id.clone(),
            model: gpu.name.clone(),
            driver: gpu.driver.clone(),
            memory_gib: gpu.memory.map(|bytes| gib(bytes as f64)),
            is_software: gpu.is_software,
        }
    }
}

impl Host {
    /// This machine, with the GPUs that are used, and with its name where that is wanted.
    #[must_use]
    pub fn this(gpus: Vec<GpuOfHost>, is_named: bool) -> Self {
        let root = Path::new("/");
        let name = text(root, "proc/sys/kernel/hostname").filter(|_| is_named);
        Self { name, ..Self::from_root(root, Machine::this(), gpus) }
    }

    fn from_root(root: &Path, machine: Machine, gpus: Vec<GpuOfHost>) -> Self {
        let cpuinfo = text(root, "proc/cpuinfo").unwrap_or_default();
        let field = |names: &[&str]| {
            let mut fields = cpuinfo.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(key, _)| names.contains(&key.trim())).map(|(_, value)| value.trim().to_owned())
        };
        let flags = field(&["flags", "Features"]).unwrap_or_default();
        let has = |feature: &&str| flags.split_ascii_whitespace().any(|flag| flag == *feature);
        let meminfo = text(root, "proc/meminfo").unwrap_or_default();
        let mut host = Self {
            name: None,
            fingerprint: String::new(),
            hardware: String::new(),
            cpu: Cpu {
                model: machine.cpu,
                cores: cores(&cpuinfo),
                threads: machine.threads,
                features: FEATURES.iter().filter(|feature| has(feature)).map(|feature| (*feature).to_owned()).collect(),
                governor: text(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                turbo: turbo(root),
                clock_held_mhz: clock_held(root),
                microcode: field(&["microcode"]),
            },
            memory: Memory {
                gib: in_kib(&meminfo, "MemTotal").map(|kib| gib(kib as f64 * 1024.0)),
                huge_pages: in_kib(&meminfo, "HugePages_Total").is_some_and(|pages| pages > 0),
            },
            os: Os {
                name: std::env::consts::OS.to_owned(),
                kernel: text(root, "proc/sys/kernel/osrelease").as_deref().and_then(series),
            },
            is_virtual: machine.is_virtual,
            gpus,
        };
        (host.hardware, host.fingerprint) = host.fingerprints();
        host
    }

    /// Of the hardware, and of all.
    fn fingerprints(&self) -> (String, String) {
        let mut parts = vec![
            format!("cpu {}", self.cpu.model),
            format!("threads {}", self.cpu.threads),
            format!("features {}", self.cpu.features.join(" ")),
            // Kernels take a little for themselves, and not always the same.
            format!("memory {}", self.memory.gib.map_or(0.0, f64::round)),
            format!("virtual {}", self.is_virtual),
        ];
        parts.extend(self.gpus.iter().map(|gpu| format!("gpu {} {:?}", gpu.model, gpu.memory_gib)));
        let hardware = digest(&parts);
        parts.push(format!("os {} {:?}", self.os.name, self.os.kernel));
        parts.push(format!(
            "governor {:?}, turbo {:?}, microcode {:?}",
            self.cpu.governor, self.cpu.turbo, self.cpu.microcode
        ));
        // What is not told leaves the fingerprint as it was before anybody asked for it.
        parts.extend(self.cpu.clock_held_mhz.map(|held| format!("clock {held:?}")));
        for gpu in &self.gpus {
            parts.push(format!("driver {}", gpu.driver));
            parts.extend(gpu.vbios.as_ref().map(|vbios| format!("vbios {vbios}")));
            parts.extend(gpu.power_limit_w.map(|watts| format!("power limit {watts}")));
            parts.extend(gpu.clocks_held.as_ref().map(|clocks| format!("clocks {clocks}")));
        }
        (hardware, digest(&parts))
    }
}

/// The first two numbers of a kernel's release, `6.1` of `6.1.0-13-amd64`: what stands behind them can tell who built it.
fn series(release: &str) -> Option<String> {
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty());
    Some(format!("{}.{}", numbers.next()?, numbers.next()?))
}

/// Whether the clock may exceed the nominal one: told by the driver of Intel, or by that of all others.
pub(crate) fn turbo(root: &Path) -> Option<bool> {
    let of_intel = text(root, "sys/devices/system/cpu/intel_pstate/no_turbo").map(|off| off == "0");
    of_intel.or_else(|| text(root, "sys/devices/system/cpu/cpufreq/boost").map(|on| on == "1"))
}

/// Between which clocks the system holds the first core, in megahertz, where that is less than it can.
pub(crate) fn clock_held(root: &Path) -> Option<[u32; 2]> {
    let megahertz = |file: &str| {
        let kilohertz = text(root, &format!("sys/devices/system/cpu/cpu0/cpufreq/{file}"))?.parse::<u32>().ok()?;
        Some(kilohertz / 1000)
    };
    let (low, high) = (megahertz("scaling_min_freq")?, megahertz("scaling_max_freq")?);
    let is_held = low == high || megahertz("cpuinfo_max_freq").is_some_and(|most| high < most);
    is_held.then_some([low, high])
}

/// How many cores `/proc/cpuinfo` names; `None` where it names none, as on aarch64.
fn cores(cpuinfo: &str) -> Option<usize> {
    let mut cores = BTreeSet::new();
    for processor in cpuinfo.split("\n\n") {
        let field = |name: &str| {
            let mut fields = processor.lines().filter_map(|line| line.split_once(':'));
            fields.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
        };
        cores.extend(field("physical id").zip(field("core id")));
    }
    (!cores.is_empty()).then_some(cores.len())
}

fn digest(parts: &[String]) -> String {
    let hash = Sha256::digest(parts.join("\n").as_bytes());
    format!("sha256:{}", hashkit_chain::hex::encode(&hash[..16]))
}

/// The number of a line of `/proc/meminfo`.
pub(crate) fn in_kib(meminfo: &str, name: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

fn gib(bytes: f64) -> f64 {
    (bytes / f64::from(1 << 30) * 100.0).round() / 100.0
}

/// The text of a file below `root`, without the blanks around.
pub(crate) fn text(root: &Path, file: &str) -> Option<String> {
    Some(fs::read_to_string(root.join(file)).ok()?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn host(files: &[(&str, &str)]) -> Host {
        let root = TempDir::new().expect("there is room");
        for (file, text) in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("there is room");
            fs::write(path, text).expect("there is room");
        }
        let machine = Machine { cpu: "Some CPU".to_owned(), threads: 4, is_virtual: false };
        Host::from_root(root.path(), machine, Vec::new())
    }

    const FILES: [(&str, &str); 6] = [
        ("proc/cpuinfo", "model name : Some CPU\nmicrocode : 0x1\nflags : fpu sse4_1 avx2 sha_ni\n"),
        ("proc/meminfo", "MemTotal:       32780000 kB\nHugePages_Total:       0\n"),
        ("proc/sys/kernel/osrelease", "6.1.7-somebodys-cloud\n"),
        ("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n"),
        ("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n"),
        ("etc/hostname", "secret-host\n"),
    ];

    #[test]
    fn a_machine_is_told_by_what_changes_speed_and_by_nothing_that_names_it() {
        let host = host(&FILES);
        assert_eq!(host.cpu.features, ["sse4_1", "avx2", "sha_ni"]);
        assert_eq!((host.cpu.governor.as_deref(), host.cpu.turbo), (Some("powersave"), Some(false)));
        assert_eq!((host.memory.gib, host.memory.huge_pages), (Some(31.26), false));
        let text = serde_json::to_string(&host).expect("it is JSON");
        assert!(!text.contains("secret-host") && !text.contains("somebody"), "{text}");
        assert_eq!(host.os.kernel.as_deref(), Some("6.1"));
    }

    #[test]
    fn the_fingerprint_changes_with_the_system_and_that_of_the_hardware_does_not() {
        let before = host(&FILES);
        assert_eq!(before, host(&FILES), "the same machine");
        let mut files = FILES;
        files[2].1 = "6.2.0\n";
        let after = host(&files);
        assert_eq!(before.hardware, after.hardware);
        assert_ne!(before.fingerprint, after.fingerprint);
        files[0].1 = "model name : Some CPU\nflags : fpu sse4_1\n";
        assert_ne!(before.hardware, host(&files).hardware, "instructions are missing");
    }

    #[test]
    fn a_system_that_tells_nothing_is_described_all_the_same() {
        let host = host(&[]);
        assert_eq!((host.cpu.governor, host.cpu.turbo, host.memory.gib, host.os.kernel), (None, None, None, None));
    }

    #[test]
    fn cores_are_told_from_threads_and_a_clock_that_is_held_is_part_of_the_fingerprint() {
        let thread = |(package, core)| format!("processor : 0\nphysical id : {package}\ncore id : {core}\n\n");
        let info = [(0, 0), (0, 1), (0, 0), (1, 0)].map(thread).concat();
        assert_eq!((cores(&info), cores("")), (Some(3), None));
        let of = |most| {
            host(&[
                ("sys/devices/system/cpu/cpu0/cpufreq/scaling_min_freq", "800000\n"),
                ("sys/devices/system/cpu/cpu0/cpufreq/scaling_max_freq", most),
                ("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3400000\n"),
            ])
        };
        let (free, held) = (of("3400000\n"), of("2000000\n"));
        assert_eq!((free.cpu.clock_held_mhz, held.cpu.clock_held_mhz), (None, Some([800, 2000])));
        assert_eq!((free.hardware == held.hardware, free.fingerprint == held.fingerprint), (true, false));
    }
}
