//! Whether the solutions of a load are those of one that searched every nonce once.

use crate::distribution::poisson_tails;
use crate::document::Repetition;

/// A sound kernel has fewer or more finds than this only once in a million cases.
const LEAST_PROBABILITY: f64 = 1e-6;
/// With so many, half of them missing is surely told from bad luck.
pub(super) const ENOUGH_FINDS: f64 = 100.0;

/// Why what these repetitions counted is not valid; `None` where it is.
#[must_use]
pub fn validity(repetitions: &[Repetition]) -> Option<String> {
    let faults: u64 = repetitions.iter().map(|repetition| repetition.faults).sum();
    if faults > 0 {
        return Some(format!("the judge refused {faults} solutions: the device computes wrongly"));
    }
    let duplicates: u64 = repetitions.iter().map(|repetition| repetition.duplicates).sum();
    if duplicates > 0 {
        return Some(format!("{duplicates} solutions were reported twice: nonces are repeated"));
    }
    let finds: u64 = repetitions.iter().map(|repetition| repetition.finds).sum();
    let expected: f64 = repetitions.iter().map(|repetition| repetition.finds_expected).sum();
    let (at_most, at_least) = poisson_tails(finds, expected);
    if at_most < LEAST_PROBABILITY {
        return Some(format!(
            "{finds} solutions where {expected:.0} were to be expected: nonces are skipped, or counted twice"
        ));
    }
    if at_least < LEAST_PROBABILITY {
        return Some(format!(
            "{finds} solutions where {expected:.0} were to be expected: nonces are repeated, or not counted"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_that_no_luck_explains_are_not_valid() {
        let repetition = |finds: u64, finds_expected: f64, faults: u64, duplicates: u64| Repetition {
            hashes: 1_000_000,
            seconds: 1.0,
            rate: 1e6,
            energy: Vec::new(),
            temp_max_c: None,
            throttled_ratio: None,
            finds,
            finds_expected,
            faults,
            duplicates,
            samples: Vec::new(),
        };
        for (case, repetitions, wrong) in [
            ("as many as expected", vec![repetition(1000, 1000.0, 0, 0)], None),
            ("bad luck", vec![repetition(900, 1000.0, 0, 0)], None),
            ("none where hardly any were to be expected", vec![repetition(0, 3.0, 0, 0)], None),
            ("every second is missing", vec![repetition(50, 100.0, 0, 0)], Some("skipped")),
            ("each found twice", vec![repetition(200, 100.0, 0, 0)], Some("repeated")),
            ("a sixteenth is missing", vec![repetition(7500, 8000.0, 0, 0)], Some("skipped")),
            ("a fault", vec![repetition(100, 100.0, 1, 0)], Some("computes wrongly")),
            ("one twice", vec![repetition(100, 100.0, 0, 1)], Some("twice")),
            ("a little few, four times", vec![repetition(900, 1000.0, 0, 0); 4], Some("skipped")),
            ("nothing at all", vec![], None),
        ] {
            let found = validity(&repetitions);
            let is_as_told = match (&found, wrong) {
                (Some(found), Some(wrong)) => found.contains(wrong),
                (None, None) => true,
                _ => false,
            };
            assert!(is_as_told, "{case}: {found:?}");
        }
    }
}
