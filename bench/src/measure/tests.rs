//! The phases on a simulated device and clock.

use std::cell::Cell;
use std::time::Duration;

use hashkit_chain::Algorithm;

use super::simulated::{Random, Simulated, SimulatedClock, SimulatedPlug};
use super::*;

/// A case of this subject that watches nothing.
pub(crate) fn planned(id: &str, subject: Box<dyn Subject>, finds_a_second: f64) -> Planned {
    Planned {
        id: id.to_owned(),
        algorithm: Algorithm::Blake3,
        backend: "cpu".to_owned(),
        device: "cpu".to_owned(),
        kernel: "blake3/test".to_owned(),
        is_software: false,
        settings: CaseSettings { threads: 1, pinned: true, clock_mhz: None },
        tuning: Duration::ZERO,
        finds_a_second,
        subject,
        gauge: None,
        power: Vec::new(),
    }
}

/// Measures simulated devices, and hears of all that is told.
pub(crate) fn simulate(planned: Vec<Planned>, times: &Times, clock: &SimulatedClock) -> (Vec<Case>, Vec<Progress>) {
    let mut random = Random(7);
    let mut told = Vec::new();
    let cases = run(
        planned,
        times,
        &mut Around {
            clock,
            is_interrupted: &|| false,
            tell: &mut |progress| told.push(progress.clone()),
            others: &mut || None,
            random: &mut |below| random.below(below),
        },
    );
    (cases, told)
}

fn one(device: &Simulated, times: &Times) -> Case {
    let clock = device.clock.clone();
    let mut planned = planned("case", Box::new(device.clone()), 250.0);
    planned.gauge = Some(Box::new(device.clone()));
    simulate(vec![planned], times, &clock).0.remove(0)
}

#[test]
fn the_headline_is_the_mean_with_its_interval_and_holds_the_truth() {
    let mut missed = 0;
    for seed in 0..100 {
        let clock = SimulatedClock::default();
        let device = Simulated { spread: 0.005, ..Simulated::new(&clock, 1e6, seed) };
        let case = one(&device, &Times::DEFAULT);
        let summary = case.summary.expect("nothing was wrong");
        let [low, high] = summary.rate_ci95.expect("there are five");
        missed += u32::from(!(low..=high).contains(&1e6));
        assert!(summary.rate_mean < summary.rate_spread[4], "the headline is no maximum");
        assert!((5..=10).contains(&case.repetitions.len()), "{}", case.repetitions.len());
    }
    // 5 of 100 are to be expected.
    assert!(missed <= 12, "{missed} of 100 intervals miss the truth");
}

#[test]
fn what_a_reader_has_to_know_is_flagged() {
    type Curve = fn(f64) -> f64;
    let level: Curve = |_| 1.0;
    let falls: Curve = |at| 1.0 - 0.004 * at;
    let warms: fn(f64) -> f64 = |at| 40.0 + at;
    for (case, curve, spread, temperature, flags) in [
        ("a steady device", level, 0.001, None, &[][..]),
        ("one that gets slower all the time", falls, 0.001, None, &[Flag::NotSteady, Flag::Noisy]),
        ("one that is never the same", level, 0.05, None, &[Flag::Noisy]),
        ("one that gets warmer all the time", level, 0.001, Some(warms), &[Flag::NotSteady]),
    ] {
        let clock = SimulatedClock::default();
        let device = Simulated { spread, curve, temperature, ..Simulated::new(&clock, 1e6, 3) };
        let found = one(&device, &Times::DEFAULT);
        for flag in [Flag::NotSteady, Flag::Noisy, Flag::Invalid, Flag::Interrupted, Flag::FewFinds] {
            assert_eq!(found.has(flag), flags.contains(&flag), "{case}: {:?}", found.flags);
        }
    }
    let clock = SimulatedClock::default();
    let drifting = Simulated { curve: |at| 1.0 - 0.002 * at, ..Simulated::new(&clock, 1e6, 3) };
    let case = one(&drifting, &Times { warm_up: (Duration::from_secs(5), Duration::from_secs(5)), ..Times::DEFAULT });
    assert!(case.has(Flag::Drift) && case.summary.is_some_and(|sum| sum.drift_pct_per_min < -5.0), "{:?}", case.flags);
}

#[test]
fn a_load_is_measured_once_it_is_warm_and_the_device_cools_down_behind() {
    let clock = SimulatedClock::default();
    // It takes 20 s to warm up, and is faster before.
    let curve = |at: f64| 1.0 + 0.2 * (-at / 5.0).exp();
    let temperature = |at: f64| 60.0 - 20.0 * (-at / 5.0).exp();
    let device = Simulated { curve, temperature: Some(temperature), ..Simulated::new(&clock, 1e6, 3) };
    let case = one(&device, &Times::DEFAULT);
    assert!(case.phases.steady && case.phases.warmup_s > 20.0, "{:?}", case.phases);
    let first = &case.repetitions[0];
    assert!((first.rate / 1e6 - 1.0).abs() < 0.01, "{}", first.rate);
    assert!(first.temp_max_c.is_some_and(|degrees| degrees > 59.0));
}

#[test]
fn what_takes_longer_to_get_warm_is_given_longer() {
    let most = |times: Times, backend: &str| times.warm_up_of(backend).1.as_secs();
    for (backend, default, publish) in
        [("cpu", 120, 300), ("opencl", 300, 300), ("vulkan", 300, 300), ("asic", 600, 600), ("rig", 600, 600)]
    {
        assert_eq!((most(Times::DEFAULT, backend), most(Times::PUBLISH, backend)), (default, publish), "{backend}");
        assert_eq!(Times::quick(3).warm_up_of(backend), Times::quick(3).warm_up, "a first look");
    }
}

#[test]
fn skipped_and_doubled_nonces_are_never_a_result() {
    for seed in 0..50 {
        for finds in [0.5, 0.9, 1.1, 2.0] {
            let clock = SimulatedClock::default();
            let case = one(&Simulated { finds, ..Simulated::new(&clock, 1e6, seed) }, &Times::DEFAULT);
            assert!(case.has(Flag::Invalid) && case.summary.is_none(), "{finds} of the finds: {:?}", case.flags);
        }
        let clock = SimulatedClock::default();
        assert!(!one(&Simulated::new(&clock, 1e6, seed), &Times::DEFAULT).has(Flag::Invalid), "seed {seed}");
    }
}

#[test]
fn energy_and_hashes_are_of_the_same_window_gross_and_net() {
    let clock = SimulatedClock::default();
    let device = Simulated::new(&clock, 2e6, 1);
    let mut planned = planned("case", Box::new(device.clone()), 250.0);
    planned.power.push(Box::new(SimulatedPlug { name: "simulated", device, idle: 40.0, busy: 140.0 }));
    let case = simulate(vec![planned], &Times::DEFAULT, &clock).0.remove(0);
    let energy = &case.repetitions[0].energy[0];
    let seconds = case.repetitions[0].seconds;
    assert!((energy.gross_j - 140.0 * seconds).abs() < 1e-6, "{energy:?}");
    assert!(energy.net_j.is_some_and(|net| (net - 100.0 * seconds).abs() < 1e-6), "{energy:?}");
    let efficiency = case.summary.as_ref().expect("nothing was wrong").efficiency[0].clone();
    assert!(
        (efficiency.gross_w - 140.0).abs() < 1e-6 && efficiency.net_w.is_some_and(|net| (net - 100.0).abs() < 1e-6)
    );
    assert!((efficiency.j_per_th / 70e6 - 1.0).abs() < 0.01, "140 W for 2 MH/s: {efficiency:?}");
    assert!(efficiency.j_per_th_half_width.is_some_and(|width| width < 0.01 * efficiency.j_per_th));
    assert!(case.has(Flag::EstimatedPower), "five times six seconds, and one value a second");
}

#[test]
fn published_cases_take_turns_in_random_order() {
    let clock = SimulatedClock::default();
    let cases = ["a", "b", "c"].map(|id| planned(id, Box::new(Simulated::new(&clock, 1e6, 3)), 250.0));
    let (cases, told) = simulate(cases.into(), &Times::PUBLISH, &clock);
    assert!(cases.iter().all(|case| case.repetitions.len() == 5));
    let mut order: Vec<String> =
        told.into_iter().filter(|told| told.phase == Phase::Measure).map(|told| told.id).collect();
    order.dedup();
    assert!(order.len() > 10, "they hardly took turns: {order:?}");
    let rounds: Vec<&[String]> = order.chunks(3).collect();
    assert!(rounds.iter().any(|round| *round != rounds[0]), "always the same order: {order:?}");
}

#[test]
fn an_interrupt_ends_behind_the_repetition_and_leaves_what_was_measured() {
    for (case, interrupted_at, expected) in
        [("while it is measured", 15.0, &[2][..]), ("while it warms up again", 11.5, &[1]), ("at once", 1.0, &[])]
    {
        let clock = SimulatedClock::default();
        let planned = ["a", "b"].map(|id| planned(id, Box::new(Simulated::new(&clock, 1e6, 3)), 250.0));
        let times = Times { warm_up: (Duration::from_secs(5), Duration::from_secs(5)), ..Times::DEFAULT };
        let cases = run(
            planned.into(),
            &times,
            &mut Around {
                clock: &clock,
                is_interrupted: &|| clock.now().as_secs_f64() >= interrupted_at,
                tell: &mut |_| {},
                others: &mut || None,
                random: &mut |_| 0,
            },
        );
        let found: Vec<usize> = cases.iter().map(|case| case.repetitions.len()).collect();
        assert_eq!(found, expected, "{case}");
        assert!(cases.iter().all(|case| case.has(Flag::Interrupted)), "{case}");
    }
}

#[test]
fn a_machine_that_slept_meanwhile_gives_no_number() {
    let clock = SimulatedClock::default();
    let asleep = Cell::new(false);
    let planned = planned("case", Box::new(Simulated::new(&clock, 1e6, 3)), 250.0);
    let mut tell = |told: &Progress| {
        if told.phase == Phase::Measure && !asleep.replace(true) {
            clock.sleep(Duration::from_mins(1));
        }
    };
    let mut around =
        Around { clock: &clock, is_interrupted: &|| false, tell: &mut tell, others: &mut || None, random: &mut |_| 0 };
    let case = run(vec![planned], &Times::DEFAULT, &mut around).remove(0);
    assert!(case.failure.is_some_and(|why| why.contains("slept")) && case.summary.is_none());
}

#[test]
fn others_on_the_machine_are_told() {
    let clock = SimulatedClock::default();
    let planned = planned("case", Box::new(Simulated::new(&clock, 1e6, 3)), 250.0);
    let mut around = Around {
        clock: &clock,
        is_interrupted: &|| false,
        tell: &mut |_| {},
        others: &mut || Some(0.5),
        random: &mut |_| 0,
    };
    assert!(run(vec![planned], &Times::DEFAULT, &mut around).remove(0).has(Flag::Busy));
}

#[test]
fn devices_under_stress_run_together_until_one_is_wrong_or_all_are_stopped() {
    let clock = SimulatedClock::default();
    let device = |finds, seed| Simulated { finds, ..Simulated::new(&clock, 1e6, seed) };
    let all = vec![
        planned("sound", Box::new(device(1.0, 1)), 250.0),
        planned("skips", Box::new(device(0.9, 2)), 250.0),
        planned("sound too", Box::new(device(1.0, 3)), 250.0),
    ];
    let mut told = 0;
    let mut around = Around {
        clock: &clock,
        is_interrupted: &|| clock.now() >= Duration::from_mins(10),
        tell: &mut |_| told += 1,
        others: &mut || None,
        random: &mut |_| 0,
    };
    let cases = stress(all, Duration::from_hours(10), &mut around);
    let wrong: Vec<&str> = cases.iter().filter(|case| case.has(Flag::Invalid)).map(|case| case.id.as_str()).collect();
    assert_eq!((wrong, cases.len()), (vec!["skips"], 3));
    for case in cases.iter().filter(|case| !case.has(Flag::Invalid)) {
        assert!(
            (598.0..=600.0).contains(&case.repetitions[0].seconds) && case.repetitions[0].finds > 100_000,
            "{case:?}"
        );
    }
    assert!(told > 1000, "each is told every second: {told}");
    assert!(clock.now() <= Duration::from_secs(601));
}

#[test]
fn a_quick_run_of_everything_takes_less_than_a_minute() {
    for cases in [1_usize, 8, 16, 40] {
        let clock = SimulatedClock::default();
        let all = (0..cases).map(|at| planned(&at.to_string(), Box::new(Simulated::new(&clock, 1e6, 3)), 250.0));
        let times = Times::quick(cases);
        let (found, told) = simulate(all.collect(), &times, &clock);
        assert!(clock.now() < Duration::from_secs(50), "{cases} cases: {:?}", clock.now());
        assert!(found.iter().all(|case| case.has(Flag::Quick) && case.repetitions.len() == 3));
        assert!(told.iter().all(|told| told.left <= Duration::from_mins(1)));
    }
}
