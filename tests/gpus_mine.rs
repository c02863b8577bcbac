//! The program on GPUs: real blocks, without a network. A program that acts as a GPU, as Mesa's lavapipe does, is one here.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_chain::Algorithm;
use hashkit_kernels::gpus;
use hashkit_tests::left_out;
use hashkit_tests::mining::Mining;
use hashkit_tests::program::{hashkit, output_within};
use serde_json::Value;

/// What a run may take on a busy machine, the compiling of its shaders included.
const LIMIT: Duration = Duration::from_mins(2);

/// The first GPU that Vulkan sees, which compiles soonest; says where there is none.
fn a_gpu(scenario: &str) -> Option<String> {
    let first = gpus().into_iter().find(|gpu| gpu.api == "vulkan").map(|gpu| gpu.id);
    if first.is_none() {
        left_out(
            scenario,
            "there is no GPU, nor a program that acts as one: install libvulkan1 and mesa-vulkan-drivers",
        );
    }
    first
}

fn printed(arguments: &[&str]) -> Result<String> {
    let output = output_within(LIMIT, hashkit()?.args(arguments).env_remove("HASHKIT_NO_GPU"))?;
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{arguments:?} ended with {}: {words}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

#[test]
fn the_demo_mines_blocks_on_a_gpu_alone_and_its_sums_agree() -> Result<()> {
    let Some(gpu) = a_gpu("mining on a GPU") else { return Ok(()) };
    let mining = Mining::start(&["--demo", "--device", &gpu, "--stop-after", "2blocks"])?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    let device = ending.of("device").next().context("no device began")?;
    ensure!(device["device"] == *gpu && device["kernel"].as_str().is_some_and(|kernel| kernel.starts_with("sha256d/")));
    let summary = ending.summary()?;
    ensure!(ending.sum("blocks")? >= 2 && summary["height"] == ending.sum("blocks")?, "{summary}");
    ensure!(summary["faults"] == 0, "{summary}");
    let devices = ending.of("setup").next().context("no setup")?["devices"].as_array().map_or(0, Vec::len);
    ensure!(devices == 1, "the processor mines beside it, though only the GPU was named");
    Ok(())
}

#[test]
fn gpus_are_listed_with_driver_and_reason_and_what_only_acts_as_one_is_not_used_unasked() -> Result<()> {
    let Some(gpu) = a_gpu("listing GPUs") else { return Ok(()) };
    let rows: Vec<Value> = serde_json::from_str(&printed(&["devices", "--json"])?)?;
    let row = rows.iter().find(|row| row["id"] == *gpu).with_context(|| format!("{gpu} is not listed"))?;
    for field in ["name", "api", "driver", "reason"] {
        ensure!(row[field].as_str().is_some_and(|text| !text.is_empty()), "{field} of {row}");
    }
    ensure!(row["kernels"].as_array().is_some_and(|kernels| !kernels.is_empty()), "{row}");
    ensure!(row["is_software"] == false || row["used"] == false, "{row}");
    let text = printed(&["devices", "-v"])?;
    ensure!(text.contains(&gpu) && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    Ok(())
}

#[test]
fn a_gpu_is_measured_alone_and_in_a_rig_with_the_processor() -> Result<()> {
    let Some(gpu) = a_gpu("the benchmark of GPUs") else { return Ok(()) };
    // A kernel that is named need not be found by timing all of them.
    let found = gpus().into_iter().find(|one| one.id == gpu).context("it was just there")?;
    let kernel = found.kernels(Algorithm::Blake3).first().context("no kernel")?.name().to_owned();
    let short = ["bench", "--quick", "--algorithm", "blake3", "--measure", "500ms", "--output", "json"];
    let alone = [&short[..], &["--device", &gpu, "--kernel", &kernel]].concat();
    let alone: Value = serde_json::from_str(&printed(&alone)?)?;
    let case = &alone["cases"][0];
    ensure!(case["device"] == *gpu && case["summary"]["rate_mean"].as_f64() > Some(0.0), "{case}");
    let flags = case["flags"].as_array().context("no flags")?;
    ensure!(flags.contains(&"simulated".into()) == found.is_software, "{flags:?}");
    ensure!(case["repetitions"].as_array().is_some_and(|all| all.iter().all(|one| one["faults"] == 0)), "{case}");

    let both =
        ["--rig", "--device", &gpu, "--kernel", &kernel, "--device", "cpu", "--kernel", "portable", "--threads", "1"];
    let rig: Value = serde_json::from_str(&printed(&[&short[..], &both].concat())?)?;
    let case = &rig["cases"][0];
    let devices = case["rig"]["devices"].as_array().with_context(|| format!("no devices: {case}"))?;
    ensure!(devices.len() == 2 && devices[1]["device"] == *gpu, "{devices:?}");
    for device in devices {
        ensure!(device["to_new_job"]["count"].as_u64() > Some(5), "{device}");
    }
    ensure!(case["rig"]["share_to_wire"]["count"].as_u64() > Some(5) && case["rig"]["refused"] == 0, "{case}");
    Ok(())
}

#[test]
fn every_kernel_of_a_gpu_knows_its_answers_and_can_be_timed() -> Result<()> {
    let Some(gpu) = a_gpu("the self-test of GPUs") else { return Ok(()) };
    let text = printed(&["selftest", "--device", &gpu, "--algorithm", "blake3"])?;
    ensure!(
        text.lines().count() >= 1 && text.lines().all(|line| line.starts_with("ok ") && line.contains(&gpu)),
        "{text}"
    );
    let timed: Vec<Value> = serde_json::from_str(&printed(&[
        "tune",
        "run",
        "--device",
        &gpu,
        "--algorithm",
        "blake3",
        "--output",
        "json",
    ])?)?;
    ensure!(!timed.is_empty() && timed.iter().all(|row| row["hashrate"].as_f64() > Some(0.0)), "{timed:?}");
    Ok(())
}
