//! Which kernel a device runs.

use hashkit_chain::{Algorithm, Hashrate};
use hashkit_kernels::{Kernel, KernelError, KernelSpec, prove};

use super::cores::CoreKind;
use super::memory::{Granted, granted};
use super::tune::{self, Record, Records, Timing};

/// The kernels chosen for an algorithm.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    /// For jobs whose mask lets versions roll.
    pub(super) kernel: KernelSpec,
    /// For jobs without, where another one is faster then.
    pub(super) plain: Option<KernelSpec>,
    /// Why, in words.
    pub(super) reason: String,
    /// When they were timed, in Unix seconds; `None` where there was no choice.
    pub(super) timed_at: Option<u64>,
    /// The memory of the first, where it needs some.
    pub(super) memory: Option<Granted>,
}

/// What is to be chosen for.
pub(super) struct Place<'a> {
    pub(super) algorithm: Algorithm,
    /// The processor, as [`Record::cpu`] names it.
    pub(super) cpu: &'a str,
    /// The kind of its cores.
    pub(super) kind: Option<CoreKind>,
    /// The logical processor to time on; any where it is `None`.
    pub(super) core: Option<u32>,
}

/// The fastest kernels of `catalogue` that are wanted and proved; where none is, how the last of them failed.
///
/// All of the catalogue is timed unless `records` know it already, or only one is wanted.
pub(super) fn choose(
    catalogue: &[KernelSpec],
    is_wanted: impl Fn(&KernelSpec) -> bool,
    place: &Place<'_>,
    records: &mut Records,
) -> Result<Chosen, Option<KernelError>> {
    let wanted: Vec<KernelSpec> = catalogue.iter().filter(|spec| is_wanted(spec)).cloned().collect();
    let mut reason = match (catalogue.len(), wanted.len()) {
        (1, 1) => "the only kernel here".to_owned(),
        (_, 1) => "the only kernel that is wanted".to_owned(),
        _ => String::new(),
    };
    let (mut timings, mut timed_at) = (Vec::new(), None);
    if wanted.len() > 1 {
        let record = timed(catalogue, place, records);
        timed_at = Some(record.at);
        timings = record.timings;
        timings.retain(|timing| wanted.iter().any(|spec| spec.name() == timing.kernel));
        reason = if timings.is_empty() { "what should be the fastest".to_owned() } else { words(&timings, "") };
        for spec in wanted.iter().filter(|spec| timings.iter().all(|timing| timing.kernel != spec.name())) {
            reason =
                format!("{reason}; {} failed or was not timed: see hashkit selftest, then hashkit tune", spec.name());
        }
    }
    let mut refused = Refused { algorithm: place.algorithm, errors: Vec::new() };
    let (kernel, memory) = refused.first_proved(ranked(&wanted, &timings, |_| true)).ok_or(refused.last())?;
    let mut with_one = ranked(&wanted, &timings, |timing| timing.versions == 1);
    // What comes behind the first is slower with one version too, and needs no further proof.
    with_one.truncate(with_one.iter().position(|spec| spec.name() == kernel.name()).unwrap_or(with_one.len()));
    let plain = refused.first_proved(with_one).map(|(spec, _)| spec);
    for error in refused.errors {
        reason = format!("{reason}; {error}");
    }
    Ok(Chosen { kernel, plain, reason, timed_at, memory })
}

/// The timings of all of `catalogue` that is proved: known ones, or new ones that are known from now on.
fn timed(catalogue: &[KernelSpec], place: &Place<'_>, records: &mut Records) -> Record {
    let names = catalogue.iter().map(|spec| spec.name().to_owned()).collect();
    let record = Record::new(place.cpu.to_owned(), place.kind, place.algorithm, names);
    if let Some(known) = records.find(&record) {
        return known.clone();
    }
    let proved = catalogue.iter().filter_map(|spec| open_proved(spec, place.algorithm).ok()).collect();
    let record = Record { timings: tune::time(place.algorithm, proved, place.core), ..record };
    if !record.timings.is_empty() {
        records.put(record.clone());
    }
    record
}

fn open_proved(spec: &KernelSpec, algorithm: Algorithm) -> Result<Box<dyn Kernel>, KernelError> {
    let mut kernel = spec.open()?;
    prove(&mut *kernel, algorithm)?;
    Ok(kernel)
}

/// `wanted` by those `timings` that count, the fastest first, and behind them what was not timed, the last first: a catalogue
/// ends with what should be the fastest.
fn ranked<'a>(wanted: &'a [KernelSpec], timings: &[Timing], counts: impl Fn(&Timing) -> bool) -> Vec<&'a KernelSpec> {
    let rate = |spec: &KernelSpec| {
        let own = timings.iter().filter(|timing| timing.kernel == spec.name() && counts(timing));
        own.map(|timing| timing.hashrate).fold(0.0, f64::max)
    };
    let mut ranked: Vec<&KernelSpec> = wanted.iter().rev().collect();
    ranked.sort_by(|a, b| rate(b).total_cmp(&rate(a)));
    ranked
}

/// What failed its proof.
struct Refused {
    algorithm: Algorithm,
    errors: Vec<KernelError>,
}

impl Refused {
    fn first_proved(&mut self, specs: Vec<&KernelSpec>) -> Option<(KernelSpec, Option<Granted>)> {
        for spec in specs {
            match open_proved(spec, self.algorithm) {
                Ok(kernel) => return Some((spec.clone(), kernel.memory().map(granted))),
                Err(error) if self.errors.contains(&error) => {}
                Err(error) => self.errors.push(error),
            }
        }
        None
    }

    fn last(&self) -> Option<KernelError> {
        self.errors.last().cloned()
    }
}

/// What the timings say: `avx512-sha-half 39.5 MH/s, avx512 36.8 MH/s; with one version avx512 31.1 MH/s, ...`.
/// `timed` is how.
pub(super) fn words(timings: &[Timing], timed: &str) -> String {
    let list = |counts: &dyn Fn(&Timing) -> bool| {
        let mut counted: Vec<&Timing> = timings.iter().filter(|timing| counts(timing)).collect();
        counted.sort_by(|a, b| b.hashrate.total_cmp(&a.hashrate));
        let shown = |timing: &&Timing| {
            let name = timing.kernel.rsplit('/').next().unwrap_or_default();
            let rate = Hashrate::over(timing.hashrate, std::time::Duration::from_secs(1));
            rate.map_or_else(|| name.to_owned(), |rate| format!("{name} {rate}"))
        };
        counted.iter().map(shown).collect::<Vec<_>>().join(", ")
    };
    let rolls = |timing: &Timing| timing.versions > 1;
    let takes_several = |kernel: &str| timings.iter().any(|timing| timing.kernel == kernel && rolls(timing));
    let fullest = list(&|timing| rolls(timing) || !takes_several(&timing.kernel));
    let count = timings.iter().filter(|timing| timing.versions == 1).count();
    let words =
        format!("the fastest of {count} proved kernels in {} ms each{timed}: {fullest}", tune::TIME.as_millis());
    if !timings.iter().any(rolls) {
        return words;
    }
    format!("{words}; with one version alone {}", list(&|timing| !rolls(timing)))
}

#[cfg(test)]
mod tests {
    use hashkit_kernels::catalogue;

    use super::*;

    const PLACE: Place<'static> = Place { algorithm: Algorithm::Sha256d, cpu: "some", kind: None, core: None };

    /// What was timed of the catalogue of SHA-256d: these, and nothing of the others.
    fn known(timings: &[(&str, u8, f64)]) -> Records {
        let names = catalogue(PLACE.algorithm).iter().map(|spec| spec.name().to_owned()).collect();
        let timing = |&(kernel, versions, hashrate): &(&str, u8, f64)| Timing {
            kernel: format!("sha256d/{kernel}"),
            versions,
            hashrate,
        };
        let mut records = Records::default();
        let timings = timings.iter().map(timing).collect();
        let record = Record::new(PLACE.cpu.to_owned(), PLACE.kind, PLACE.algorithm, names);
        records.put(Record { timings, ..record });
        records
    }

    #[test]
    fn what_is_not_known_is_timed_once() {
        let mut records = Records::default();
        let specs = catalogue(Algorithm::Blake2s);
        let place = Place { algorithm: Algorithm::Blake2s, ..PLACE };
        let first = choose(&specs, |_| true, &place, &mut records).expect("the portable one is right");
        let timed = records.all()[0].clone();
        assert!(specs.len() == 1 || timed.timings.len() == specs.len(), "{timed:?}");
        let second = choose(&specs, |_| true, &place, &mut records).expect("as before");
        assert_eq!((first.kernel.name(), first.reason), (second.kernel.name(), second.reason));
        assert_eq!(records.all(), [timed]);
    }

    #[test]
    fn the_fastest_by_its_own_number_of_versions_is_chosen_and_another_where_none_may_roll() {
        let specs = catalogue(Algorithm::Sha256d);
        if specs.len() < 3 {
            return eprintln!("skipped: this machine has no three kernels to choose from");
        }
        let [a, b, c] = [0, 1, 2].map(|at| specs[at].name().rsplit('/').next().unwrap_or_default());
        for (case, timings, wanted, kernel, plain) in [
            ("one for all", &[(a, 1, 2.0), (b, 16, 5.0), (b, 1, 4.0)][..], &[a, b, c][..], b, None),
            ("one each", &[(a, 1, 4.5), (b, 16, 5.0), (b, 1, 4.0)], &[a, b, c], b, Some(a)),
            ("the fastest is not wanted", &[(a, 1, 2.0), (b, 16, 1.0), (c, 16, 5.0), (c, 1, 4.0)], &[a, b], a, None),
            ("only one is wanted", &[(a, 1, 2.0), (b, 16, 5.0), (b, 1, 4.0)], &[a], a, None),
            ("nothing is known of any: the last", &[], &[a, b], b, None),
        ] {
            let is_wanted = |spec: &KernelSpec| wanted.iter().any(|name| spec.name().ends_with(&format!("/{name}")));
            let chosen = choose(&specs, is_wanted, &PLACE, &mut known(timings)).expect("all are right");
            let plain = plain.map(|name| format!("sha256d/{name}"));
            assert_eq!(chosen.kernel.name(), format!("sha256d/{kernel}"), "{case}");
            assert_eq!(chosen.plain.map(|spec| spec.name().to_owned()), plain, "{case}");
            assert!(!chosen.reason.is_empty(), "{case}");
        }
        assert_eq!(choose(&specs, |_| false, &PLACE, &mut known(&[])).err(), Some(None), "nothing is wanted");
    }

    #[test]
    fn the_reason_names_all_rates_the_fastest_first() {
        let timing = |kernel: &str, versions, hashrate| Timing { kernel: kernel.to_owned(), versions, hashrate };
        for (timings, expected) in [
            (
                vec![timing("a/x", 1, 2e6), timing("a/y", 16, 45.6e6), timing("a/y", 1, 1e6)],
                "the fastest of 2 proved kernels in 50 ms each: y 45.6 MH/s, x 2.00 MH/s; \
                 with one version alone x 2.00 MH/s, y 1.00 MH/s",
            ),
            (
                vec![timing("b/x", 1, 2e3), timing("b/y", 1, 3e3)],
                "the fastest of 2 proved kernels in 50 ms each: y 3.00 kH/s, x 2.00 kH/s",
            ),
        ] {
            assert_eq!(words(&timings, ""), expected);
        }
    }
}
