//! Searches over boards that are simulated: random ones, whose clock is too high for their voltage at a point of their own.

use super::*;

/// A simulated board.
struct Board {
    rng: fastrand::Rng,
    /// The clock at which a tenth of the nonces are wrong, at 1200 mV, and by how much it moves with a millivolt.
    edge: (f64, f64),
    /// Watts without a clock, and for a MHz at 1200 mV.
    watts: (f64, f64),
    /// Whether the hashrate follows the clock.
    follows: bool,
    at: OperatingPoint,
    reading: TuneReading,
}

const START: Megahertz = Megahertz(400.0);
const HASHES: f64 = 4_294_967_296.0 * 64.0;
const STEP: Duration = Duration::from_secs(2);

fn model() -> &'static ChipModel {
    ChipModel::named("bm1366").expect("listed")
}

fn settings(objective: Objective) -> TuneSettings {
    TuneSettings { error: 0.02, ..TuneSettings::of(model(), objective) }
}

impl Board {
    fn random(seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let at = OperatingPoint { frequency: START, millivolts: Some(1200) };
        let edge = (420.0 + 250.0 * rng.f64(), 0.5 + rng.f64());
        let watts = (1.0 + 4.0 * rng.f64(), 0.02 + 0.02 * rng.f64());
        let reading = TuneReading { nonces: 0, wrong: 0, hashes: 0.0, watts: Some(0.0) };
        Self { rng, edge, watts, follows: true, at, reading }
    }

    fn millivolts(at: OperatingPoint) -> f64 {
        f64::from(at.millivolts.unwrap_or(1200))
    }

    fn wrong(&self, at: OperatingPoint) -> f64 {
        let edge = self.edge.0 + self.edge.1 * (Self::millivolts(at) - 1200.0);
        let beyond = (at.frequency.0 - edge) / 8.0;
        1.0 / (1.0 + 9.0 * (-beyond).exp())
    }

    fn hashrate(&self, at: OperatingPoint) -> f64 {
        let frequency = if self.follows { at.frequency } else { START };
        model().expected(12, frequency).per_second() * (1.0 - self.wrong(at))
    }

    fn watts(&self, at: OperatingPoint) -> f64 {
        self.watts.0 + self.watts.1 * at.frequency.0 * (Self::millivolts(at) / 1200.0).powi(2)
    }

    fn value(&self, objective: Objective, at: OperatingPoint) -> f64 {
        if objective == Objective::Hashrate { self.hashrate(at) } else { self.hashrate(at) / self.watts(at) }
    }

    /// Lets time pass.
    fn run(&mut self, time: Duration) -> TuneReading {
        let right = self.hashrate(self.at) / HASHES * time.as_secs_f64();
        let wrong = right * self.wrong(self.at) / (1.0 - self.wrong(self.at));
        let (right, wrong) = (self.poisson(right), self.poisson(wrong));
        self.reading.nonces += right;
        self.reading.wrong += wrong;
        self.reading.hashes += right as f64 * HASHES;
        let noise = 1.0 + 0.01 * self.normal();
        self.reading.watts = Some(self.watts(self.at) * noise);
        self.reading
    }

    fn normal(&mut self) -> f64 {
        // Twelve times a twelfth of a variance.
        (0..12).map(|_| self.rng.f64()).sum::<f64>() - 6.0
    }

    fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 50.0 {
            let count = (mean + mean.sqrt() * self.normal()).round().max(0.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            return count as u64;
        }
        let (mut count, mut left) = (0, self.rng.f64());
        while left > (-mean).exp() && count < 1000 {
            left *= self.rng.f64();
            count += 1;
        }
        count
    }
}

/// A search over a simulated board, step by step; every action is held against the limits.
struct Run {
    board: Board,
    tune: Autotune,
    now: Instant,
    measured: Vec<OperatingPoint>,
}

impl Run {
    fn new(board: Board, settings: TuneSettings) -> Self {
        let now = Instant::now();
        let tune = Autotune::new(model(), settings, board.at, now).expect("within the limits");
        Self { measured: vec![board.at], board, tune, now }
    }

    fn step(&mut self) {
        self.now += STEP;
        let reading = self.board.run(STEP);
        self.tune.read(&reading, self.now);
        self.act();
    }

    fn act(&mut self) {
        while let Some(action) = self.tune.poll_action(self.now) {
            match action {
                TuneAction::Frequency(frequency) => self.board.at.frequency = frequency,
                TuneAction::Voltage(millivolts) => self.board.at.millivolts = Some(millivolts),
            }
            assert!(self.board.at.is_within(&model().limits), "{:?}", self.board.at);
        }
        self.measured.push(self.board.at);
    }

    fn end(&mut self) -> TuneOutcome {
        for _ in 0..100_000 {
            if let Some(outcome) = self.tune.outcome() {
                return outcome.clone();
            }
            self.step();
        }
        panic!("it does not end: {:?}", self.tune.progress());
    }
}

#[test]
fn simulated_boards_end_at_a_good_point_whose_nonces_are_right() {
    for objective in [Objective::Hashrate, Objective::Efficiency] {
        let mut of_the_best = 0.0;
        let seeds = 1000;
        for seed in 0..seeds {
            let settings = settings(objective);
            let has_voltage = seed % 4 == 0;
            let settings = if has_voltage { settings.with_voltages(model()) } else { settings };
            let mut run = Run::new(Board::random(seed), settings);
            let (start, candidates) = (run.board.at, run.tune.candidates.clone());
            let TuneOutcome::Tuned(tuned) = run.end() else { panic!("seed {seed}: nothing was wrong") };
            (0..10).for_each(|_| run.step());
            assert_eq!(run.board.at, tuned.point, "seed {seed}: the chips run there");
            let board = &run.board;
            let wrong = board.wrong(tuned.point);
            assert!(wrong < 1.5 * settings.most_wrong, "seed {seed}: {wrong} wrong at {:?}", tuned.point);
            let value = |at: &OperatingPoint| board.value(objective, *at);
            if board.wrong(start) < settings.most_wrong / 4.0 {
                let gain = value(&tuned.point) / value(&start);
                assert!(gain > 0.99, "seed {seed}: worse than before, {gain}");
            }
            let allowed = candidates.iter().filter(|at| board.wrong(**at) < settings.most_wrong / 4.0);
            let best = allowed.map(value).fold(0.0, f64::max);
            of_the_best += value(&tuned.point) / best;
        }
        let mean = of_the_best / seeds as f64;
        assert!(mean > 0.95, "{objective:?}: {mean} of the best point on average");
    }
}

#[test]
fn simulated_points_that_are_all_the_same_leave_the_chips_where_they_are() {
    let mut changed = 0;
    for seed in 0..1000 {
        let board = Board { follows: false, edge: (1e4, 0.0), ..Board::random(seed) };
        let start = board.at;
        let mut run = Run::new(board, settings(Objective::Hashrate));
        run.end();
        run.step();
        changed += usize::from(run.board.at != start);
    }
    assert!(changed < 50, "{changed} of 1000 searches took one of seventeen equal points for better");
}

#[test]
fn simulated_faults_at_any_moment_bring_the_chips_back_to_where_they_ran() {
    for seed in 0..1000 {
        let mut run = Run::new(Board::random(seed), settings(Objective::Hashrate).with_voltages(model()));
        let start = run.board.at;
        for _ in 0..run.board.rng.u32(..400) {
            run.step();
        }
        let is_over = run.tune.outcome().is_some();
        run.tune.fault("the fan has stopped", run.now);
        run.act();
        // The voltage follows when the clock is down.
        (0..10).for_each(|_| run.step());
        if !is_over {
            assert_eq!(run.tune.outcome(), Some(&TuneOutcome::Reverted { reason: "the fan has stopped".to_owned() }));
            assert_eq!(run.board.at, start, "seed {seed}");
        }
        let end = run.board.at;
        (0..50).for_each(|_| run.step());
        assert_eq!(run.board.at, end, "seed {seed}: nothing comes behind the end");
    }
}

#[test]
fn simulated_interruptions_keep_the_best_point_that_was_measured() {
    for seed in 0..1000 {
        let mut run = Run::new(Board::random(seed), settings(Objective::Efficiency));
        let start = run.board.at;
        for _ in 0..run.board.rng.u32(..200) {
            run.step();
        }
        let is_over = run.tune.outcome().is_some();
        run.tune.interrupt(run.now);
        (0..10).for_each(|_| run.step());
        match run.tune.outcome().expect("it is over") {
            TuneOutcome::Tuned(tuned) => {
                assert_eq!((run.board.at, tuned.is_complete), (tuned.point, is_over), "seed {seed}");
                assert!(run.measured.contains(&tuned.point), "seed {seed}");
                assert!(run.board.wrong(tuned.point) < 0.03, "seed {seed}");
            }
            TuneOutcome::Reverted { .. } => assert_eq!(run.board.at, start, "seed {seed}"),
        }
    }
}

#[test]
fn a_point_where_everything_is_wrong_is_left_within_seconds_and_none_above_it_is_tried() {
    let board = Board { edge: (420.0, 1.0), ..Board::random(1) };
    let mut run = Run::new(board, settings(Objective::Hashrate));
    let outcome = run.end();
    let highest = run.measured.iter().map(|at| at.frequency.0).fold(0.0, f64::max);
    assert!(highest < 460.0, "{highest}");
    assert!(matches!(outcome, TuneOutcome::Tuned(Tuned { point, .. }) if point.frequency.0 < 420.0), "{outcome:?}");
}

#[test]
fn the_voltage_is_there_before_a_higher_clock_and_goes_down_after_a_lower_one() {
    let now = Instant::now();
    let point =
        |frequency, millivolts| OperatingPoint { frequency: Megahertz(frequency), millivolts: Some(millivolts) };
    for (case, from, to, actions) in [
        ("both up", point(400.0, 1150), point(450.0, 1200), [(0, "Voltage(1200)"), (0, "Frequency(Megahertz(450.0))")]),
        (
            "both down",
            point(450.0, 1200),
            point(400.0, 1150),
            [(0, "Frequency(Megahertz(400.0))"), (800, "Voltage(1150)")],
        ),
        (
            "slower",
            point(450.0, 1150),
            point(400.0, 1200),
            [(0, "Frequency(Megahertz(400.0))"), (800, "Voltage(1200)")],
        ),
        (
            "faster",
            point(400.0, 1200),
            point(450.0, 1150),
            [(0, "Frequency(Megahertz(450.0))"), (800, "Voltage(1150)")],
        ),
    ] {
        let mut tune = Autotune::new(model(), settings(Objective::Hashrate), from, now).expect("within the limits");
        assert_eq!(tune.go_to(to, now), now + Duration::from_millis(800), "{case}");
        let told: Vec<(u64, String)> = (0..=800)
            .flat_map(|ms| {
                let tune = &mut tune;
                let at = now + Duration::from_millis(ms);
                std::iter::from_fn(move || tune.poll_action(at))
                    .map(|action| (ms, format!("{action:?}")))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(told, actions.map(|(ms, action)| (ms, action.to_owned())), "{case}");
    }
}

#[test]
fn a_search_that_cannot_be_right_is_refused_or_ended_with_what_to_do() {
    let now = Instant::now();
    let start = OperatingPoint { frequency: START, millivolts: Some(1200) };
    let settings = settings(Objective::Hashrate);
    let new = |settings, start| Autotune::new(model(), settings, start, now).map(|tune| tune.candidates.len());
    let frequencies = |least, most, step| TuneSettings { frequencies: Span { least, most, step }, ..settings };
    let voltages = |least, most| TuneSettings { millivolts: Some(Span { least, most, step: 25 }), ..settings };
    for (case, settings, start, words) in [
        ("too fast already", settings, OperatingPoint { frequency: Megahertz(700.0), ..start }, "700 MHz"),
        ("no clock at all", settings, OperatingPoint { frequency: Megahertz(f64::NAN), ..start }, "beyond the limits"),
        ("too high a voltage", settings, OperatingPoint { millivolts: Some(1300), ..start }, "1300 mV"),
        ("frequencies beyond the limits", frequencies(700.0, 900.0, 25.0), start, "from 50 MHz to 650 MHz"),
        ("frequencies the wrong way round", frequencies(500.0, 400.0, 25.0), start, "no frequency"),
        ("frequencies without end", frequencies(f64::NAN, f64::NAN, 25.0), start, ""),
        ("voltages beyond the limits", voltages(1300, 1400), start, "up to 1260"),
        ("a voltage that nobody knows", voltages(1100, 1200), OperatingPoint { millivolts: None, ..start }, "leave"),
    ] {
        match new(settings, start) {
            Err(error) => assert!(error.to_string().contains(words), "{case}: {error}"),
            Ok(points) => assert!(words.is_empty() && points <= 97, "{case}: {points} points"),
        }
    }
    assert_eq!(
        new(frequencies(0.0, 1e9, f64::NAN), start),
        Ok(96),
        "every step within the limits, but for the start's"
    );
    assert_eq!(new(voltages(0, u16::MAX), start), Ok(17 * 51), "as many voltages, each with all frequencies");

    let mut blind = Autotune::new(model(), TuneSettings { objective: Objective::Efficiency, ..settings }, start, now)
        .expect("within the limits");
    blind.read(&TuneReading { nonces: 1, wrong: 0, hashes: HASHES, watts: None }, now);
    let reason = "the board does not tell its power".to_owned();
    assert_eq!(blind.outcome(), Some(&TuneOutcome::Reverted { reason }));

    // Power that is no number is none where it does not matter.
    let mut odd = Run::new(Board::random(1), settings);
    odd.board.watts = (f64::NAN, 0.0);
    assert!(matches!(odd.end(), TuneOutcome::Tuned(Tuned { watts: None, .. })));
}

#[test]
fn what_was_found_is_saved_by_serial_number_and_not_believed_beyond_the_limits() {
    let tuned = Tuned {
        model: "bm1366".to_owned(),
        objective: Objective::Efficiency,
        point: OperatingPoint { frequency: Megahertz(431.25), millivolts: Some(1150) },
        hashes_per_second: 4e12,
        error: 0.01,
        wrong: 0.001,
        watts: Some(80.0),
        watts_error: 0.002,
        is_complete: true,
    };
    assert_eq!(tuned.joules_per_terahash(), Some(20.0));
    let mut tunings = Tunings::default();
    tunings.keep("0123abcd", tuned.clone());
    let text = serde_json::to_string(&tunings).expect("JSON");
    assert!(text.contains(r#""point":{"megahertz":431.25,"millivolts":1150}"#), "{text}");
    assert_eq!(serde_json::from_str::<Tunings>(&text).expect("JSON"), tunings);
    assert_eq!(tunings.of("0123abcd", model()), Ok(Some(tuned.point)));
    assert_eq!(tunings.of("another", model()), Ok(None));
    let other = ChipModel::named("bm1370").expect("listed");
    assert!(matches!(tunings.of("0123abcd", other), Err(SavedError::OtherModel { .. })));
    for (frequency, millivolts) in [(900.0, 1150), (431.25, 1400), (0.0, 1150)] {
        let point = OperatingPoint { frequency: Megahertz(frequency), millivolts: Some(millivolts) };
        tunings.keep("0123abcd", Tuned { point, ..tuned.clone() });
        assert!(matches!(tunings.of("0123abcd", model()), Err(SavedError::BeyondLimits { .. })), "{point:?}");
    }
}
