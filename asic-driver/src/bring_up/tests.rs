//! Starts held against what firmware was seen to send.

use std::collections::HashSet;

use hashkit_chain::hex;
use serde_json::Value;

use super::*;

fn model(name: &str) -> &'static ChipModel {
    ChipModel::named(name).expect("listed")
}

fn plan(chips: u16, frequency: f64) -> Plan {
    Plan {
        chips,
        frequency: Megahertz(frequency),
        ticket_mask: TicketMask::with_zero_bits(8),
        version_mask: 0x1fff_e000,
        line: Line::Keep,
    }
}

/// The frames that a start sends, in their order.
fn frames(model: &ChipModel, steps: &[Step]) -> Vec<String> {
    let commands = steps.iter().filter_map(|step| match step {
        Step::Send(command) => Some(hex::encode(&command.encode(model.framing))),
        _ => None,
    });
    commands.collect()
}

#[test]
fn a_lone_bm1370_is_started_with_the_frames_of_its_boards_firmware() {
    let model = model("bm1370");
    assert_eq!(frames(model, &identify(model)), ["55aa5109 00a49000ffff1c".replace(' ', "").as_str(); 3]);
    let all = frames(model, &start(model, &Plan { line: Line::Fast, ..plan(1, 525.0) }));
    let expected = [
        "55aa510900a49000ffff1c",
        "55aa510900a80007000003",
        "55aa51090018f000c10004",
        "55aa5305000003",
        "55aa400500001c",
        "55aa5109003c80008b0012",
        "55aa5109003c8000800c11",
        "55aa51090014000000ff08",
        "55aa51090058000111110d",
        "55aa410900a8000701f015",
        "55aa41090018f000c1000c",
        "55aa4109003c80008b001a",
        "55aa4109003c8000800c19",
        "55aa4109003c800082aa05",
        "55aa510900b9000044800d",
        "55aa510900540000000218",
        "55aa510900b9000044800d",
        "55aa5109003c80008dee1b",
        "55aa510900281130020003",
    ];
    assert_eq!(all[..expected.len()], expected);
    assert_eq!(all.last().map(String::as_str), Some("55aa510900a49000ffff1c"));
    let clocks: Vec<&String> = all.iter().filter(|frame| frame.starts_with("55aa51090008")).collect();
    assert_eq!(clocks.len(), 77, "from 50 to 525 MHz by 6.25");
}

#[test]
fn captured_boards_are_started_with_frames_of_their_capture_alone() {
    let file: Value = serde_json::from_str(include_str!("../../../tests/vectors/bm13xx.json")).expect("JSON");
    for (machine, name, chips, megahertz) in [
        ("s21-stock", "bm1368", 108, 472.9),
        ("s19xp-stock", "bm1366", 110, 485.0),
        ("s19kpro-stock", "bm1366", 77, 485.0),
    ] {
        let model = model(name);
        let ours: HashSet<String> = frames(model, &start(model, &plan(chips, megahertz))).into_iter().collect();
        // What a board does while it mines, and what this driver computes in its own way: clock, counting number, baud.
        let elsewhere = ["08", "10", "28", "b0", "b4", "b8", "b9", "ba", "bd", "88", "89", "8a", "8b", "90"];
        let mut missing = Vec::new();
        for row in file["commands"].as_array().expect("rows") {
            let seen = row["seen_in"].as_array().is_some_and(|seen| seen.iter().any(|name| name == machine));
            let is_start = match row["kind"].as_str() {
                Some("write") => {
                    let register = row["register"].as_str().unwrap_or_default();
                    // The analog mux of single chips is set for their readings.
                    !elsewhere.contains(&register) && (register != "54" || row["broadcast"] == true)
                }
                Some("set_address") => row["address"].as_u64().is_some_and(|address| address < u64::from(chips) * 2),
                _ => false,
            };
            let is_within = row["address"].as_u64().is_some_and(|address| address < u64::from(chips) * 2);
            if seen && is_start && is_within && !ours.contains(row["tx"].as_str().unwrap_or_default()) {
                missing.push(row["tx"].clone());
            }
        }
        assert!(missing.is_empty(), "{machine}: {missing:?}");
    }
}

#[test]
fn a_ramp_never_goes_beyond_the_limits_nor_by_more_than_a_step() {
    for model in ChipModel::ALL {
        for (from, to) in [(50.0, 525.0), (525.0, 50.0), (0.0, 9999.0), (f64::NAN, 200.0), (300.0, 300.0)] {
            let steps = ramp(model, 4, Megahertz(from), Megahertz(to), RAMP_PAUSE);
            let plls: Vec<f64> = steps
                .iter()
                .filter_map(|step| match step {
                    Step::Send(Command::Write { register: 0x08 | 0x0c, value, .. }) => model.pll.setting(*value),
                    _ => None,
                })
                .map(|pll| pll.frequency().0)
                .collect();
            assert!(!plls.is_empty() && plls.iter().all(|f| (49.0..=650.1).contains(f)), "{model}: {plls:?}");
            assert!(plls.windows(2).all(|pair| (pair[0] - pair[1]).abs() <= 2.0 * RAMP.0 + 1e-9), "{model}: {plls:?}");
            let counts =
                steps.iter().filter(|step| matches!(step, Step::Send(Command::Write { register: 0x10, .. }))).count();
            assert_eq!(counts, usize::from(model.takes_whole_headers()), "{model}");
        }
    }
}

#[test]
fn every_chain_has_addresses_apart_and_within_a_byte() {
    for chips in 1..=crate::model::MOST_CHIPS {
        let addresses = addresses(chips);
        assert_eq!(addresses.len(), usize::from(chips));
        assert!(addresses.is_sorted_by(|a, b| a < b), "{chips} chips: {addresses:?}");
    }
}
