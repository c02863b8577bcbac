//! What a pool shows on standard output.

use std::io;
use std::net::SocketAddr;
use std::time::SystemTime;

use hashkit_chain::Previous;
use hashkit_pool::{PoolEvent, PoolStats, ShareVerdict, SubmitAnswer};
use serde_json::{Value, json};

use crate::cli::Global;
use crate::view::{
    BLOCK, FAINT, GREEN, JsonLines, Lines, Output, PLAIN, Ui, YELLOW, answer_in_words, event_in_words, node_as_json,
};

/// One of the ways to show a pool.
pub(super) enum PoolView {
    Log(Lines<Output>),
    Json(JsonLines<Output>),
    Silent,
}

impl PoolView {
    pub(super) fn new(ui: Ui, global: &Global) -> Self {
        match ui {
            Ui::Log => Self::Log(Lines::new(Box::new(global.data()))),
            Ui::Json => Self::Json(JsonLines::new(Box::new(io::stdout()))),
            Ui::None | Ui::Tui => Self::Silent,
        }
    }

    /// The port is open.
    pub(super) fn listening(&mut self, at: SystemTime, address: SocketAddr) -> io::Result<()> {
        match self {
            Self::Log(lines) => {
                lines.text(at, "pool", PLAIN, &format!("listening on stratum+tcp://{address}"))?;
                lines.flush()
            }
            Self::Json(lines) => lines.line(at, "listening", json!({"address": address.to_string()})),
            Self::Silent => Ok(()),
        }
    }

    /// Something happened.
    pub(super) fn event(&mut self, at: SystemTime, event: &PoolEvent) -> io::Result<()> {
        match self {
            Self::Log(lines) => log(lines, at, event),
            Self::Json(lines) => match as_json(event) {
                Some((name, fields)) => lines.line(at, name, fields),
                None => Ok(()),
            },
            Self::Silent => Ok(()),
        }
    }

    /// The end, in sums.
    pub(super) fn summary(&mut self, at: SystemTime, stats: &PoolStats) -> io::Result<()> {
        let PoolStats { accepted, stale, duplicate, rejected, blocks, blocks_lost, child_blocks, .. } = stats;
        match self {
            Self::Log(lines) => {
                let shares = format!("{accepted} accepted, {stale} stale, {duplicate} duplicate, {rejected} rejected");
                lines.text(at, "shares", PLAIN, &shares)?;
                lines.text(at, "blocks", PLAIN, &format!("{blocks} accepted, {blocks_lost} lost"))?;
                lines.flush()
            }
            Self::Json(lines) => {
                let shares =
                    json!({"accepted": accepted, "stale": stale, "duplicate": duplicate, "rejected": rejected});
                let fields = json!({
                    "shares": shares, "blocks": blocks, "blocks_lost": blocks_lost, "child_blocks": child_blocks,
                });
                lines.line(at, "summary", fields)
            }
            Self::Silent => Ok(()),
        }
    }
}

fn log(lines: &mut Lines<Output>, at: SystemTime, event: &PoolEvent) -> io::Result<()> {
    match event {
        PoolEvent::Job { height, previous, .. } => {
            let clean = if *previous == Previous::Worthless { "  clean" } else { "" };
            lines.text(at, "job", FAINT, &format!("height {height}{clean}"))
        }
        PoolEvent::Joined { user, peer } => lines.text(at, "miner", PLAIN, &format!("{user} logged in from {peer}")),
        PoolEvent::Left { peer, reason } => lines.text(at, "miner", PLAIN, &format!("{peer} left: {reason}")),
        PoolEvent::Share { user, difficulty, verdict } => {
            let style = if *verdict == ShareVerdict::Accepted { GREEN } else { YELLOW };
            lines.text(at, "share", style, &format!("{}  {difficulty}  {user}", in_words(verdict)))
        }
        PoolEvent::Refused { user, reason } => lines.text(at, "share", YELLOW, &format!("refused  {user}: {reason}")),
        PoolEvent::Block { height, hash, user, answer, .. } => {
            let (style, words) = answer_in_words(answer);
            lines.text(at, "block", style, &format!("height {height}, found by {user}: {words}"))?;
            lines.whole(BLOCK, &format!("block {height:>8} {hash}"))
        }
        event => match event_in_words(event) {
            Some((kind, style, words)) => lines.text(at, kind, style, &words),
            None => Ok(()),
        },
    }?;
    lines.flush()
}

fn as_json(event: &PoolEvent) -> Option<(&'static str, Value)> {
    Some(match event {
        PoolEvent::Job { height, prev_hash, previous } => (
            "job",
            json!({"height": height, "previous": prev_hash.to_string(), "clean": *previous == Previous::Worthless}),
        ),
        PoolEvent::Joined { user, peer } => ("joined", json!({"user": user, "peer": peer})),
        PoolEvent::Left { peer, reason } => ("left", json!({"peer": peer, "why": reason})),
        PoolEvent::Share { user, difficulty, verdict } => {
            ("share", json!({"user": user, "difficulty": difficulty.value(), "fate": in_words(verdict)}))
        }
        PoolEvent::Refused { user, reason } => ("refused", json!({"user": user, "reason": reason})),
        PoolEvent::Block { height, hash, user, answer, took } => {
            let answer = match answer {
                Ok(SubmitAnswer::Accepted) => "accepted",
                Ok(SubmitAnswer::Known) => "known",
                Ok(SubmitAnswer::SideBranch) => "side branch",
                Ok(SubmitAnswer::Refused(word)) => word,
                Err(error) => error,
            };
            let took = took.as_secs_f64() * 1000.0;
            let hash = hash.to_string();
            ("block", json!({"height": height, "hash": hash, "user": user, "answer": answer, "took_ms": took}))
        }
        event => return node_as_json(event),
    })
}

fn in_words(verdict: &ShareVerdict) -> String {
    match verdict {
        ShareVerdict::Accepted => "accepted".to_owned(),
        ShareVerdict::Stale { .. } => "stale".to_owned(),
        ShareVerdict::Duplicate => "duplicate".to_owned(),
        ShareVerdict::Rejected(reject) => format!("rejected: {reject}"),
    }
}
