//! `hashkit header --file`: headers that follow each other, checked on all cores in bounded memory.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use hashkit_chain::{Algorithm, BrokenRule, ChainName, Difficulty, Hash, Position, WrongBits, WrongTime};
use serde_json::{Value, json};

use super::judged::{self, Judged};
use super::records::{Place, Record, RecordError, records};
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::ordered::ordered;
use crate::output::{Format, Rows, stdout};
use crate::progress::Progress;

/// What to print of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Print {
    /// One row for the whole file.
    Summary,
    /// One row for each header.
    Each,
}

/// What the headers have to be beside linked and worked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Expected {
    /// The chain whose rules of difficulty and time they follow.
    pub(super) network: Option<ChainName>,
    /// The height of the first.
    pub(super) height: Option<u32>,
}

/// Headers that a core takes at once: a tenth of a second of scrypt, well below a millisecond of SHA-256d.
const BATCH: usize = 256;

const SUMMARY: &[&str] = &[
    "headers",
    "first",
    "last",
    "lowest_difficulty",
    "highest_difficulty",
    "expected_hashes",
    "broken_links",
    "without_proof",
    "network",
    "wrong_bits",
    "wrong_times",
    "last_height",
    "first_break",
];

pub(super) fn run(
    file: &OsStr,
    algorithm: Algorithm,
    expected: Expected,
    what: Print,
    format: Format,
    global: &Global,
) -> Result<(), Failure> {
    let name = if file == "-" { "standard input".to_owned() } else { file.display().to_string() };
    let (input, size) = open(file).map_err(|error| cannot_read(&name, &error))?;
    let progress = Progress::new(global, size, quiet_up_to(algorithm));
    let records = records(BufReader::with_capacity(1 << 20, input)).map_err(|error| cannot_read(&name, &error))?;
    let mut printer = Printer::new(what, format).map_err(Failure::output)?;
    let mut chain = Chain { expected, ..Chain::default() };
    let judge = |(): &mut (), batch| judge(batch, algorithm, &progress);
    ordered(
        Batches(records),
        || (),
        judge,
        |batch| {
            let follow = || follow(batch, &mut chain, &mut printer, &name);
            if what == Print::Each { progress.suspend_for_data(follow) } else { follow() }
        },
    )?;
    drop(progress);
    printer.end(&chain).map_err(Failure::output)?;
    chain.verdict(&name)
}

/// Takes the next headers into the chain and prints what is to be printed of them.
fn follow(
    batch: Vec<Result<(Place, Judged), RecordError>>,
    chain: &mut Chain,
    printer: &mut Printer<impl Write>,
    name: &str,
) -> Result<(), Failure> {
    for judged in batch {
        match judged {
            Ok((place, judged)) => {
                let problem = chain.follow(place, &judged);
                printer.header(place, &judged, problem.as_ref()).map_err(Failure::output)?;
            }
            Err(RecordError::Read(error)) => return Err(cannot_read(name, &error)),
            Err(error @ RecordError::NoHeader { .. }) => chain.broke(error.to_string()),
        }
    }
    printer.flush().map_err(Failure::output)
}

fn cannot_read(name: &str, error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("cannot read {name}: {error}"))
}

fn open(file: &OsStr) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if file == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(file)?;
    let metadata = file.metadata()?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// Files up to this size show no progress: they take a second or two.
fn quiet_up_to(algorithm: Algorithm) -> u64 {
    if algorithm == Algorithm::Scrypt { 1 << 18 } else { 1 << 28 }
}

/// The records in pieces that are worth handing to a core.
struct Batches<I>(I);

impl<I: Iterator> Iterator for Batches<I> {
    type Item = Vec<I::Item>;

    fn next(&mut self) -> Option<Vec<I::Item>> {
        let batch: Vec<_> = self.0.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    }
}

fn judge(
    batch: Vec<Result<Record, RecordError>>,
    algorithm: Algorithm,
    progress: &Progress<'_>,
) -> Vec<Result<(Place, Judged), RecordError>> {
    let size = batch.iter().flatten().map(|record| record.size).sum();
    let judge = |record: Record| (record.place, Judged::new(record.header, algorithm));
    let judged = batch.into_iter().map(|record| record.map(judge)).collect();
    progress.add(size);
    judged
}

/// What is known of the headers so far.
#[derive(Default)]
struct Chain {
    headers: u64,
    first: Option<Hash>,
    last: Option<(Place, Hash)>,
    difficulties: Option<(Difficulty, Difficulty)>,
    expected_hashes: f64,
    broken_links: u64,
    without_proof: u64,
    expected: Expected,
    /// Of the last header, while the links hold.
    height: Option<u32>,
    /// Of the last header, where its chain's rule can be followed.
    position: Option<Position>,
    wrong_bits: u64,
    wrong_times: u64,
    first_break: Option<String>,
}

/// What is wrong with a header in its chain.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("its previous hash is {named}, but the header before it, {before}, is {id}", named = .0.named, before = .0.before, id = .0.id)]
    Link(Box<BrokenLink>),
    #[error("{0}")]
    Proof(judged::NoProof),
    #[error(transparent)]
    Bits(WrongBits),
    #[error(transparent)]
    Time(WrongTime),
    #[error("it is not the first block of {0}")]
    FirstBlock(ChainName),
    #[error("its height is not known: say with --height at which the file begins")]
    NoHeight,
}

impl From<BrokenRule> for Problem {
    fn from(rule: BrokenRule) -> Self {
        match rule {
            BrokenRule::Bits(bits) => Self::Bits(bits),
            BrokenRule::Time(time) => Self::Time(time),
        }
    }
}

#[derive(Debug)]
struct BrokenLink {
    named: Hash,
    before: Place,
    id: Hash,
}

impl Chain {
    /// Takes in the next header, and says what is wrong with it.
    fn follow(&mut self, place: Place, judged: &Judged) -> Option<Problem> {
        self.headers += 1;
        self.first.get_or_insert(judged.id);
        self.expected_hashes += judged.expected_hashes();
        if let Some(difficulty) = judged.difficulty() {
            let (low, high) = self.difficulties.unwrap_or((difficulty, difficulty));
            let lower = if difficulty < low { difficulty } else { low };
            self.difficulties = Some((lower, if difficulty > high { difficulty } else { high }));
        }
        let named = judged.header.prev_hash;
        let before = self.last.replace((place, judged.id));
        let link = before.filter(|(_, id)| *id != named);
        let link = link.map(|(before, id)| Problem::Link(Box::new(BrokenLink { named, before, id })));
        let proof = judged.proof().err().map(Problem::Proof);
        self.broken_links += u64::from(link.is_some());
        self.without_proof += u64::from(proof.is_some());
        let place_on_chain = self.climb(judged);
        let height = self.height;
        if link.is_some() {
            (self.height, self.position) = (None, None);
        }
        self.wrong_bits += u64::from(matches!(place_on_chain, Err(Problem::Bits(_))));
        self.wrong_times += u64::from(matches!(place_on_chain, Err(Problem::Time(_))));
        let problem = link.or(proof).or(place_on_chain.err())?;
        match height {
            Some(height) => self.broke(format!("{place}, height {height}: {problem}")),
            None => self.broke(format!("{place}: {problem}")),
        }
        Some(problem)
    }

    /// Notes the height of a header, and checks its target and its time by the rules of the chain.
    fn climb(&mut self, judged: &Judged) -> Result<(), Problem> {
        let (header, network) = (&judged.header, self.expected.network);
        let is_first = self.headers == 1;
        self.height = if is_first { self.first_height(judged) } else { self.height.and_then(|at| at.checked_add(1)) };
        let Some(network) = network else { return Ok(()) };
        let Some(height) = self.height else { return if is_first { Err(Problem::NoHeight) } else { Ok(()) } };
        if height == 0 && ChainName::of_genesis(judged.id) != Some(network) {
            return Err(Problem::FirstBlock(network));
        }
        let lowest = Position::lowest(network, height, header).map_err(BrokenRule::from);
        let next = self.position.map_or(lowest, |position| position.next(header));
        // What follows a wrong target or time is measured by it, as the only thing there is.
        self.position = next.or(lowest).ok();
        next.map(drop).map_err(Problem::from)
    }

    fn first_height(&self, judged: &Judged) -> Option<u32> {
        let parent = judged.header.prev_hash;
        let network = self.expected.network;
        self.expected.height.or(match parent {
            Hash::ZERO => Some(0),
            _ => network.filter(|network| ChainName::of_genesis(parent) == Some(*network)).map(|_| 1),
        })
    }

    /// Keeps the first break.
    fn broke(&mut self, what: String) {
        self.first_break.get_or_insert(what);
    }

    fn row(&self) -> Vec<Value> {
        vec![
            json!(self.headers),
            json!(self.first.map(|id| id.to_string())),
            json!(self.last.map(|(_, id)| id.to_string())),
            json!(self.difficulties.map(|(low, _)| low.value())),
            json!(self.difficulties.map(|(_, high)| high.value())),
            json!(self.expected_hashes),
            json!(self.broken_links),
            json!(self.without_proof),
            json!(self.expected.network.map(ChainName::name)),
            json!(self.expected.network.map(|_| self.wrong_bits)),
            json!(self.expected.network.map(|_| self.wrong_times)),
            json!(self.height),
            json!(self.first_break),
        ]
    }

    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "headers        {}", self.headers)?;
        if let (Some(first), Some((_, last))) = (self.first, self.last) {
            writeln!(out, "first          {first}")?;
            writeln!(out, "last           {last}")?;
        }
        if let Some((low, high)) = self.difficulties {
            writeln!(out, "difficulty     {low} to {high}")?;
        }
        match self.expected_hashes {
            few if few < 1e6 => writeln!(out, "expected work  {few:.0} hashes")?,
            many => writeln!(out, "expected work  {many:.3e} hashes")?,
        }
        writeln!(out, "broken links   {}", self.broken_links)?;
        writeln!(out, "without proof  {}", self.without_proof)?;
        if let Some(network) = self.expected.network {
            writeln!(out, "wrong bits     {}  by the rule of {network}", self.wrong_bits)?;
            writeln!(out, "wrong times    {}", self.wrong_times)?;
        }
        Ok(())
    }

    fn verdict(&self, name: &str) -> Result<(), Failure> {
        match &self.first_break {
            Some(first) => Err(Failure::new(Exit::Validation, format!("{name}, {first}"))),
            None if self.headers == 0 => Err(Failure::new(Exit::Failed, format!("{name} holds no header"))),
            None => Ok(()),
        }
    }
}

/// Prints each header as it comes, or all in one row at the end.
enum Printer<W> {
    Text { out: W, print: Print },
    Summary { out: W, format: Format },
    Each(Rows<W>),
}

impl Printer<io::BufWriter<io::Stdout>> {
    fn new(print: Print, format: Format) -> io::Result<Self> {
        Ok(match (format, print) {
            (Format::Text, print) => Self::Text { out: stdout(), print },
            (format, Print::Summary) => Self::Summary { out: stdout(), format },
            (format, Print::Each) => Self::Each(Rows::new(stdout(), format, &EACH)?),
        })
    }
}

/// The columns of a header alone, with its place and its link to the header before.
const EACH: [&str; judged::COLUMNS.len() + 2] = {
    let mut columns = ["place"; judged::COLUMNS.len() + 2];
    let mut at = 0;
    while at < judged::COLUMNS.len() {
        columns[at + 1] = judged::COLUMNS[at];
        at += 1;
    }
    columns[judged::COLUMNS.len() + 1] = "problem";
    columns
};

impl<W: Write> Printer<W> {
    fn header(&mut self, place: Place, judged: &Judged, problem: Option<&Problem>) -> io::Result<()> {
        match self {
            Self::Text { print: Print::Summary, .. } | Self::Summary { .. } => Ok(()),
            Self::Text { out, print: Print::Each } => {
                let word = match problem {
                    None => "ok",
                    Some(Problem::Link(_)) => "BROKEN",
                    Some(Problem::Proof(_)) => "NO PROOF",
                    Some(Problem::Bits(_)) => "WRONG BITS",
                    Some(Problem::Time(_)) => "WRONG TIME",
                    Some(Problem::FirstBlock(_)) => "OTHER CHAIN",
                    Some(Problem::NoHeight) => "NO HEIGHT",
                };
                writeln!(out, "{:<7} {} {word}", place.number(), judged.id)
            }
            Self::Each(rows) => {
                let problem = problem.map(ToString::to_string);
                rows.row(&[vec![json!(place.number())], judged.row(), vec![json!(problem)]].concat())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Text { out, .. } | Self::Summary { out, .. } => out.flush(),
            Self::Each(rows) => rows.flush(),
        }
    }

    fn end(self, chain: &Chain) -> io::Result<()> {
        match self {
            Self::Text { mut out, print } => {
                if print == Print::Summary {
                    chain.text(&mut out)?;
                }
                out.flush()
            }
            Self::Summary { out, format } => {
                let mut rows = Rows::new(out, format, SUMMARY)?;
                rows.row(&chain.row())?;
                rows.end().map(drop)
            }
            Self::Each(rows) => rows.end().map(drop),
        }
    }
}
