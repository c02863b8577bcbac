//! `hashkit selftest`: known answers on every kernel.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use hashkit_chain::Algorithm;
use hashkit_engine::device::asic::{AsicSpec, prove_chips};
use hashkit_kernels::{Gpu, GpuSpec, KernelSpec, catalogue, gpus, may_have_gpus, prove};
use serde_json::json;

use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::pattern::DevicePattern;
use crate::rig::is_wanted as is_wanted_gpu;

const EXAMPLES: &str = "\
Examples:
  hashkit selftest
  hashkit selftest --device cpu --algorithm scrypt
  hashkit selftest --output json
";

/// Let every kernel answer what is known already
///
/// Each kernel searches real blocks and ranges chosen to hurt, and has to find exactly what the plain reference finds. Ends
/// with exit code 3 when one answers wrongly, and with 4 when there is none to ask.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Test only the kernels of devices that match (repeatable); see `hashkit devices`
    #[arg(long = "device", value_name = "PATTERN")]
    devices: Vec<DevicePattern>,

    /// Test only the kernels of this algorithm
    #[arg(long, value_name = "NAME", value_parser = words::algorithm())]
    algorithm: Option<Algorithm>,

    /// Test the chips on a serial port too (repeatable): each has to find a nonce at its lowest clock
    #[arg(long = "asic", value_name = "PATH:MODEL[,OPTIONS]")]
    asics: Vec<AsicSpec>,

    #[command(flatten)]
    output: OutputArgs,
}

const COLUMNS: &[&str] = &["kernel", "algorithm", "kind", "passed", "took_ms", "problem", "device"];

/// A kernel and how it did.
struct Tested {
    kernel: String,
    algorithm: &'static str,
    /// `cpu`, or the id of a GPU.
    device: String,
    problem: Option<String>,
    took: Duration,
}

pub(crate) fn run(args: &Args, _global: &Global) -> Result<(), Failure> {
    let algorithms = args.algorithm.as_ref().map_or(Algorithm::ALL, std::slice::from_ref);
    let kernels =
        algorithms.iter().flat_map(|algorithm| catalogue(*algorithm).into_iter().map(|spec| (*algorithm, spec)));
    let wanted = kernels.filter(|(_, spec)| is_wanted(spec, &args.devices));
    let mut printer = Printer::new(args.output.format).map_err(Failure::output)?;
    let (mut tested, mut wrong) = (0, 0);
    for (algorithm, spec) in wanted {
        let result = test(algorithm, &spec);
        tested += 1;
        wrong += u64::from(result.problem.is_some());
        printer.print(&result).map_err(Failure::output)?;
    }
    for gpu in wanted_gpus(&args.devices) {
        let specs =
            algorithms.iter().flat_map(|algorithm| gpu.kernels(*algorithm).into_iter().map(|spec| (*algorithm, spec)));
        for (algorithm, spec) in specs {
            let result = test_gpu(&gpu, algorithm, &spec);
            tested += 1;
            wrong += u64::from(result.problem.is_some());
            printer.print(&result).map_err(Failure::output)?;
        }
    }
    for spec in &args.asics {
        let result = test_chips(spec);
        tested += 1;
        wrong += u64::from(result.problem.is_some());
        printer.print(&result).map_err(Failure::output)?;
    }
    #[cfg(feature = "randomx")]
    if args.algorithm.is_none() && matches_any("randomx/light", &args.devices) {
        let result = test_randomx();
        tested += 1;
        wrong += u64::from(result.problem.is_some());
        printer.print(&result).map_err(Failure::output)?;
    }
    printer.end().map_err(Failure::output)?;
    verdict(tested, wrong, &args.devices)
}

fn verdict(tested: u64, wrong: u64, patterns: &[DevicePattern]) -> Result<(), Failure> {
    if tested == 0 {
        let wanted: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        let message = format!("no kernel here matches {}: see hashkit devices -v", wanted.join(", "));
        return Err(Failure::new(Exit::NoDevice, message));
    }
    if wrong > 0 {
        let message = format!(
            "{wrong} of {tested} kernels answer wrongly: do not mine with them, and check the cooling, the memory and the clock"
        );
        return Err(Failure::new(Exit::Validation, message));
    }
    Ok(())
}

/// Whether a device that could run the kernel matches; without patterns each does.
fn is_wanted(spec: &KernelSpec, patterns: &[DevicePattern]) -> bool {
    matches_any(spec.name(), patterns)
}

fn matches_any(kernel: &str, patterns: &[DevicePattern]) -> bool {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let matches = |pattern: &DevicePattern| (0..cores).any(|core| pattern.matches(&format!("cpu:{core}"), kernel));
    patterns.is_empty() || patterns.iter().any(matches)
}

/// The GPUs to test; drivers are not loaded where patterns ask for none.
fn wanted_gpus(patterns: &[DevicePattern]) -> Vec<Gpu> {
    let may_want = if patterns.is_empty() {
        may_have_gpus()
    } else {
        patterns.iter().any(|pattern| pattern.may_match_kind("gpu"))
    };
    let all = if may_want { gpus() } else { Vec::new() };
    all.into_iter().filter(|gpu| is_wanted_gpu(gpu, patterns)).collect()
}

fn test_gpu(gpu: &Gpu, algorithm: Algorithm, spec: &GpuSpec) -> Tested {
    let start = Instant::now();
    let answer = spec.open().and_then(|mut kernel| prove(&mut kernel, algorithm));
    let problem = answer.err().map(|error| error.to_string());
    let kernel = spec.name().to_owned();
    Tested { kernel, algorithm: algorithm.name(), device: gpu.id.clone(), problem, took: start.elapsed() }
}

fn test_chips(spec: &AsicSpec) -> Tested {
    let start = Instant::now();
    let problem = prove_chips(spec).err().map(|error| error.to_string());
    let kernel = spec.model().name().to_owned();
    Tested { kernel, algorithm: Algorithm::Sha256d.name(), device: spec.id(), problem, took: start.elapsed() }
}

fn test(algorithm: Algorithm, spec: &KernelSpec) -> Tested {
    let start = Instant::now();
    let answer = spec.open().and_then(|mut kernel| prove(&mut *kernel, algorithm));
    let problem = answer.err().map(|error| error.to_string());
    let kernel = spec.name().to_owned();
    Tested { kernel, algorithm: algorithm.name(), device: "cpu".to_owned(), problem, took: start.elapsed() }
}

/// The hashes of one known key in light mode: fast mode would fill 2 GiB for minutes.
#[cfg(feature = "randomx")]
fn test_randomx() -> Tested {
    use hashkit_kernels::randomx::{Mode, prove};
    let start = Instant::now();
    let answer = prove(Mode::Light, 1, std::num::NonZeroUsize::MIN);
    let problem = answer.err().map(|error| error.to_string());
    let (kernel, device) = ("randomx/light".to_owned(), "cpu".to_owned());
    Tested { kernel, algorithm: "randomx", device, problem, took: start.elapsed() }
}

enum Printer<W: Write> {
    Text(W),
    Rows(Rows<W>),
}

impl Printer<io::BufWriter<io::Stdout>> {
    fn new(format: Format) -> io::Result<Self> {
        Ok(match format {
            Format::Text => Self::Text(stdout()),
            format => Self::Rows(Rows::new(stdout(), format, COLUMNS)?),
        })
    }
}

impl<W: Write> Printer<W> {
    fn print(&mut self, tested: &Tested) -> io::Result<()> {
        let milliseconds = tested.took.as_secs_f64() * 1000.0;
        let problem = tested.problem.as_ref();
        match self {
            Self::Text(out) => {
                let on = if tested.device == "cpu" { String::new() } else { format!("  {}", tested.device) };
                match problem {
                    None => writeln!(out, "ok     {:<18} {milliseconds:>6.0} ms{on}", tested.kernel)?,
                    Some(problem) => writeln!(out, "WRONG  {:<18} {problem}{on}", tested.kernel)?,
                }
                out.flush()
            }
            Self::Rows(rows) => {
                rows.row(&[
                    json!(tested.kernel),
                    json!(tested.algorithm),
                    json!(tested.device.split(':').next()),
                    json!(problem.is_none()),
                    json!((milliseconds * 1000.0).round() / 1000.0),
                    json!(problem),
                    json!(tested.device),
                ])?;
                rows.flush()
            }
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Self::Text(_) => Ok(()),
            Self::Rows(rows) => rows.end().map(drop),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_kernel_and_none_at_all_have_exit_codes_of_their_own() {
        let patterns = ["gpu".parse().unwrap()];
        for (case, tested, wrong, exit) in [
            ("all are right", 4, 0, None),
            ("one is wrong", 4, 1, Some(Exit::Validation)),
            ("none matches", 0, 0, Some(Exit::NoDevice)),
        ] {
            assert_eq!(verdict(tested, wrong, &patterns).err().map(|failure| failure.exit()), exit, "{case}");
        }
    }
}
