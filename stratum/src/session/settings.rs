//! What a pool decides for all its connections.

use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty};

/// What a session needs to know beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSettings {
    /// What the jobs are hashed with.
    pub algorithm: Algorithm,
    /// The difficulty until [`super::Session::set_difficulty`] is called.
    pub difficulty: Difficulty,
    /// The version bits that miners may roll; 0 frees none.
    pub version_mask: u32,
    /// How long a miner may take.
    pub deadlines: SessionDeadlines,
}

impl SessionSettings {
    /// Settings with the usual deadlines.
    #[must_use]
    pub fn new(algorithm: Algorithm, difficulty: Difficulty, version_mask: u32) -> Self {
        Self { algorithm, difficulty, version_mask, deadlines: SessionDeadlines::default() }
    }
}

/// How long a miner may take before it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionDeadlines {
    /// From the connection to the subscription.
    pub subscribe: Duration,
    /// From the connection to the first authorization.
    pub authorize: Duration,
    /// For the rest of a line that has begun.
    pub line: Duration,
    /// Between two shares that are accepted.
    pub idle: Duration,
}

impl Default for SessionDeadlines {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { subscribe: seconds(10), authorize: seconds(15), line: seconds(30), idle: seconds(3600) }
    }
}
