//! The wire protocol of serial-attached mining chips, as a state machine without I/O, threads or clock.
//!
//! The main idea is [`ChipChain`]: chips daisy-chained on one serial line. It starts them step by step, gives them work, and
//! turns what they answer into solutions, each hashed again by the judge before anybody hears of it. Below it stand the codec
//! ([`Command`], [`WholeHeaderJob`], [`MidstateJob`], [`ReplyReader`]), the clock settings ([`Pll`]) and what differs between
//! chips as data ([`ChipModel`]); above it [`Autotune`], which finds the clock that suits a board best. What is known of the chips, and how well, stands in `docs/asics.md`.

mod autotune;
mod board_model;
pub mod bring_up;
mod chip_chain;
mod control;
mod counts;
mod crc;
mod driver;
mod frame;
mod icarus_board;
mod model;
mod nonce;
mod nonce_space;
mod open_board;
mod pll;
mod register;
mod ring;
mod safety;

pub use autotune::{
    Autotune, Objective, OperatingPoint, SavedError, Span, TuneAction, TuneError, TuneOutcome, TuneReading,
    TuneSettings, Tuned, Tunings,
};
pub use board_model::{BoardModel, Speed, bm1380_clock};
pub use chip_chain::{ChainSettings, ChipChain, ResetWiring, Silicon};
pub use control::{AnswerLayout, ControlAnswer, ControlReader, ControlRequest, Level, Refused};
pub use counts::{ChainCounts, ChipCounts, Measured};
pub use crc::{crc5, crc16};
pub use driver::{ChainError, ChainEvent, ChainNonce, ChainRates, Driver, ResetLine, Transmit, Trouble};
pub use frame::command::{Chips, Command, Framing};
pub use frame::icarus::{IcarusWork, NonceCollector};
pub use frame::job::{Midstate, MidstateJob, WholeHeaderJob};
pub use frame::reply::{NonceReply, Reply, ReplyLength, ReplyReader, Skipped};
pub use icarus_board::IcarusBoard;
pub use model::{
    ChipModel, FIRST_BAUD, Family, FastLine, HashCounter, JobIds, Limits, MOST_CHIPS, Maturity, UnknownModel,
};
pub use nonce::{FoundNonce, NonceLayout, Rolled, Starts};
pub use nonce_space::NonceSpace;
pub use open_board::{BoardError, BoardEvent, OpenBoard};
pub use pll::{Megahertz, Pll, PllRule};
pub use register::{Register, TicketMask, core_register, die_temperature, version_rolling};
pub use safety::{BoardReading, Change, Danger, Safety, Stance};
