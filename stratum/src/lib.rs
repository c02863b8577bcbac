//! Stratum V1, the pool protocol, as two state machines: [`Client`] is the miner's side of one connection, [`Session`] the
//! pool's.
//!
//! Neither does I/O, starts threads or reads a clock: bytes and the time come in through `receive` and `handle_timeout`, and
//! bytes, events and the next deadline come out of `poll_transmit`, `poll_event` and `poll_timeout`. Whatever a peer can
//! make grow has a limit. What the messages mean, and what running pools make of them, is in `docs/stratum-v1.md`.
//!
//! The shell around either machine is one loop; without a network it is this:
//!
//! ```
//! # use std::time::Instant;
//! # use hashkit_chain::{Algorithm, BIP_320_MASK, Difficulty};
//! # use hashkit_stratum::{Client, ClientEvent, Login, Session, SessionEvent, SessionSettings};
//! let now = Instant::now();
//! let mut client = Client::new(Login::new("pool.example", "account.rig", "x", Algorithm::Sha256d), now);
//! let mut session = Session::new(SessionSettings::new(Algorithm::Sha256d, Difficulty::ONE, BIP_320_MASK), now);
//!
//! while let Some(bytes) = client.poll_transmit() {
//!     session.receive(&bytes, now)?;
//! }
//! while let Some(event) = session.poll_event() {
//!     match event {
//!         SessionEvent::Subscribe { .. } => session.welcome(&[0, 0, 0, 7], 4, "a session's name"),
//!         SessionEvent::Authorize { id, .. } => session.accept(id),
//!         _ => {}
//!     }
//! }
//! while let Some(bytes) = session.poll_transmit() {
//!     client.receive(&bytes, now)?;
//! }
//! assert_eq!(client.poll_event(), Some(ClientEvent::DifficultyChanged(Difficulty::ONE)));
//! assert_eq!(client.poll_event(), Some(ClientEvent::Ready));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod client;
mod line;
mod message;
#[cfg(test)]
mod quirks;
mod session;
mod wire;

pub use client::{
    Client, ClientCounts, ClientEvent, Deadlines, Login, LostBecause, Owed, ProtocolError, StaleBecause, SubmitId,
    Warning,
};
pub use line::{LineCutter, TooLong};
pub use message::{
    Answer, BadParams, Call, Cause, Extensions, Granted, Id, Line, LineError, Notify, Password, Refused, Submit,
    SubscribeError, Subscribed, ToMiner, ToPool,
};
pub use session::{
    Refusal, RequestId, Session, SessionCounts, SessionDeadlines, SessionError, SessionEvent, SessionSettings, Standing,
};
pub use wire::{prev_hash_from_wire, prev_hash_to_wire};
