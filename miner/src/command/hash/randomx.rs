//! `hashkit hash randomx`: RandomX under a key, in light mode.

use std::io::{self, Read};
use std::num::NonZeroUsize;

use hashkit_chain::randomx::Key;
use hashkit_engine::randomx::{PrepareError, prepare};
use hashkit_kernels::randomx::{Ask, Mode, Search};

use super::{Args, Input, Printer, announce, decoded, open_input, print_one};
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::output::Format;

/// How rows name it.
const NAME: &str = "randomx";

/// Held in memory while it is hashed; a header is 76 bytes.
const LIMIT: u64 = 1 << 20;

pub(super) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let key = args.key.as_deref().ok_or_else(|| {
        Failure::usage(
            "randomx hashes under a key: give --key HEX; Monero's is the seed hash that the node's template names",
        )
    })?;
    if args.check.is_some() {
        return Err(Failure::usage("--check reads lists of digests, and a RandomX hash depends on its key too"));
    }
    let key = Key::from_hex(key).map_err(|error| Failure::usage(format!("cannot read --key {key:?}: {error}")))?;
    let bytes = args.hex.as_deref().map(decoded).transpose()?;

    let failed = |error: PrepareError| Failure::new(Exit::Failed, error);
    let prepared = prepare(&key, Mode::Light, Ask::Huge, NonZeroUsize::MIN).map_err(failed)?;
    let mut search = prepared.open(0).map_err(|error| failed(error.into()))?;
    match bytes {
        Some(bytes) => {
            let found = hash(&mut search, &bytes);
            print_one(NAME, bytes.len() as u64, &found, args.output.format).map_err(Failure::output)
        }
        None => hash_inputs(&args.inputs(), &mut search, args.output.format, global),
    }
}

/// One after the other: a hash takes some hundredths of a second, and they share one search.
fn hash_inputs(inputs: &[Input], search: &mut Search, format: Format, global: &Global) -> Result<(), Failure> {
    announce(inputs, global);
    let mut printer = Printer::new(format).map_err(Failure::output)?;
    let mut failed = false;
    for input in inputs {
        match open_input(input).and_then(|mut file| read(&mut file)) {
            Ok(bytes) => {
                let found = hash(search, &bytes);
                printer.print(input, NAME, bytes.len() as u64, &found).map_err(Failure::output)?;
            }
            Err(error) => {
                failed = true;
                global.say_error(&format!("cannot hash {input}: {error}"));
            }
        }
    }
    printer.end().map_err(Failure::output)?;
    if failed { Err(Failure::already_said(Exit::Failed)) } else { Ok(()) }
}

/// The hash, in the order in which RandomX leaves its bytes.
fn hash(search: &mut Search, bytes: &[u8]) -> [u8; 32] {
    search.hash_each([bytes]).first().map(|hash| *hash.as_internal()).expect("one input has one hash")
}

fn read(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LIMIT {
        return Err(io::Error::other("longer than the 1 MiB that randomx takes here"));
    }
    Ok(bytes)
}
