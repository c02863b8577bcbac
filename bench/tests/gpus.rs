//! What measures GPUs, on a program that acts as one.

use std::process::{Command, Output};

use hashkit_kernels::gpus;
use serde_json::Value;

fn measured(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gpus")).args(words).output().expect("it was built for this test")
}

#[test]
fn a_program_that_acts_as_a_gpu_is_measured_only_on_request_and_marked() {
    let Some(software) = gpus().into_iter().find(|card| card.is_software) else {
        assert!(
            std::env::var_os("HASHKIT_REQUIRE").is_none_or(|value| value != "all"),
            "HASHKIT_REQUIRE=all wants PoCL: install pocl-opencl-icd"
        );
        return eprintln!("skipped: there is no program here that acts as a GPU");
    };
    let only = ["--only", &software.id];
    let refused = measured(&only);
    assert_eq!(refused.status.code(), Some(4), "{}", String::from_utf8_lossy(&refused.stderr));

    let few = ["--software", "--repeat", "6", "--launches", "1", "--first", "1", "--versions", "1", "blake3"];
    let output = measured(&[&only[..], &few].concat());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && words.contains("(a program, no card)"), "{words}");
    let result: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    let case = &result["cases"][0];
    assert_eq!((&result["bench"], &case["is_software"], &case["versions"]), (&"gpus".into(), &true.into(), &1.into()));
    assert_eq!(case["gpu"], Value::from(&*software.id));
    let rate = |what: &str| case["rate"][what].as_f64().unwrap_or_else(|| panic!("{what} in {case}"));
    assert!(0.0 < rate("low_95") && rate("low_95") <= rate("median") && rate("median") <= rate("high_95"), "{case}");
    assert!(case["host_cores"].is_f64() && case["launch_overhead"].is_f64(), "{case}");
}

#[test]
fn too_few_timings_and_unknown_words_are_refused() {
    for words in [&["--repeat", "5"][..], &["--launches", "0"], &["sha257"]] {
        let output = measured(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
