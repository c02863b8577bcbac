//! The control channel of an open board: its port, with the state machine that says what to ask.

use std::thread;
use std::time::{Duration, Instant};

use hashkit_asic_driver::{BoardEvent, OpenBoard};

use super::line::{Line, LineError};

/// A control channel at work.
pub(super) struct ControlPort {
    line: Line,
    pub(super) board: OpenBoard,
}

/// Two requests; a board answers within milliseconds.
const POWER_DOWN: Duration = Duration::from_secs(1);

impl ControlPort {
    pub(super) fn new(line: Line, board: OpenBoard) -> Self {
        Self { line, board }
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// Carries what is due both ways, without waiting, and gives what has happened.
    pub(super) fn pump(&mut self) -> Result<Vec<BoardEvent>, LineError> {
        self.send()?;
        let heard = self.line.heard()?;
        let now = Instant::now();
        if !heard.is_empty() {
            self.board.receive(&heard, now);
        }
        self.board.handle_timeout(now);
        self.send()?;
        Ok(std::iter::from_fn(|| self.board.poll_event()).collect())
    }

    fn send(&mut self) -> Result<(), LineError> {
        while let Some(packet) = self.board.poll_transmit() {
            self.line.send(&packet)?;
        }
        Ok(())
    }

    /// Cuts the chips' power, and waits until the board says so; whether it does.
    pub(super) fn shut_down(&mut self) -> Result<bool, LineError> {
        self.board.power_down(Instant::now());
        let limit = Instant::now() + POWER_DOWN;
        // A board that was given up was told without an answer.
        while self.board.poll_timeout().is_some() && Instant::now() < limit {
            if self.pump()?.contains(&BoardEvent::IsDown) {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(self.board.is_down())
    }
}
