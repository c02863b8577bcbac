//! What every serial miner is, seen from the line.

use std::time::{Duration, Instant};

use hashkit_chain::{Hashrate, Solution, Work};

use crate::counts::{ChainCounts, Measured};
use crate::pll::Megahertz;

/// A state machine over one serial line. Time is the caller's: every `now` is one clock, and none of these ever waits.
///
/// The caller sends what [`Driver::poll_transmit`] gives, in its order, passes on what comes back, calls
/// [`Driver::handle_timeout`] when [`Driver::poll_timeout`] is due, and takes events until there are none.
pub trait Driver: Send {
    /// Replaces what the chips hash. Before they are ready it is kept until they are.
    fn assign(&mut self, work: Work, now: Instant);

    /// Lets the chips rest until the next work; what they have found is still taken.
    fn rest(&mut self, now: Instant);

    /// Brings the chips down for good, clock first. [`Driver::poll_event`] tells when it is done.
    fn park(&mut self, now: Instant);

    /// Runs the chips at another frequency from now on, in small steps; within the limits of the model.
    fn set_frequency(&mut self, frequency: Megahertz, now: Instant);

    /// Takes bytes from the line.
    fn receive(&mut self, bytes: &[u8], now: Instant);

    /// Does what is due.
    fn handle_timeout(&mut self, now: Instant);

    /// What to do with the line next, in order.
    fn poll_transmit(&mut self) -> Option<Transmit>;

    /// What has happened.
    fn poll_event(&mut self) -> Option<ChainEvent>;

    /// When [`Driver::handle_timeout`] is due.
    fn poll_timeout(&self) -> Option<Instant>;

    /// What was counted so far.
    fn counts(&self) -> &ChainCounts;

    /// What the chips run at now; `None` before they run, and of a clock that is fixed.
    fn frequency(&self) -> Option<Megahertz>;

    /// The hashrates, each under its own name.
    fn rates(&self, now: Instant) -> ChainRates;

    /// What each chip counts itself, by its index; `None` of chips that do not, or have not answered lately.
    fn chip_counters(&self, now: Instant) -> Vec<Option<Hashrate>>;
}

/// What to do with the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transmit {
    /// Send these bytes.
    Bytes(Vec<u8>),
    /// Wait until all bytes before have left, then set this rate and forget what has come in.
    Baud(u32),
    /// Hold the chips' reset line, or let it go, where the board has one.
    Reset(ResetLine),
}

/// The reset line of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetLine {
    /// The chips are held in reset.
    Held,
    /// They may run.
    Released,
}

/// What has happened on a chain.
#[derive(Debug, Clone)]
pub enum ChainEvent {
    /// The chips run and hash what they are given from now on.
    Ready {
        /// How many answered.
        chips: u16,
        /// What they run at.
        frequency: Megahertz,
        /// What they should compute.
        expected: Hashrate,
    },
    /// What was assigned is nearly searched: another work is wanted, now.
    WantsWork,
    /// A nonce that the judge has hashed again and found right.
    Nonce(Box<ChainNonce>),
    /// Something is wrong that the driver deals with by itself.
    Trouble(Trouble),
    /// The chips are down, as [`Driver::park`] asked.
    Parked,
    /// The driver has given up.
    Failed(ChainError),
}

/// A right nonce.
#[derive(Debug, Clone)]
pub struct ChainNonce {
    /// What it claims to solve.
    pub solution: Solution,
    /// Whether its hash meets the share target.
    pub is_share: bool,
    /// The index of the chip that found it.
    pub chip: u16,
    /// The core within that chip.
    pub core: u8,
    /// Hashes that such a nonce takes on average.
    pub hashes: u64,
}

/// What is wrong, and what is done about it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Trouble {
    /// Fewer or more chips than there should be.
    #[error("{found} of {expected} chips answer: the chain goes on with them; check the board's power and solder")]
    ChipCount {
        /// How many answered.
        found: u16,
        /// How many there should be.
        expected: u16,
    },
    /// The line did not work at the faster rate.
    #[error("the chips do not answer at {baud} baud: they are started again at the first rate")]
    BaudNotTaken {
        /// The rate tried.
        baud: u32,
    },
    /// A chip has found nothing for long.
    #[error("chip {chip} has found nothing for {silent:?}, far beyond bad luck")]
    ChipSilent {
        /// Its index.
        chip: u16,
        /// For how long.
        silent: Duration,
    },
    /// It has found something again.
    #[error("chip {chip} finds nonces again")]
    ChipBack {
        /// Its index.
        chip: u16,
    },
    /// No chip has found anything for long.
    #[error("no chip has found anything for {silent:?}: the chips are reset and started again")]
    ChainSilent {
        /// For how long.
        silent: Duration,
    },
    /// Most nonces are wrong.
    #[error("{wrong} of the last {of} nonces are wrong: the chips are reset and started again")]
    MostlyWrong {
        /// How many.
        wrong: usize,
        /// Of how many.
        of: usize,
    },
}

/// Why a driver has given up.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChainError {
    /// Nothing answers at any rate.
    #[error("no chip answers: check the board's power, the cable and that nothing else uses the port")]
    NoAnswer,
    /// The chips are others.
    #[error("the chips call themselves BM{found:04X}, not {expected}: name the right model behind the port")]
    WrongChip {
        /// The model asked for.
        expected: &'static str,
        /// What they call themselves.
        found: u16,
    },
    /// Starting them again has not helped.
    #[error(
        "the chips were started {starts} times and still give nothing right: take the power from the board for a second"
    )]
    Dead {
        /// How often.
        starts: u32,
    },
    /// What answers is no such board.
    #[error("{model} does not answer its known work: {found}; check the board and the model behind the port")]
    NoBoard {
        /// The model asked for.
        model: &'static str,
        /// What came instead.
        found: String,
    },
}

/// The three hashrates of a chain, which are never mixed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChainRates {
    /// Clock times hash units: what it should compute.
    pub expected: Hashrate,
    /// From its nonces over the last minute; `None` before there are any.
    pub measured: Option<Measured>,
    /// What the chips count themselves; `None` of chips that do not, or before two readings.
    pub chip_counter: Option<Hashrate>,
}
