//! `hashkit devices` and `hashkit selftest`.

use serde_json::json;

use crate::run::{hashkit, same_rows_in_every_form};

#[test]
fn devices_are_listed_with_ids_that_stay() {
    let rows = same_rows_in_every_form(&["devices"]);
    assert_eq!(hashkit(&["devices", "--json"]).json(), json!(rows));
    let (cpus, gpus): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row["kind"] == "cpu");
    assert!(!cpus.is_empty());
    for row in gpus {
        assert!(row["id"].as_str().is_some_and(|id| id.starts_with("gpu:")), "{row}");
        assert!(
            row["used"] == false || row["is_software"] == false,
            "one that only acts as a GPU is never used unasked: {row}"
        );
    }
    for (number, row) in cpus.into_iter().enumerate() {
        assert_eq!((&row["id"], &row["kind"]), (&json!(format!("cpu:{number}")), &json!("cpu")));
        for field in ["name", "api", "driver", "reason", "kernel", "plain_kernel"] {
            assert!(row[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {row}");
        }
        assert_eq!(row["used"], true);
        let kernels = row["kernels"].as_array().expect("a list");
        assert!(kernels.contains(&row["kernel"]), "{row}");
    }
}

#[test]
fn the_table_fits_80_columns_and_lists_all_kernels_when_asked() {
    for algorithm in ["sha256d", "SCRYPT"] {
        let plain = hashkit(&["devices", "--algorithm", algorithm]);
        let all = hashkit(&["devices", "--algorithm", algorithm, "-v"]);
        let portable = format!("{}/portable", algorithm.to_lowercase());
        assert!(all.text().contains(&portable) && all.text().len() > plain.text().len(), "{}", all.text());
        assert!(plain.text().lines().all(|line| line.len() <= 80), "{}", plain.text());
    }
}

#[test]
fn every_kernel_here_knows_its_answers() {
    let rows = same_rows_in_every_form_but_for_time(&["selftest"]);
    let names: Vec<&str> = rows.iter().filter_map(|row| row["kernel"].as_str()).collect();
    assert!(names.contains(&"sha256d/portable") && names.contains(&"scrypt/portable"), "{names:?}");
    assert!(rows.iter().all(|row| row["passed"] == true && row["problem"].is_null()));
    let text = hashkit(&["selftest"]);
    assert_eq!((text.code, &*text.words), (0, ""));
    assert_eq!(text.text().lines().filter(|line| line.starts_with("ok ")).count(), rows.len());
}

/// The time that each kernel takes differs from run to run, so only the other cells can be compared.
fn same_rows_in_every_form_but_for_time(arguments: &[&str]) -> Vec<serde_json::Value> {
    let json = hashkit(&[arguments, &["--output", "json"]].concat()).json();
    let rows = json.as_array().expect("an array").clone();
    for (form, head) in [("jsonl", 0), ("csv", 1), ("md", 2)] {
        let ended = hashkit(&[arguments, &["--output", form]].concat());
        assert_eq!(ended.text().lines().count(), rows.len() + head, "{form}");
        for (row, line) in rows.iter().zip(ended.text().lines().skip(head)) {
            assert!(line.contains(row["kernel"].as_str().expect("a name")), "{form}: {line}");
        }
    }
    rows
}

#[test]
fn a_pattern_chooses_kernels_and_one_that_matches_none_ends_with_4() {
    for (patterns, kernels) in [
        (&["--device", "cpu:portable", "--algorithm", "KECCAK_256"][..], &["keccak-256/portable"][..]),
        (&["--device", "cpu:portable", "--algorithm", "scrypt"], &["scrypt/portable"]),
        (&["--device", "gpu", "--device", "CPU:PORTABLE", "--algorithm", "sha_256d"], &["sha256d/portable"]),
    ] {
        let rows = hashkit(&[&["selftest", "--output", "json"], patterns].concat()).json();
        let tested: Vec<&str> =
            rows.as_array().expect("an array").iter().filter_map(|row| row["kernel"].as_str()).collect();
        assert_eq!(tested, kernels, "{patterns:?}");
    }
    let none = hashkit(&["selftest", "--device", "gpu"]);
    assert_eq!((none.code, none.text()), (4, ""));
    assert!(none.words.contains("no kernel here matches gpu"), "{}", none.words);
}
