//! Stratum V1, the pool protocol, as two state machines: [`Client`] is the miner's side of one connection, [`Session`] the
//! pool's.
//!
//! Neither does I/O, starts threads or reads a clock: bytes and the time come in through `receive` and `handle_timeout`, and
//! bytes, events and the next deadline come out of `poll_transmit`, `poll_event` and `poll_timeout`. Whatever a peer can
//! make grow has a limit. What the messages mean, and what running pools make of them, is in `docs/stratum-v1.md`.

mod client;
mod line;
mod message;
mod session;
mod wire;

pub use client::{
    Client, ClientCounts, ClientEvent, Deadlines, Login, LostBecause, ProtocolError, StaleBecause, SubmitId, Warning,
};
pub use line::{LineCutter, TooLong};
pub use message::{
    Answer, BadParams, Call, Cause, Extensions, Granted, Id, Line, LineError, Notify, Refused, Submit, SubscribeError,
    Subscribed, ToMiner, ToPool,
};
pub use session::{
    Refusal, RequestId, Session, SessionCounts, SessionDeadlines, SessionError, SessionEvent, SessionSettings, Standing,
};
pub use wire::{prev_hash_from_wire, prev_hash_to_wire};
