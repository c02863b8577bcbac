//! Prints the rate of one kernel on one thread, in hashes a second of that thread's processor time.
//! `cargo run --release -p hashkit-bench --bin one_kernel -- sha256d/avx512 --seconds 2`

use std::process::ExitCode;
use std::time::Duration;

use hashkit_bench::choice::{Choice, Words};
use hashkit_bench::machine::time_of_this_thread;

const USAGE: &str = "usage: one_kernel KERNEL [--versions N] [--seconds S] [--times N]";

fn main() -> ExitCode {
    match run(Words::of_this_program()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("one_kernel: {problem}");
            ExitCode::from(2)
        }
    }
}

fn run(mut words: Words) -> Result<(), String> {
    let (mut name, mut versions, mut seconds, mut times) = (None, 0, 1.0, 1_u32);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--versions" => versions = words.value("--versions")?,
            "--seconds" => seconds = words.value("--seconds")?,
            "--times" => times = words.value("--times")?,
            _ if name.is_none() && !word.starts_with('-') => name = Some(word),
            _ => return Err(format!("{word:?} is no word of this program\n{USAGE}")),
        }
    }
    let choice = Choice::named(&name.ok_or(USAGE)?, versions)?;
    let time = Duration::try_from_secs_f64(seconds).map_err(|error| format!("--seconds {seconds}: {error}"))?;
    let clock = || time_of_this_thread().unwrap_or_default();
    time_of_this_thread().ok_or("this system does not tell the processor time of a thread")?;
    let mut kernel = choice.open()?;
    for _ in 0..times {
        let rate = kernel.rate(time, clock).map_err(|error| error.to_string())?;
        println!("{} in {} versions: {rate:.0} H/s", choice.name(), kernel.versions());
    }
    Ok(())
}
