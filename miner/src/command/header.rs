//! `hashkit header`: decodes a block header, or checks a file of headers that follow each other.

mod chain;
mod judged;
mod records;

use std::ffi::OsString;
use std::io::{self, Write};

use hashkit_chain::{Algorithm, ChainName};

use self::judged::{COLUMNS, Judged};
use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};

const EXAMPLES: &str = "\
Examples:
  hashkit header --file headers.hex
  hashkit header --file headers.hex --network regtest
  hashkit header --file headers.hex --each --output csv
  head -1 headers.hex | hashkit header --file -
  hashkit header $(head -1 headers.hex)
";

/// Decode a block header, or check a chain of headers
///
/// Prints the fields, the id and the proof-of-work hash, and whether the hash meets the target that the header names. Of a
/// file it checks that each header names the one before it, and the proof of work of each, on all cores, and with --network
/// that each names the target that the chain demands; it says the first break with its line and height. Ends with exit code 3
/// when a check fails.
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

    /// The chain whose first block and rule of difficulty the headers have to follow
    #[arg(long, value_name = "NAME", value_parser = words::chain(), requires = "file")]
    network: Option<ChainName>,

    /// The height of the first header [default: 0, or 1 where it follows the network's first block]
    #[arg(long, value_name = "N", requires = "file")]
    height: Option<u32>,

    /// The proof of work [default: that of --network, or sha256d]
    #[arg(long, value_name = "NAME", value_parser = words::algorithm())]
    algorithm: Option<Algorithm>,

    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let algorithm = args.algorithm()?;
    if let Some(file) = &args.file {
        let print = if args.each { chain::Print::Each } else { chain::Print::Summary };
        let expected = chain::Expected { network: args.network, height: args.height };
        return chain::run(file, algorithm, expected, print, args.output.format, global);
    }
    let digits = args.hex.as_deref().unwrap_or_default();
    let header = records::header_from_hex(digits.as_bytes(), digits.len() as u64).map_err(Failure::usage)?;
    let judged = Judged::new(header, algorithm);
    print(&judged, args.output.format).map_err(Failure::output)?;
    judged.proof().map_err(|missing| Failure::new(Exit::Validation, missing))
}

impl Args {
    fn algorithm(&self) -> Result<Algorithm, Failure> {
        let own = self.network.map(ChainName::algorithm);
        match (self.algorithm, own, self.network) {
            (Some(asked), Some(own), Some(network)) if asked != own => {
                Err(Failure::usage(format!("{network} is a chain of {own}: leave --algorithm {asked} out")))
            }
            (asked, own, _) => Ok(asked.or(own).unwrap_or(Algorithm::Sha256d)),
        }
    }
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
