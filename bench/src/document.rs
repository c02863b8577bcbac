//! The result of a run as one JSON document: what was claimed, on what, under which conditions. `docs/hashkit-bench.schema.json`
//! is its schema. New fields may be added; one that changes its name or its meaning needs a new number in [`SCHEMA`].

mod chips;
mod file;
mod integrity;

use serde::{Deserialize, Serialize};

pub use chips::{Chip, Chips};
pub use file::{ReadError, Saved, WriteError, check_writable, read, read_any, write};
pub(crate) use file::{Sealed, put, write_sealed};
pub(crate) use integrity::integrity;
pub use integrity::seal;

use crate::host::Host;
use crate::preflight::Finding;
use crate::statistics::Percentiles;

/// The name and number of the schema.
pub const SCHEMA: &str = "hashkit-bench/1";

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: String,
    /// When the run ended, in UTC: `2026-11-21T00:50:07Z`.
    pub created: String,
    /// Which hashkit measured.
    pub tool: Tool,
    /// On what.
    pub host: Host,
    /// Under which conditions.
    pub conditions: Conditions,
    /// What was measured.
    pub cases: Vec<Case>,
    /// What a reader has to know of the whole run: `interrupted`, where cases may be missing.
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// Over all of the above. [`write()`] fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<Integrity>,
}

/// Which hashkit measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its version.
    pub version: String,
    /// The commit that it was built from, with `-dirty` behind it where something had been changed; absent of a tarball.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// How it was built, `release` or `debug`.
    pub profile: String,
    /// For what: `x86_64-unknown-linux-gnu`, or `x86_64-linux` where only that is known.
    pub target: String,
    /// By which version of the compiler; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rustc: Option<String>,
}

impl Tool {
    /// This library. Of which commit it is the program knows.
    #[must_use]
    pub fn this() -> Self {
        Self {
            commit: None,
            rustc: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
            target: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        }
    }
}

/// What else changes a result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// How long was measured: `quick`, `default`, `publish`, or `custom` where times were given.
    pub profile: String,
    /// The temperature of the room in degrees Celsius, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ambient_c: Option<f64>,
    /// The load average over the minute before; absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub load_before: Option<f64>,
    /// How many cores, on average, worked for others meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores_of_others: Option<f64>,
    /// What was found before anything was measured.
    pub preflight: Vec<Finding>,
}

/// One thing that was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// What it is compared by: `sha256d/cpu/avx512/t2`.
    pub id: String,
    /// The algorithm.
    pub algo: String,
    /// `cpu`, the API of a GPU: `cuda`, `asic` of chips on a serial port, or `rig`.
    pub backend: String,
    /// `cpu`, the id of a GPU as `hashkit devices` lists it, the port of chips as it was named, or `rig`.
    pub device: String,
    /// The kernel, or the model of chips.
    pub variant: String,
    /// How it ran.
    pub settings: CaseSettings,
    /// How long each phase took.
    pub phases: Phases,
    /// What was counted, each time.
    pub repetitions: Vec<Repetition>,
    /// The repetitions together; absent where there is nothing to claim: the kernel failed, was wrong, or never ran to an end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
    /// How the devices together behave; of a whole rig alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rig: Option<Rig>,
    /// What chips on a serial line did, of those alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chips: Option<Chips>,
    /// What a reader has to know.
    pub flags: Vec<Flag>,
    /// Why it failed or is not valid, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Case {
    /// Whether this flag is set.
    #[must_use]
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// The repetitions without those that were left out.
    pub fn counted(&self) -> impl Iterator<Item = &Repetition> {
        let is_dropped = |at: &usize| self.summary.as_ref().is_some_and(|summary| summary.dropped.contains(at));
        self.repetitions.iter().enumerate().filter(move |(at, _)| !is_dropped(at)).map(|(_, one)| one)
    }

    /// Sets the flag.
    pub fn flag(&mut self, flag: Flag) {
        if !self.has(flag) {
            self.flags.push(flag);
            self.flags.sort_unstable();
        }
    }
}

/// How a case ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseSettings {
    /// Threads of the processor that hashed; 1 for a GPU or a line of chips.
    pub threads: usize,
    /// Whether each had a core of its own to stay on.
    pub pinned: bool,
    /// The clock that was asked for, of chips that were not left at their makers' own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_mhz: Option<f64>,
}

/// How long each phase took, in seconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// Finding out which kernel is the fastest; 0 where that was known or told.
    pub tune_s: f64,
    /// Opening the kernel for the first time, which may compile it, and having it give known answers.
    pub compile_s: f64,
    /// All warming up.
    pub warmup_s: f64,
    /// All measuring.
    pub measure_s: f64,
    /// Cooling down.
    pub cooldown_s: f64,
    /// Whether rate and temperature were steady before each measurement.
    pub steady: bool,
}

/// What was counted in one measured window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repetition {
    /// Hashes that were finished.
    pub hashes: u64,
    /// In how many seconds.
    pub seconds: f64,
    /// Hashes a second.
    pub rate: f64,
    /// What each power source counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub energy: Vec<Energy>,
    /// The hottest temperature, in degrees Celsius; absent where nothing tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_max_c: Option<f64>,
    /// The part of the time in which the device was throttled; absent where nothing tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub throttled_ratio: Option<f64>,
    /// Solutions that the judge hashed again and found right.
    pub finds: u64,
    /// How many there should have been.
    pub finds_expected: f64,
    /// Solutions that the judge refused.
    pub faults: u64,
    /// Solutions that were reported more than once.
    pub duplicates: u64,
    /// About once a second, what was seen.
    pub samples: Vec<Sample>,
}

/// What was seen about one second of a measured window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When the second ended, in seconds since the window began.
    pub at_s: f64,
    /// Hashes a second in it.
    pub rate: f64,
    /// The temperature at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temp_c: Option<f64>,
    /// The power, of the best source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power_w: Option<f64>,
    /// The clock at its end, in megahertz.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_mhz: Option<u32>,
}

/// A sample as a line of its own, written while it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SampleLine<'a> {
    /// The id of the case.
    pub case: &'a str,
    /// The number of the repetition, from 0 on.
    pub repetition: usize,
    /// What was seen.
    #[serde(flatten)]
    pub sample: Sample,
}

/// The energy that one source counted in a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Energy {
    /// Which source: `rapl`, `nvml`, `tasmota`.
    pub source: String,
    /// What it covers.
    pub boundary: Boundary,
    /// All of it, in joules.
    pub gross_j: f64,
    /// Without what the same source counted just before with no load; absent where that was not measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_j: Option<f64>,
    /// How many new values the source gave.
    pub updates: u64,
}

/// What a measured power covers. Two powers compare only within the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// All that the wall socket gives.
    Wall,
    /// A card with all that is on it.
    Board,
    /// The processor, without memory, board and power supply.
    Package,
    /// What somebody said, measured by nobody here.
    Estimated,
}

impl Boundary {
    /// Its name: `wall`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wall => "wall",
            Self::Board => "board",
            Self::Package => "package",
            Self::Estimated => "estimated",
        }
    }
}

/// The repetitions of a case together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Hashes a second: the mean of the repetitions.
    pub rate_mean: f64,
    /// Between these the true mean lies with 95 % confidence; absent of a single repetition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_ci95: Option<[f64; 2]>,
    /// Of the samples: the lowest, the 5th percentile, the median, the 95th percentile, the highest.
    pub rate_spread: [f64; 5],
    /// How fast the rate changed while it was measured, in percent a minute.
    pub drift_pct_per_min: f64,
    /// What the work cost, by each power source, the best one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub efficiency: Vec<Efficiency>,
    /// How sources at the same boundary compare.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub power_ratios: Vec<PowerRatio>,
    /// The numbers of repetitions whose rate lies far from the others', from 0 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outliers: Vec<usize>,
    /// Those of them that were left out of all the above, because somebody asked for that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<usize>,
}

/// What the work cost, by one power source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Efficiency {
    /// Which source.
    pub source: String,
    /// What it covers.
    pub boundary: Boundary,
    /// Watts, the mean over all measured windows.
    pub gross_w: f64,
    /// Without what it drew with no load.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_w: Option<f64>,
    /// Joules for 10^12 hashes, by all energy: the unit of J/TH.
    pub j_per_th: f64,
    /// Half the width of its 95 % interval, from those of rate and power; absent of a single repetition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub j_per_th_half_width: Option<f64>,
    /// The same by net energy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_j_per_th: Option<f64>,
}

/// What one power source tells, as a part of what another does at the same boundary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PowerRatio {
    /// What both cover.
    pub boundary: Boundary,
    /// The one.
    pub source: String,
    /// The other, which is the better one.
    pub to: String,
    /// The mean power by the one through that by the other.
    pub ratio: f64,
}

/// How all devices of a rig behave, with a pool of ours at the other end of a loopback connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rig {
    /// The devices.
    pub devices: Vec<RigDevice>,
    /// From the moment at which the pool sends a clean job until a device has begun it: of every device and each of the jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_new_job: Option<Percentiles>,
    /// From the moment at which the judge has a share until its bytes have reached the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_to_wire: Option<Percentiles>,
    /// How many clean jobs the pool sent a second, in every second of the windows.
    pub clean_jobs_a_second: f64,
    /// The rate while it sent them, as a part of the rate in the windows beside, in which it sent none.
    pub rate_part: f64,
    /// Between these that part lies with 95 % confidence; absent of a single pair of windows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_part_ci95: Option<[f64; 2]>,
    /// How many cores, on average, worked for anything but hashing on the processor: sessions, the pool of ours, drivers of cards.
    /// Absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_cores: Option<f64>,
    /// Shares that the pool accepted.
    pub accepted: u64,
    /// Shares that it refused because their job was replaced while they were on their way.
    pub stale: u64,
    /// Shares that it refused for another reason.
    pub refused: u64,
}

/// One device of a rig; the threads of the processor are one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RigDevice {
    /// `cpu`, or the id of a GPU.
    pub device: String,
    /// The kernel.
    pub kernel: String,
    /// How many threads of ours it has.
    pub threads: usize,
    /// From the moment at which the pool sends a clean job until it has begun it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_new_job: Option<Percentiles>,
    /// How many cores its threads took. Absent where the system does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cores: Option<f64>,
}

/// What a reader of a case has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Nonces were skipped, repeated or wrong: no rate is claimed.
    Invalid,
    /// It could not be opened, or stopped to answer.
    Failed,
    /// A program acted as the GPU or the chips.
    Simulated,
    /// The run was interrupted: repetitions are missing.
    Interrupted,
    /// It was not steady when measuring began.
    NotSteady,
    /// The device was throttled for more than a hundredth of the time.
    Throttled,
    /// The rate changed by more than 1 % over a measured window.
    Drift,
    /// The interval is wider than it should be.
    Noisy,
    /// A repetition lies far from the others.
    Outlier,
    /// Others used the machine.
    Busy,
    /// Too few hits to tell whether nonces were skipped.
    FewFinds,
    /// Chips found fewer or more nonces than clock and hash units make.
    OffClock,
    /// Power was told by somebody, or the window was too short for its source.
    EstimatedPower,
    /// Short windows, for a first look.
    Quick,
}

impl Flag {
    /// Its name in the document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Failed => "failed",
            Self::Simulated => "simulated",
            Self::Interrupted => "interrupted",
            Self::NotSteady => "not_steady",
            Self::Throttled => "throttled",
            Self::Drift => "drift",
            Self::Noisy => "noisy",
            Self::Outlier => "outlier",
            Self::Busy => "busy",
            Self::FewFinds => "few_finds",
            Self::OffClock => "off_clock",
            Self::EstimatedPower => "estimated_power",
            Self::Quick => "quick",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Invalid => "nonces were skipped, repeated or wrong, so no rate is claimed",
            Self::Failed => "the device could not be opened or stopped to answer",
            Self::Simulated => "a program acted as the GPU or the chips; this says nothing about hardware",
            Self::Interrupted => "the run was interrupted, and repetitions are missing",
            Self::NotSteady => "rate or temperature still moved when measuring began",
            Self::Throttled => "the device was throttled for more than 1 % of the time",
            Self::Drift => "the rate changed by more than 1 % over a measured window",
            Self::Noisy => "the 95 % interval is wider than it should be; quieten the machine, or repeat more often",
            Self::Outlier => "a repetition lies far from the others",
            Self::Busy => "others used more than 5 % of the machine",
            Self::FewFinds => "too few hits to tell whether some nonces were skipped",
            Self::OffClock => "no luck explains how far the nonces are from what the chips' clock and hash units make",
            Self::EstimatedPower => "power was estimated, or the window was too short for its source",
            Self::Quick => "measured in short windows, for a first look",
        }
    }
}

/// That the document is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integrity {
    /// SHA-256, in hexadecimal digits, of the document without this member, as JSON without blanks and with sorted keys.
    pub sha256: String,
}

#[cfg(test)]
pub(crate) mod tests;
