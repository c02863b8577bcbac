//! What chips do, in words and for programs. Their three hashrates are never mixed.

use hashkit_chain::Hashrate;
use hashkit_engine::device::asic::{BoardReading, ChipCounts, ChipsReport, TuningState};
use serde_json::{Value, json};

/// Hashrates, clock, what was counted where it is not nothing, the board, the tuning.
pub(super) fn in_words(report: &ChipsReport) -> String {
    let rates = &report.rates;
    let measured = rates.measured.map_or_else(
        || "no nonce yet".to_owned(),
        |measured| format!("{} ± {:.1} %", measured.hashrate, measured.error * 100.0),
    );
    let own = rates.chip_counter.map(|rate| format!("chip counter {rate}"));
    let clock = report.frequency.map(|frequency| format!(" at {frequency}"));
    let chips = format!("{} chips{}", report.counts.chips.len(), clock.unwrap_or_default());
    let tuning = report.tuning.as_ref().map(ToString::to_string);
    let board = report.board.map(|board| board.to_string());
    let parts = [Some(format!("expected {}", rates.expected)), Some(format!("measured {measured}")), own, Some(chips)];
    let all = parts.into_iter().flatten().chain(counted(report)).chain(board).chain(tuning);
    all.collect::<Vec<_>>().join(", ")
}

/// The numbers that are worth a word.
fn counted(report: &ChipsReport) -> Vec<String> {
    let (counts, total) = (&report.counts, report.counts.total());
    let numbers = [
        (total.wrong, "wrong nonces"),
        (total.duplicates, "duplicates"),
        (total.late, "late"),
        (total.own_errors, "own errors"),
        (counts.unknown_jobs, "of unknown jobs"),
        (counts.bad_frames, "damaged frames"),
        (counts.resyncs, "resyncs"),
        (u64::from(counts.starts.saturating_sub(1)), "restarts"),
        (counts.silent.len() as u64, "silent"),
    ];
    let worth = numbers.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    [format!("{} nonces", total.nonces)].into_iter().chain(worth).collect()
}

/// Everything, chip by chip; `null` is what is not known.
pub(super) fn as_json(report: &ChipsReport) -> Value {
    let ChipsReport { frequency, rates, counts, chip_counters, board, tuning } = report;
    let per_second = |rate: Option<Hashrate>| rate.map(Hashrate::per_second);
    let chip = |(index, chip): (usize, &ChipCounts)| {
        let ChipCounts { nonces, wrong, duplicates, late, own_errors } = chip;
        json!({
            "chip": index, "nonces": nonces, "wrong": wrong, "duplicates": duplicates, "late": late,
            "own_errors": own_errors, "is_silent": counts.silent.iter().any(|silent| usize::from(*silent) == index),
            "chip_counter": per_second(chip_counters.get(index).copied().flatten()),
        })
    };
    json!({
        "megahertz": frequency.map(|frequency| frequency.0),
        "hashes_per_second": {
            "expected": rates.expected.per_second(),
            "measured": per_second(rates.measured.map(|measured| measured.hashrate)),
            "measured_error": rates.measured.map(|measured| measured.error),
            "chip_counter": per_second(rates.chip_counter),
        },
        "jobs": counts.jobs, "unknown_jobs": counts.unknown_jobs, "bad_frames": counts.bad_frames,
        "skipped_bytes": counts.skipped_bytes, "resyncs": counts.resyncs, "starts": counts.starts,
        "chips": counts.chips.iter().enumerate().map(chip).collect::<Vec<_>>(),
        "board": board.as_ref().map(board_as_json),
        "tuning": tuning.as_ref().map(tuning_as_json),
    })
}

fn board_as_json(board: &BoardReading) -> Value {
    let BoardReading { chip, back, regulator, input, output, current, power, fan, regulator_fault } = board;
    // A sensor that failed is no number, and `null` here.
    json!({
        "chip_celsius": chip, "back_celsius": back, "regulator_celsius": regulator, "input_volts": input,
        "output_volts": output, "output_amperes": current, "watts": power, "fan_rpm": fan,
        "regulator_fault": regulator_fault,
    })
}

fn tuning_as_json(tuning: &TuningState) -> Value {
    let mut fields = json!({"state": tuning.name(), "words": tuning.to_string()});
    if let TuningState::Searching { at, .. } | TuningState::Tuned(at) = tuning {
        fields["megahertz"] = json!(at.frequency.0);
        fields["millivolts"] = json!(at.millivolts);
    }
    fields
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use hashkit_engine::device::asic::{ChainCounts, ChainRates, Measured, Megahertz, OperatingPoint};

    use super::*;

    fn rate(hashes: f64) -> Hashrate {
        Hashrate::over(hashes, Duration::from_secs(1)).expect("a second")
    }

    /// Two chips, of which one has fallen silent.
    pub(crate) fn report() -> ChipsReport {
        let chip = ChipCounts { nonces: 500, wrong: 3, duplicates: 2, late: 1, own_errors: 4 };
        ChipsReport {
            frequency: Some(Megahertz(525.0)),
            rates: ChainRates {
                expected: rate(2.142e12),
                measured: Some(Measured { hashrate: rate(2.05e12), error: 0.041 }),
                chip_counter: Some(rate(2.1e12)),
            },
            counts: ChainCounts {
                chips: vec![chip, ChipCounts::default()],
                bad_frames: 7,
                resyncs: 5,
                starts: 2,
                silent: vec![1],
                ..ChainCounts::default()
            },
            chip_counters: vec![Some(rate(1.05e12)), None],
            board: Some(BoardReading { chip: Some(55.0), back: Some(f64::NAN), ..BoardReading::default() }),
            tuning: Some(TuningState::Searching {
                at: OperatingPoint { frequency: Megahertz(525.0), millivolts: Some(1150) },
                tried: 3,
                left: 9,
            }),
        }
    }

    #[test]
    fn the_three_hashrates_have_their_names_and_what_is_nothing_is_left_out() {
        assert_eq!(
            in_words(&report()),
            "expected 2.14 TH/s, measured 2.05 TH/s ± 4.1 %, chip counter 2.10 TH/s, 2 chips at 525 MHz, 500 nonces, \
             3 wrong nonces, 2 duplicates, 1 late, 4 own errors, 7 damaged frames, 5 resyncs, 1 restarts, \
             1 silent, chip 55 °C, back NaN °C, tuning: 525 MHz at 1150 mV is measured, 3 points were, 9 are left at most"
        );
        let fresh = ChipsReport {
            frequency: None,
            rates: ChainRates { expected: rate(0.0), measured: None, chip_counter: None },
            counts: ChainCounts::default(),
            chip_counters: Vec::new(),
            board: None,
            tuning: None,
        };
        assert_eq!(in_words(&fresh), "expected 0.00 H/s, measured no nonce yet, 0 chips, 0 nonces");
    }

    #[test]
    fn programs_get_every_counter_of_every_chip() {
        let value = as_json(&report());
        assert_eq!(value["hashes_per_second"]["measured_error"], 0.041);
        assert_eq!(
            value["chips"][0],
            json!({
                "chip": 0, "nonces": 500, "wrong": 3, "duplicates": 2, "late": 1, "own_errors": 4, "is_silent": false,
                "chip_counter": 1.05e12,
            })
        );
        assert_eq!((&value["chips"][1]["is_silent"], &value["chips"][1]["chip_counter"]), (&json!(true), &Value::Null));
        assert_eq!(
            (&value["resyncs"], &value["bad_frames"], &value["megahertz"]),
            (&json!(5), &json!(7), &json!(525.0))
        );
        assert_eq!((&value["board"]["chip_celsius"], &value["board"]["back_celsius"]), (&json!(55.0), &Value::Null));
        assert_eq!((&value["tuning"]["state"], &value["tuning"]["millivolts"]), (&json!("searching"), &json!(1150)));
    }
}
