//! The logical processors that this process may use, in the order in which devices take them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::pin;

/// A logical processor: what runs one thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Core {
    /// The system's number of it.
    pub number: u32,
    /// What kind it is, where the processor has two.
    pub kind: Option<CoreKind>,
    /// Whether it shares its core with one that comes before it, so that the two get little more done than one.
    pub is_sibling: bool,
}

/// The kinds of cores of a hybrid processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoreKind {
    /// The faster ones.
    Performance,
    /// The slower ones, which use less power.
    Efficiency,
}

impl CoreKind {
    /// Its name: `performance` or `efficiency`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Efficiency => "efficiency",
        }
    }
}

/// Those that this process may use, best first: one of each performance core, one of each efficiency core, then the siblings.
/// Empty where the system does not tell.
#[must_use]
pub fn cores() -> Vec<Core> {
    pin::allowed().map(|allowed| in_order(Path::new("/sys"), &allowed)).unwrap_or_default()
}

/// Those of `allowed`, by what Linux tells of them in `sys`. Of whatever it does not tell, they are alike and alone.
fn in_order(sys: &Path, allowed: &[u32]) -> Vec<Core> {
    let kinds = kinds(sys, allowed);
    let core = |&number: &u32| {
        let siblings = list(&of_core(sys, number).join("topology/thread_siblings_list")).unwrap_or_default();
        // A sibling that this process may not use is none.
        let before = siblings.iter().filter(|sibling| **sibling < number && allowed.contains(sibling)).count();
        (before, Core { number, kind: kinds.get(&number).copied(), is_sibling: before > 0 })
    };
    let mut cores: Vec<(usize, Core)> = allowed.iter().map(core).collect();
    cores.sort_by_key(|(before, core)| (*before, core.kind, core.number));
    cores.into_iter().map(|(_, core)| core).collect()
}

/// The kind of each core of a hybrid processor; empty for one whose cores are alike.
fn kinds(sys: &Path, allowed: &[u32]) -> BTreeMap<u32, CoreKind> {
    let slow: Vec<u32> = match told_slow(sys) {
        Some(told) => told,
        None => weak(sys, allowed),
    };
    let kind = |number: &u32| if slow.contains(number) { CoreKind::Efficiency } else { CoreKind::Performance };
    let kinds: BTreeMap<u32, CoreKind> = allowed.iter().map(|number| (*number, kind(number))).collect();
    let is_hybrid = [CoreKind::Performance, CoreKind::Efficiency].iter().all(|kind| kinds.values().any(|k| k == kind));
    if is_hybrid { kinds } else { BTreeMap::new() }
}

/// The efficiency cores by the counters of Intel's hybrid processors: `cpu_core`, `cpu_atom` and, since Arrow Lake, `cpu_lowpower`.
fn told_slow(sys: &Path) -> Option<Vec<u32>> {
    let mut slow = list(&sys.join("devices/cpu_atom/cpus"))?;
    slow.extend(list(&sys.join("devices/cpu_lowpower/cpus")).unwrap_or_default());
    Some(slow)
}

/// The cores with less than four fifths of the strongest one's capacity or, where the system tells no capacity, of its
/// greatest frequency. Cores of one kind differ by less: the favoured cores of a processor are some 5 % faster.
fn weak(sys: &Path, allowed: &[u32]) -> Vec<u32> {
    let strengths = |file: &str| -> BTreeMap<u32, u64> {
        let strength = |&number: &u32| {
            let text = fs::read_to_string(of_core(sys, number).join(file)).ok()?;
            Some((number, text.trim().parse().ok()?))
        };
        allowed.iter().filter_map(strength).collect()
    };
    let capacities = strengths("cpu_capacity");
    let strengths = if capacities.is_empty() { strengths("cpufreq/cpuinfo_max_freq") } else { capacities };
    let greatest = strengths.values().max().copied().unwrap_or_default();
    let is_weak = |strength: u64| u128::from(strength) * 5 < u128::from(greatest) * 4;
    strengths.into_iter().filter(|(_, strength)| is_weak(*strength)).map(|(number, _)| number).collect()
}

fn of_core(sys: &Path, number: u32) -> std::path::PathBuf {
    sys.join(format!("devices/system/cpu/cpu{number}"))
}

fn list(file: &Path) -> Option<Vec<u32>> {
    parse_list(&fs::read_to_string(file).ok()?)
}

/// `0-3,8` and its like. Numbers above 65535 belong to no machine.
pub(crate) fn parse_list(text: &str) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in text.trim().split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (u16, u16) = (first.parse().ok()?, last.parse().ok()?);
        numbers.extend((first..=last).map(u32::from));
    }
    Some(numbers)
}

#[cfg(test)]
mod tests;
