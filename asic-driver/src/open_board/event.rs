//! What happens on a board, and why one cannot be used.

use crate::control::Refused;
use crate::safety::{Change, Danger};

/// What has happened on a board.
#[derive(Debug, Clone, PartialEq)]
pub enum BoardEvent {
    /// The chips have their voltage, and are held in reset: start them, at their lowest clock.
    Powered,
    /// The chips may do more or less than before. Of [`Stance::Down`](crate::Stance::Down): bring them down, then call
    /// [`OpenBoard::power_down`](crate::OpenBoard::power_down).
    Change(Change),
    /// The chips have lost power. Where they may have it again, [`BoardEvent::Powered`] follows.
    IsDown,
    /// Power is not given because of this; it is looked at again.
    Waits(Danger),
    /// The board cannot be used.
    Failed(BoardError),
}

/// Why a board cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BoardError {
    /// Nothing answers.
    #[error(
        "the control channel does not answer: name the board's first port, and check that its firmware is bitaxe-raw"
    )]
    NoAnswer,
    /// It answers, and refuses something that is needed.
    #[error("the board refuses to {what} ({why}): it is not one whose parts this program knows")]
    Refuses {
        /// What was asked for.
        what: &'static str,
        /// What it says.
        why: Refused,
    },
    /// It has other parts.
    #[error("the board's {part} is not {expected} but says {found:02x?}: it is not one whose parts this program knows")]
    OtherPart {
        /// What it is.
        part: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it answers.
        found: Vec<u8>,
    },
    /// It is fed with another voltage than its kind is.
    #[error(
        "the board is fed with {volts:.1} V: only single-domain boards on 5 V are known; check the supply, or take the board away"
    )]
    Supply {
        /// The voltage.
        volts: f64,
    },
    /// Nobody has published the chips' voltage.
    #[error("no core voltage of {model} is known: its board has to power it by itself, leave control away")]
    NoVoltage {
        /// The model.
        model: &'static str,
    },
    /// Power was cut too often.
    #[error("power was cut again and again, the last time because {0}: it stays off until the program is started anew")]
    GivenUp(Danger),
}
