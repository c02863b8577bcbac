//! A document of simulated devices, and that documents are as the published schema says.

use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::host::{Cpu, GpuOfHost, Memory, Os};
use crate::measure::Times;
use crate::measure::simulated::{Simulated, SimulatedClock, SimulatedPlug};
use crate::measure::tests::{planned, simulate};
use crate::preflight::Level;

/// A result of a machine that is not there, with these cases.
pub(crate) fn document_of(cases: Vec<Case>) -> Document {
    Document {
        schema: SCHEMA.to_owned(),
        created: "2026-11-21T00:50:07Z".to_owned(),
        tool: Tool {
            version: "0.1.0".to_owned(),
            commit: Some("0123456789ab".to_owned()),
            profile: "release".to_owned(),
            target: "x86_64-linux".to_owned(),
            rustc: Some("1.95.0".to_owned()),
        },
        host: Host {
            name: Some("a name".to_owned()),
            fingerprint: "sha256:00".to_owned(),
            hardware: "sha256:01".to_owned(),
            cpu: Cpu {
                model: "Simulated CPU".to_owned(),
                cores: Some(2),
                threads: 2,
                features: vec!["avx2".to_owned()],
                governor: Some("performance".to_owned()),
                turbo: Some(true),
                clock_held_mhz: Some([800, 2000]),
                microcode: Some("0x1".to_owned()),
            },
            memory: Memory { gib: Some(31.3), huge_pages: false },
            os: Os { name: "linux".to_owned(), kernel: Some("6.1".to_owned()) },
            is_virtual: false,
            gpus: vec![GpuOfHost {
                id: "gpu:vulkan:0".to_owned(),
                model: "Simulated GPU".to_owned(),
                driver: "1.0".to_owned(),
                memory_gib: Some(8.0),
                pci: Some("0000:01:00.0".to_owned()),
                vbios: Some("1.2".to_owned()),
                power_limit_w: Some(220.0),
                clocks_held: Some("performance level manual".to_owned()),
                is_software: true,
            }],
        },
        conditions: Conditions {
            profile: "default".to_owned(),
            ambient_c: Some(24.0),
            load_before: Some(0.02),
            cores_of_others: Some(0.0),
            preflight: vec![Finding::new("virtual", Level::Info, "a virtual machine")],
        },
        cases,
        flags: Vec::new(),
        integrity: None,
    }
}

/// One with a case that has everything, and one that failed.
pub(crate) fn document() -> Document {
    let clock = SimulatedClock::default();
    let device =
        Simulated { temperature: Some(|at| 40.0 + at.min(20.0)), spread: 0.002, ..Simulated::new(&clock, 1e6, 1) };
    let mut whole = planned("blake3/cpu/test/t2", Box::new(device.clone()), 250.0);
    whole.settings.threads = 2;
    whole.settings.clock_mhz = Some(525.0);
    whole.gauge = Some(Box::new(device.clone()));
    for (name, busy) in [("simulated", 65.0), ("another", 66.3)] {
        whole.power.push(Box::new(SimulatedPlug { name, device: device.clone(), idle: 20.0, busy }));
    }
    let wrong = planned("blake3/cpu/wrong/t1", Box::new(Simulated { finds: 0.5, ..device }), 250.0);
    let times = Times { measure: Duration::from_secs(12), ..Times::DEFAULT };
    let mut cases = simulate(vec![whole, wrong], &times, &clock).0;
    (cases[0].rig, cases[0].chips) = (Some(rig()), Some(chips()));
    document_of(cases)
}

fn chips() -> Chips {
    let each = [(1500, 3), (1470, 0)].map(|(nonces, wrong)| Chip { nonces, wrong, duplicates: 1, late: 2 });
    Chips {
        expected_rate: Some(1e12),
        nonces_expected: Some(3001.5),
        bad_frames: 4,
        resyncs: 2,
        unknown_jobs: 1,
        starts: 0,
        each: each.to_vec(),
    }
}

fn rig() -> Rig {
    let to_new_job = Some(Percentiles { count: 200, p50_ms: 1.2, p99_ms: 3.4, p999_ms: 5.6, max_ms: 7.8 });
    let device = |device: &str, threads| RigDevice {
        device: device.to_owned(),
        kernel: "blake3/test".to_owned(),
        threads,
        to_new_job,
        cores: Some(0.9 * threads as f64),
    };
    Rig {
        devices: vec![device("cpu", 2), device("gpu:vulkan:0", 1)],
        to_new_job,
        share_to_wire: Some(Percentiles { count: 500, p50_ms: 0.05, p99_ms: 0.2, p999_ms: 0.9, max_ms: 1.1 }),
        clean_jobs_a_second: 9.8,
        rate_part: 0.987,
        rate_part_ci95: Some([0.98, 0.994]),
        host_cores: Some(0.12),
        accepted: 490,
        stale: 10,
        refused: 0,
    }
}

const TEXT: &str = include_str!("../../../docs/hashkit-bench.schema.json");

/// What of a value the schema does not allow, or does not describe. Knows the words that our schema uses, and no others.
fn problems(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (word, rule) in schema.as_object().expect("a schema is an object") {
        match (word.as_str(), value) {
            ("$ref", _) => {
                let name = rule.as_str().and_then(|path| path.strip_prefix("#/$defs/")).expect("a reference");
                let root: Value = serde_json::from_str(TEXT).expect("the schema is JSON");
                problems(&root["$defs"][name], value, at, found);
            }
            ("const", value) if value == rule => {}
            ("enum", value) if rule.as_array().expect("a list").contains(value) => {}
            ("minimum", Value::Number(number)) if number.as_f64() >= rule.as_f64() => {}
            ("type", value) => {
                let is_right = match rule.as_str().expect("one type") {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "number" => value.is_number(),
                    "integer" => value.is_u64() || value.is_i64(),
                    other => panic!("no rule for the type {other}"),
                };
                if !is_right {
                    found.push(format!("{at} is no {rule}"));
                }
            }
            ("required", Value::Object(members)) => {
                let names = rule.as_array().expect("a list").iter().filter_map(Value::as_str);
                found
                    .extend(names.filter(|name| !members.contains_key(*name)).map(|name| format!("{at} lacks {name}")));
            }
            ("properties", Value::Object(members)) => {
                for (name, member) in members {
                    match rule.get(name) {
                        Some(rule) => problems(rule, member, &format!("{at}.{name}"), found),
                        None => found.push(format!("{at}.{name} is not described")),
                    }
                }
            }
            ("items", Value::Array(values)) => {
                for value in values {
                    problems(rule, value, &format!("{at}[]"), found);
                }
            }
            ("const" | "enum" | "minimum", value) => found.push(format!("{at} is {value}, not {word} {rule}")),
            ("$schema" | "$id" | "$defs" | "title" | "description" | "required" | "properties" | "items", _) => {}
            (other, _) => panic!("no rule for {other}"),
        }
    }
}

fn problems_of(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    problems(&serde_json::from_str(TEXT).expect("the schema is JSON"), value, "result", &mut found);
    found
}

#[test]
fn results_are_as_the_published_schema_says() {
    let document = document();
    assert!(document.cases[0].summary.is_some() && document.cases[1].failure.is_some());
    let value = serde_json::to_value(seal(&document).expect("it is JSON")).expect("it is JSON");
    assert_eq!(problems_of(&value), [] as [String; 0]);
    // And the schema is not one that allows anything.
    for (pointer, wrong) in [
        ("/schema", Value::from("hashkit-bench/2")),
        ("/cases/0/flags", Value::from(vec!["lucky"])),
        ("/cases/0/repetitions/0/hashes", Value::from(-1)),
        ("/cases/0/settings/threads", Value::from("two")),
        ("/host/cpu", serde_json::json!({"model": "x"})),
        ("/tool/profile", Value::Null),
        ("/cases/0/rig/to_new_job/count", Value::from(0)),
    ] {
        let mut broken = value.clone();
        *broken.pointer_mut(pointer).expect("it is there") = wrong;
        assert!(!problems_of(&broken).is_empty(), "{pointer}");
    }
}

#[test]
fn each_flag_is_known_to_the_schema_by_its_name() {
    let schema: Value = serde_json::from_str(TEXT).expect("the schema is JSON");
    let names = schema["$defs"]["flags"]["items"]["enum"].as_array().expect("a list");
    for name in names {
        let flag: Flag = serde_json::from_value(name.clone()).expect("each name is a flag");
        assert_eq!(flag.name(), name);
        assert!(!flag.words().is_empty());
    }
    assert_eq!(names.len(), 14);
}
