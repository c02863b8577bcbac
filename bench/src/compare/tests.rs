//! The comparison against itself: simulated devices, measured through all phases on a simulated clock.

use std::time::Duration;

use super::*;
use crate::document::tests::document_of;
use crate::measure::Times;
use crate::measure::simulated::{Simulated, SimulatedClock};
use crate::measure::tests::{planned, simulate};

/// A result of a device of this rate and spread from one repetition to the next.
fn measured(rate: f64, spread: f64, seed: u64, times: &Times) -> Document {
    let clock = SimulatedClock::default();
    let device = Simulated { spread, ..Simulated::new(&clock, rate, seed) };
    document_of(simulate(vec![planned("case", Box::new(device), 250.0)], times, &clock).0)
}

/// How often, of 200 comparisons, the second of two devices is found to be slower or faster.
fn found(change: f64, spread: f64, times: &Times) -> (u32, u32) {
    let (mut slower, mut faster) = (0, 0);
    for run in 0..200 {
        let before = measured(1e6, spread, 2 * run, times);
        let after = measured(1e6 * (1.0 + change), spread, 2 * run + 1, times);
        match compare(&before, &after, Limits::default()).cases[0].verdict {
            Verdict::Slower => slower += 1,
            Verdict::Faster => faster += 1,
            Verdict::NoDifferenceShown => {}
            Verdict::NotComparable => panic!("they are of one machine"),
        }
    }
    (slower, faster)
}

/// What is done to a result.
type Change<'a> = &'a dyn Fn(&mut Document);

/// Short windows, as many as the default has.
const SHORT: Times = Times {
    warm_up: (Duration::from_secs(3), Duration::from_secs(3)),
    run_in: Duration::from_secs(1),
    measure: Duration::from_secs(5),
    idle: Duration::ZERO,
    cool_down: Duration::ZERO,
    ..Times::DEFAULT
};

#[test]
fn what_did_not_change_is_not_accused() {
    for spread in [0.0, 0.005, 0.01, 0.02] {
        let (slower, faster) = found(0.0, spread, &SHORT);
        assert!(slower + faster < 2, "at a spread of {spread}: {slower} slower and {faster} faster, of 200");
    }
}

#[test]
fn a_slowdown_of_three_percent_is_found() {
    let (slower, faster) = found(-0.03, 0.005, &SHORT);
    assert!(slower > 190 && faster == 0, "{slower} slower and {faster} faster, of 200");
    let (slower, faster) = found(0.03, 0.005, &SHORT);
    assert!(faster > 190 && slower == 0, "{slower} slower and {faster} faster, of 200");
}

#[test]
fn a_small_change_is_no_regression_however_sure_it_is() {
    assert_eq!(found(-0.01, 0.0001, &SHORT), (0, 0));
}

#[test]
fn a_new_result_is_compared_with_the_median_of_the_last_five() {
    let at = |day: u32, rate: f64, fingerprint: &str| {
        let mut document = measured(rate, 0.001, u64::from(day), &SHORT);
        document.created = format!("2026-11-{day:02}T00:00:00Z");
        document.host.fingerprint = fingerprint.to_owned();
        document
    };
    // The oldest is too old to count, one day was slow, one machine is another one; the order of the files means nothing.
    let days = [(4, 1e6), (1, 5e6), (6, 0.5e6), (2, 1.01e6), (3, 1.02e6), (5, 0.99e6)];
    let mut past: Vec<Document> = days.into_iter().map(|(day, rate)| at(day, rate, "same")).collect();
    past.push(at(7, 9e6, "other"));
    let after = at(8, 1e6, "same");
    let median = median_of_past(&past, &after).expect("there is a past");
    let rate = median.cases[0].summary.as_ref().expect("nothing was wrong").rate_mean;
    assert!((rate / 1e6 - 1.0).abs() < 0.005, "{rate}");
    assert_eq!((median.cases.len(), median.created.as_str()), (1, "2026-11-06T00:00:00Z"));
    assert_eq!(compare(&median, &after, Limits::default()).cases[0].verdict, Verdict::NoDifferenceShown);
    let elsewhere = median_of_past(&past, &at(8, 1e6, "third")).expect("there is a past");
    assert_eq!(elsewhere.host.fingerprint, "other", "which is then told not to be comparable");
    assert!(median_of_past(&[], &after).is_none());
}

#[test]
fn welch_and_permutations_agree_with_what_is_known() {
    // Welch's own example data are long; these by R: t.test(c(1,2,3,4,5,6,7,8), c(3,4,5,6,7,8,9,10)): t = -1.633, p = 0.1248.
    let eight: Vec<f64> = (1..=8).map(f64::from).collect();
    let later: Vec<f64> = (3..=10).map(f64::from).collect();
    let test = Test::of(&eight, &later, 0.01).expect("there are eight");
    assert!((test.p - 0.1248).abs() < 1e-3 && (test.difference - 2.0).abs() < 1e-12, "{}", test.p);
    // Five against five, none above any of the others: 2 of 252 ways.
    let test = Test::of(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0], 0.01).expect("there are five");
    assert!((test.p - 2.0 / 252.0).abs() < 1e-12, "{}", test.p);
    assert_eq!(Test::of(&[1.0, 1.0], &[1.0, 1.0], 0.01).map(|test| test.p), Some(1.0));
    assert!(Test::of(&[1.0], &[2.0, 3.0], 0.01).is_none());
}

#[test]
fn what_cannot_be_compared_is_told_with_its_reason() {
    let before = measured(1e6, 0.001, 1, &SHORT);
    let change = |change: &dyn Fn(&mut Document)| {
        let mut after = measured(1e6, 0.001, 2, &SHORT);
        change(&mut after);
        compare(&before, &after, Limits::default())
    };
    let cases: [(&str, Change<'_>, &str); 6] = [
        (
            "another machine",
            &|after| {
                after.host = {
                    let mut host = after.host.clone();
                    host.hardware.push('x');
                    host.fingerprint.push('x');
                    host
                }
            },
            "hardware",
        ),
        ("another kernel of the system", &|after| after.host.fingerprint.push('x'), "settings"),
        ("other settings", &|after| after.cases[0].settings.threads = 9, "settings"),
        (
            "not valid",
            &|after| {
                after.cases[0].summary = None;
                after.cases[0].failure = Some("nonces are skipped".to_owned());
            },
            "skipped",
        ),
        ("a single repetition", &|after| after.cases[0].repetitions.truncate(1), "two"),
        ("another case", &|after| after.cases[0].id.push('x'), "missing"),
    ];
    for (case, make, reason) in cases {
        let comparison = change(make);
        assert!(comparison.is_of_nothing() && !comparison.is_regression(), "{case}");
        let note = comparison.cases[0].note.clone().unwrap_or_default();
        assert!(note.contains(reason), "{case}: {note}");
    }
    assert!(!change(&|_| {}).is_of_nothing());
    let mut other = measured(1e6, 0.001, 2, &SHORT);
    other.host.fingerprint.push('x');
    let forced = compare(&before, &other, Limits { across_machines: true, ..Limits::default() });
    assert!(!forced.is_of_nothing() && forced.note.is_some());
}
