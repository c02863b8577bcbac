//! `hashkit header`: decodes a block header, or checks a file of headers that follow each other.

mod chain;
mod judged;
mod records;

use std::ffi::OsString;
use std::io::{self, Write};

use hashkit_chain::Algorithm;

use self::judged::{COLUMNS, Judged};
use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};

const EXAMPLES: &str = "\
Examples:
  hashkit header --file headers.hex
  hashkit header --file headers.hex --each --output csv
  head -1 headers.hex | hashkit header --file -
  hashkit header $(head -1 headers.hex)
";

/// Decode a block header, or check a chain of headers
///
/// Prints the fields, the id and the proof-of-work hash, and whether the hash meets the target that the header names. Of a
/// file it checks that each header names the one before it, and the proof of work of each, on all cores; it says the first
/// break with its line. Ends with exit code 3 when a check fails.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, group(clap::ArgGroup::new("headers").args(["hex", "file"]).required(true)))]
pub(crate) struct Args {
    /// A header in 160 hexadecimal digits, or a whole block
    hex: Option<String>,

    /// Headers that follow each other; `-` for standard input
    ///
    /// Either one header or block a line, in hexadecimal, or records of 80 bytes with nothing between them. Empty lines and
    /// lines that begin with # are skipped.
    #[arg(long)]
    file: Option<OsString>,

    /// Print every header of the file instead of the summary
    #[arg(long, requires = "file")]
    each: bool,

    /// The proof of work
    #[arg(long, value_name = "NAME", default_value = "sha256d", value_parser = words::algorithm())]
    algorithm: Algorithm,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    if let Some(file) = &args.file {
        let print = if args.each { chain::Print::Each } else { chain::Print::Summary };
        return chain::run(file, args.algorithm, print, args.output.format, global);
    }
    let digits = args.hex.as_deref().unwrap_or_default();
    let header = records::header_from_hex(digits.as_bytes(), digits.len() as u64).map_err(Failure::usage)?;
    let judged = Judged::new(header, args.algorithm);
    print(&judged, args.output.format).map_err(Failure::output)?;
    judged.proof().map_err(|missing| Failure::new(Exit::Validation, missing))
}

fn print(judged: &Judged, format: Format) -> io::Result<()> {
    if format == Format::Text {
        let mut out = stdout();
        write!(out, "{judged}")?;
        return out.flush();
    }
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    rows.row(&judged.row())?;
    rows.end().map(drop)
}
