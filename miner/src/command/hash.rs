//! `hashkit hash`: digests of files, of standard input, of a hexadecimal string.

mod check;
mod digest;
mod function;
mod list;
#[cfg(feature = "randomx")]
mod randomx;

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};

use hashkit_chain::hex;
use serde_json::{Value, json};

use self::digest::Digest;
use self::function::Function;
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::ordered::ordered;
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::progress::Progress;

const EXAMPLES: &str = "\
Examples:
  hashkit hash sha256 README.md Cargo.toml
  hashkit hash sha256 --output json README.md
  printf 'some bytes' | hashkit hash sha256d
  hashkit hash scrypt --hex 00ff
  hashkit hash sha256 README.md > SHA256SUMS
  hashkit hash sha256 --check SHA256SUMS
";

const COLUMNS: &[&str] = &["file", "algorithm", "bytes", "digest"];

/// Jobs up to 1 GiB show no progress: they take about a second.
const QUIET_UP_TO: u64 = 1 << 30;

/// Measured: from 64 KiB on the size makes no difference; 256 KiB stays within the second-level cache.
const BUFFER: usize = 256 << 10;

/// Print digests of files or of standard input
///
/// Files are hashed on all cores and printed in the order of the arguments, as `sha256sum` prints them; a file that cannot
/// be read is reported, the others are still hashed. The bytes of a digest stand in the order in which the function leaves
/// them: block explorers show block and transaction hashes (sha256d) with all 32 bytes reversed. scrypt is the one of
/// Litecoin: N = 1024, r = 1, p = 1, with the input as password and as salt, 32 bytes out.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The function; upper case, underscores and the usual other spellings are accepted
    #[arg(value_parser = Function::words())]
    algorithm: Function,

    /// Files; `-` and none at all mean standard input
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,

    /// Hash the bytes that these hexadecimal digits spell
    #[arg(long, value_name = "INPUT", conflicts_with_all = ["files", "check"])]
    hex: Option<String>,

    /// Check the files that LIST names against the digests in it (the form of sha256sum; `-` for standard input)
    ///
    /// Ends with exit code 1 when a file differs or cannot be read. With -q the files that are as expected are not printed.
    #[arg(long, value_name = "LIST", conflicts_with = "files")]
    check: Option<OsString>,

    /// What randomx hashes under: 1 to 60 bytes in hexadecimal digits, Monero's is the seed hash
    #[cfg(feature = "randomx")]
    #[arg(long, value_name = "HEX")]
    key: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

impl Args {
    /// The files, or standard input.
    fn inputs(&self) -> Vec<Input> {
        if self.files.is_empty() {
            vec![Input::Standard]
        } else {
            self.files.iter().map(|file| Input::named(file)).collect()
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("cannot hash {input}")]
struct ReadError {
    input: String,
    #[source]
    source: io::Error,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let format = args.output.format;
    #[cfg_attr(
        not(feature = "randomx"),
        expect(clippy::infallible_destructuring_match, reason = "there is one function more with the feature")
    )]
    let digest = match args.algorithm {
        Function::Digest(digest) => digest,
        #[cfg(feature = "randomx")]
        Function::RandomX => return randomx::run(args, global),
    };
    #[cfg(feature = "randomx")]
    if args.key.is_some() {
        return Err(Failure::usage(format!("{} takes no --key: only randomx does", digest.name())));
    }
    if let Some(digits) = &args.hex {
        return hash_hex(digits, digest, format);
    }
    if let Some(list) = &args.check {
        return check::run(&Input::named(list), digest, format, global);
    }
    hash_inputs(&args.inputs(), digest, format, global)
}

fn hash_hex(digits: &str, digest: Digest, format: Format) -> Result<(), Failure> {
    let (found, length) = digest
        .of(&mut &decoded(digits)?[..], &mut new_buffer(), &|_| {})
        .map_err(|error| Failure::new(Exit::Failed, ReadError { input: "--hex".to_owned(), source: error }))?;
    print_one(digest.name(), length, &found, format).map_err(Failure::output)
}

/// The bytes that `--hex` spells.
fn decoded(digits: &str) -> Result<Vec<u8>, Failure> {
    hex::decode(digits).map_err(|error| Failure::usage(format!("cannot read --hex {digits:?}: {error}")))
}

/// Prints the digest of bytes that come from no file.
fn print_one(algorithm: &str, length: u64, found: &[u8], format: Format) -> io::Result<()> {
    if format == Format::Text {
        return writeln!(io::stdout(), "{}", hex::encode(found));
    }
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    rows.row(&row(None, algorithm, length, found))?;
    rows.end().map(drop)
}

/// Waiting for a person needs a word.
fn announce(inputs: &[Input], global: &Global) {
    if inputs.contains(&Input::Standard) && io::stdin().is_terminal() {
        global.say("reading standard input; Ctrl-D ends it");
    }
}

fn hash_inputs(inputs: &[Input], digest: Digest, format: Format, global: &Global) -> Result<(), Failure> {
    announce(inputs, global);
    let progress = Progress::new(global, total_size(inputs), QUIET_UP_TO);
    let mut printer = Printer::new(format).map_err(Failure::output)?;
    let work = |buffer: &mut Vec<u8>, input| {
        let found = open_input(input).and_then(|mut file| digest.of(&mut file, buffer, &|bytes| progress.add(bytes)));
        (input, found)
    };
    let mut failed = 0;
    ordered(inputs.iter(), new_buffer, work, |(input, found)| match found {
        Ok((found, length)) => {
            let print = || printer.print(input, digest.name(), length, &found);
            progress.suspend_for_data(print).map_err(Failure::output)
        }
        Err(error) => {
            failed += 1;
            progress.suspend(|| global.say_error(&format!("cannot hash {input}: {error}")));
            Ok(())
        }
    })?;
    printer.end().map_err(Failure::output)?;
    if failed > 0 { Err(Failure::already_said(Exit::Failed)) } else { Ok(()) }
}

/// How each digest is printed as it comes.
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
    fn print(&mut self, input: &Input, algorithm: &str, length: u64, found: &[u8]) -> io::Result<()> {
        match self {
            Self::Text(out) => {
                out.write_all(&list::line(found, input.name()))?;
                out.write_all(b"\n")?;
                out.flush()
            }
            Self::Rows(rows) => {
                rows.row(&row(Some(input), algorithm, length, found))?;
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

fn row(input: Option<&Input>, algorithm: &str, length: u64, found: &[u8]) -> [Value; 4] {
    let file = input.map(|input| input.name().to_string_lossy());
    [json!(file), json!(algorithm), json!(length), json!(hex::encode(found))]
}

/// What a core reuses from file to file.
fn new_buffer() -> Vec<u8> {
    vec![0; BUFFER]
}

/// The bytes that are to be hashed, where all inputs are files whose size is known.
fn total_size(inputs: &[Input]) -> Option<u64> {
    let size = |input: &Input| match input {
        Input::Standard => None,
        Input::File(name) => match fs::metadata(name) {
            Ok(file) if file.is_file() => Some(file.len()),
            // A directory and a file that is not there add nothing; each is reported in its turn.
            Ok(file) => file.is_dir().then_some(0),
            Err(_) => Some(0),
        },
    };
    inputs.iter().map(size).sum()
}

/// Where bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Input {
    Standard,
    File(OsString),
}

impl Input {
    /// `-` is standard input.
    fn named(name: &OsStr) -> Self {
        if name == "-" { Self::Standard } else { Self::File(name.to_owned()) }
    }

    fn name(&self) -> &OsStr {
        match self {
            Self::Standard => OsStr::new("-"),
            Self::File(name) => name,
        }
    }
}

/// For messages.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Standard => f.write_str("standard input"),
            Self::File(name) => name.display().fmt(f),
        }
    }
}

fn open_input(input: &Input) -> io::Result<Box<dyn Read + Send>> {
    Ok(match input {
        Input::Standard => Box::new(io::stdin()),
        Input::File(name) => Box::new(File::open(name)?),
    })
}
