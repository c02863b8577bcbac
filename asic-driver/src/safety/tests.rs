//! Decisions on a clock that the test owns.

use super::*;

const VOLTS: f64 = 1.15;
const EVERY: Duration = Duration::from_millis(500);

/// A board on which all is well.
fn fine() -> BoardReading {
    BoardReading {
        chip: Some(55.0),
        regulator: Some(50.0),
        input: Some(5.1),
        output: Some(VOLTS),
        current: Some(14.0),
        fan: Some(4000.0),
        ..BoardReading::default()
    }
}

struct Board {
    safety: Safety,
    now: Instant,
}

impl Board {
    fn powered() -> Self {
        let (model, now) = (ChipModel::named("bm1370").expect("listed"), Instant::now());
        let mut board = Self { safety: Safety::new(model, Megahertz(525.0), now), now };
        board.safety.powered(now);
        board
    }

    fn running() -> Self {
        let mut board = Self::powered();
        board.safety.ready();
        board.feel(fine(), 2.0);
        assert_eq!(board.safety.stance(), Stance::Run(Megahertz(525.0)));
        board
    }

    /// The changes while the sensors say this for so many seconds.
    fn feel(&mut self, reading: BoardReading, seconds: f64) -> Vec<Change> {
        let end = self.now + Duration::from_secs_f64(seconds);
        let mut changes = Vec::new();
        while self.now < end {
            self.now += EVERY;
            changes.extend(self.safety.judge(&reading, VOLTS, self.now));
        }
        changes
    }

    fn stances(&mut self, reading: BoardReading, seconds: f64) -> Vec<Stance> {
        self.feel(reading, seconds).into_iter().map(|change| change.stance).collect()
    }
}

fn run(frequency: f64) -> Stance {
    Stance::Run(Megahertz(frequency))
}

#[test]
fn nothing_hashes_before_the_chips_are_ready_and_three_readings_were_right() {
    let mut board = Board::powered();
    assert_eq!(board.stances(BoardReading { chip: None, ..fine() }, 8.0), [], "their diode is not connected yet");
    assert_eq!(board.stances(fine(), 5.0), [], "not before they say that they run");
    board.safety.ready();
    board.safety.starting(board.now);
    assert_eq!(board.stances(fine(), 5.0), [], "started once more");
    board.safety.ready();
    assert_eq!(board.stances(fine(), 1.0), []);
    assert_eq!(board.stances(fine(), 0.5), [run(525.0)]);
}

#[test]
fn each_danger_ends_where_the_table_says_in_the_order_reduce_rest_power_down() {
    let hot = |chip: f64| BoardReading { chip: Some(chip), ..fine() };
    for (case, reading, seconds, expected) in [
        ("warm, and no more", hot(74.9), 60.0, vec![]),
        ("above 75 °C: slower every two seconds", hot(76.0), 5.0, vec![run(475.0), run(425.0), run(375.0)]),
        ("above 80 °C: rest, and no power after ten seconds more", hot(82.0), 20.0, vec![Stance::Rest, Stance::Down]),
        ("above 90 °C: no power a reading later", hot(91.0), 1.0, vec![Stance::Rest, Stance::Down]),
        ("no temperature", BoardReading { chip: None, ..fine() }, 3.0, vec![Stance::Rest, Stance::Down]),
        ("a temperature that no chip has", hot(-1.0), 3.0, vec![Stance::Rest, Stance::Down]),
        ("nor any sensor", hot(127.0), 3.0, vec![Stance::Rest, Stance::Down]),
        ("none at all", hot(f64::NAN), 3.0, vec![Stance::Rest, Stance::Down]),
        ("the back of the board", BoardReading { back: Some(81.0), ..fine() }, 1.0, vec![Stance::Rest]),
        (
            "a back sensor that has gone",
            BoardReading { back: Some(f64::NAN), ..fine() },
            3.0,
            vec![Stance::Rest, Stance::Down],
        ),
        ("the regulator at 101 °C", BoardReading { regulator: Some(101.0), ..fine() }, 1.0, vec![run(475.0)]),
        ("the regulator at 111 °C", BoardReading { regulator: Some(111.0), ..fine() }, 1.0, vec![Stance::Rest]),
        (
            "a regulator's fault",
            BoardReading { regulator_fault: Some("too much current"), output: Some(0.0), ..fine() },
            0.5,
            vec![Stance::Down],
        ),
        ("too little voltage", BoardReading { output: Some(1.0), ..fine() }, 3.0, vec![Stance::Rest, Stance::Down]),
        (
            "a voltage that cannot be read",
            BoardReading { output: None, ..fine() },
            3.0,
            vec![Stance::Rest, Stance::Down],
        ),
        (
            "a fan that stands still",
            BoardReading { fan: Some(82.0), ..fine() },
            15.0,
            vec![run(50.0), Stance::Rest, Stance::Down],
        ),
        (
            "a fan that cannot be heard",
            BoardReading { fan: None, ..fine() },
            15.0,
            vec![run(50.0), Stance::Rest, Stance::Down],
        ),
    ] {
        let mut board = Board::running();
        let changes = board.feel(reading, seconds);
        assert!(changes.iter().all(|change| change.why.is_some()), "{case}: {changes:?}");
        assert_eq!(changes.iter().map(|change| change.stance).collect::<Vec<_>>(), expected, "{case}: {changes:?}");
    }
}

#[test]
fn a_chip_that_stays_hot_at_its_lowest_clock_rests() {
    let mut board = Board::running();
    let changes = board.stances(BoardReading { chip: Some(77.0), ..fine() }, 60.0);
    assert_eq!(changes.first(), Some(&run(475.0)));
    assert_eq!(changes[changes.len() - 2..], [run(50.0), Stance::Rest]);
}

#[test]
fn after_a_rest_it_goes_on_more_slowly_and_climbs_back_by_small_steps() {
    let mut board = Board::running();
    let hot = BoardReading { chip: Some(81.0), ..fine() };
    assert_eq!(board.stances(hot, 0.5), [Stance::Rest]);
    assert_eq!(board.stances(BoardReading { chip: Some(72.0), ..fine() }, 30.0), [], "not cool enough");
    assert_eq!(board.stances(fine(), 1.0), [run(475.0)], "it has been calm for long");
    assert_eq!(board.stances(fine(), 70.0), [run(500.0), run(525.0)]);
    assert_eq!(board.stances(fine(), 300.0), [], "and no further");
    assert_eq!(board.stances(hot, 0.5), [Stance::Rest]);
    assert_eq!(board.stances(fine(), 11.0), [run(475.0)]);
    assert_eq!(board.stances(hot, 0.5), [Stance::Down], "the third time within ten minutes");
}

#[test]
fn each_time_power_was_cut_the_clock_is_lower_and_after_three_it_stays_off() {
    let mut board = Board::running();
    for expected in [425.0, 325.0] {
        board.feel(BoardReading { regulator_fault: Some("its input"), ..fine() }, 0.5);
        assert_eq!(board.stances(fine(), 100.0), [], "without power nothing is decided");
        assert!(!board.safety.has_given_up() && board.safety.cool_down() == COOL_DOWN);
        board.safety.powered(board.now);
        board.safety.ready();
        assert_eq!(board.stances(fine(), 2.0), [run(expected)]);
    }
    board.feel(BoardReading { regulator_fault: Some("its input"), ..fine() }, 0.5);
    assert!(board.safety.has_given_up());
}

#[test]
fn power_is_given_only_to_a_board_whose_regulator_is_cool_and_whose_fan_turns() {
    let safety = Board::powered().safety;
    assert_eq!(safety.may_power(&BoardReading { chip: None, ..fine() }), Ok(()), "a chip without power says nothing");
    for (case, reading) in [
        ("a hot regulator", BoardReading { regulator: Some(96.0), ..fine() }),
        ("one that says nothing", BoardReading { regulator: None, ..fine() }),
        ("nonsense", BoardReading { regulator: Some(f64::NAN), ..fine() }),
        ("no fan", BoardReading { fan: Some(0.0), ..fine() }),
    ] {
        assert!(safety.may_power(&reading).is_err(), "{case}");
    }
    assert_eq!(safety.has_risen(&fine(), VOLTS), Ok(()));
    assert!(safety.has_risen(&BoardReading { output: Some(0.0), ..fine() }, VOLTS).is_err());
}

#[test]
fn with_chips_missing_the_clock_stays_at_its_lowest() {
    let mut board = Board::running();
    let change = board.safety.chips_missing(1, 2).expect("a change");
    assert_eq!((change.stance, change.why), (run(50.0), Some(Danger::ChipsMissing { found: 1, expected: 2 })));
    assert_eq!(board.stances(fine(), 300.0), []);
}

#[test]
fn no_wish_goes_beyond_the_models_limits() {
    let mut board = Board::running();
    for (wish, expected) in [(9999.0, 650.0), (f64::NAN, 50.0), (-1.0, 50.0)] {
        board.safety.want(Megahertz(wish), board.now);
        board.safety.powered(board.now);
        board.safety.ready();
        assert_eq!(board.stances(fine(), 2.0), [run(expected)], "{wish}");
    }
}

#[test]
fn a_wish_is_followed_at_once_where_all_is_well_and_never_against_a_danger() {
    let wish = |board: &mut Board, frequency| board.safety.want(Megahertz(frequency), board.now);
    let mut board = Board::running();
    assert_eq!(wish(&mut board, 600.0), Some(Change { stance: run(600.0), why: None }));
    assert_eq!(wish(&mut board, 600.0), None, "it runs there");
    assert_eq!(wish(&mut board, 500.0), Some(Change { stance: run(500.0), why: None }));

    let hot = BoardReading { chip: Some(77.0), ..fine() };
    assert_eq!(board.stances(hot, 1.0), [run(450.0)]);
    assert_eq!(wish(&mut board, 600.0), None, "not while it is hot");
    assert_eq!(board.stances(fine(), 29.0), [], "nor at once after");
    assert_eq!(board.stances(fine(), 3.0), [run(475.0)], "but step by step");
    assert_eq!(wish(&mut board, 100.0), Some(Change { stance: run(100.0), why: None }), "slower at any time");

    let mut board = Board::running();
    board.safety.chips_missing(1, 2);
    assert_eq!(wish(&mut board, 600.0), None, "with chips missing it stays at its lowest");
    let mut board = Board::running();
    board.safety.cut(Danger::ChipsDead);
    assert_eq!(wish(&mut board, 600.0), None);
    board.safety.powered(board.now);
    board.safety.ready();
    assert_eq!(board.stances(fine(), 2.0), [run(425.0)], "what a cut has taken is not given back");
}
