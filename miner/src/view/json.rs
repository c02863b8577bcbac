//! The JSON view: one object a line, each with `time` (Unix seconds) and `event`.

use std::io::{self, Write};
use std::time::SystemTime;

use hashkit_chain::{Algorithm, Difficulty, Hashrate};
use hashkit_engine::Rates;
use hashkit_engine::device::CardNews;
use hashkit_engine::device::asic::ChipsReport;
use hashkit_pool::PoolEvent;
use serde_json::{Value, json};

use super::{Setup, answer_in_words, chips, milliseconds, name_of_answer, node_as_json};
use crate::credit::PoolAccount;
use crate::session::{Block, Event, Fate, Flood, HealthSeen, ShareSeen};
use crate::tally::Summary;

/// Writes objects to `W`, one a line, each with its time and the name of its event.
pub(crate) struct JsonLines<W> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    /// Lines on `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { out }
    }

    /// Writes the object `fields` with `time` and `event` added to it.
    pub(crate) fn line(&mut self, at: SystemTime, event: &str, mut fields: Value) -> io::Result<()> {
        let time = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        fields["time"] = json!(time);
        fields["event"] = json!(event);
        writeln!(self.out, "{fields}")?;
        self.out.flush()
    }
}

/// What a run of the miner tells, as such lines.
pub(crate) struct JsonView<W> {
    lines: JsonLines<W>,
}

impl<W: Write> JsonView<W> {
    /// Lines on `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { lines: JsonLines::new(out) }
    }

    /// `setup`: what is mined with.
    pub(crate) fn setup(&mut self, at: SystemTime, setup: &Setup) -> io::Result<()> {
        let devices: Vec<_> = setup.devices.iter().map(|(id, kernel)| json!({"id": id, "kernel": kernel})).collect();
        let fields = json!({
            "algorithm": setup.algorithm, "devices": devices, "memory": setup.memory, "pools": setup.pools,
            "note": setup.note,
        });
        self.lines.line(at, "setup", fields)
    }

    /// `connecting`, `login`, `job`, `share`, `block`, `message`, `warning`, `left_out`, `health` or `left`.
    pub(crate) fn event(&mut self, at: SystemTime, event: &Event) -> io::Result<()> {
        match event {
            Event::Connecting { pool } => self.lines.line(at, "connecting", json!({"pool": pool})),
            Event::LoggedIn { pool, user } => self.lines.line(at, "login", json!({"pool": pool, "user": user})),
            Event::Job(job) => self.lines.line(
                at,
                "job",
                json!({
                    "pool": job.pool, "job": job.id, "height": job.height, "difficulty": job.difficulty.value(),
                    "clean": job.is_clean, "previous": job.parent.to_string(), "reward": job.reward,
                    "network_difficulty": job.network_difficulty.map(Difficulty::value),
                }),
            ),
            Event::Share(share) => self.share(at, share),
            Event::Message { pool, text } => self.lines.line(at, "message", json!({"pool": pool, "text": text})),
            Event::Warning { pool, text } => self.lines.line(at, "warning", json!({"pool": pool, "text": text})),
            Event::LeftOut { pool, what, count } => {
                let what = match what {
                    Flood::Notices => "notices",
                    Flood::Jobs => "jobs",
                };
                self.lines.line(at, "left_out", json!({"pool": pool, "what": what, "count": count}))
            }
            Event::Health { pool, health } => self.lines.line(at, "health", health_fields(pool, health)),
            Event::Left { pool, why, next, wait } => self.lines.line(
                at,
                "left",
                json!({"pool": pool, "why": why, "next": next, "wait_ms": milliseconds(*wait)}),
            ),
        }
    }

    /// `timing`, `device` or `device_failed`: what a card says.
    pub(crate) fn card(&mut self, at: SystemTime, news: &CardNews) -> io::Result<()> {
        match news {
            CardNews::Timing { device, step } => {
                let fields = json!({
                    "device": device, "kernel": step.kernel, "round": step.round, "number": step.number, "of": step.of,
                });
                self.lines.line(at, "timing", fields)
            }
            CardNews::Begins(card, _) => {
                let fields =
                    json!({"device": card.id(), "kernel": card.kernel(), "name": card.name(), "reason": card.reason()});
                self.lines.line(at, "device", fields)
            }
            CardNews::Fails { device, error } => {
                self.lines.line(at, "device_failed", json!({"device": device, "error": error.to_string()}))
            }
        }
    }

    /// `verdict`, `answer`, `node` or `unsaved`: what the user's own nodes say.
    pub(crate) fn node(&mut self, at: SystemTime, event: &PoolEvent) -> io::Result<()> {
        match event {
            PoolEvent::Block { height, hash, answer, took, .. } => {
                let (_, words) = answer_in_words(answer);
                let fields = json!({
                    "height": height, "hash": hash.to_string(), "verdict": name_of_answer(answer), "words": words,
                    "took_ms": milliseconds(*took),
                });
                self.lines.line(at, "verdict", fields)
            }
            event => match node_as_json(event) {
                Some((name, fields)) => self.lines.line(at, name, fields),
                None => Ok(()),
            },
        }
    }

    /// `hashrate`: `null` stands for a window that is not full.
    pub(crate) fn rates(&mut self, at: SystemTime, of: Option<Algorithm>, rates: &Rates) -> io::Result<()> {
        let per_second = |rate: Option<Hashrate>| rate.map(Hashrate::per_second);
        let fields = json!({
            "10s": per_second(rates.ten_seconds),
            "60s": per_second(rates.minute),
            "15min": per_second(rates.quarter_hour),
        });
        let mut fields = json!({"hashes_per_second": fields});
        if let Some(algorithm) = of {
            fields["algorithm"] = algorithm.name().into();
        }
        self.lines.line(at, "hashrate", fields)
    }

    /// `chips`: what the chips of a device do, one by one.
    pub(crate) fn chips(&mut self, at: SystemTime, device: &str, report: &ChipsReport) -> io::Result<()> {
        let mut fields = chips::as_json(report);
        fields["device"] = json!(device);
        self.lines.line(at, "chips", fields)
    }

    /// `credit`: what one pool was sent, and what it credits.
    pub(crate) fn account(&mut self, at: SystemTime, account: &PoolAccount) -> io::Result<()> {
        let PoolAccount { pool, hashes, expected, credit } = account;
        let fields = json!({
            "pool": pool, "hashes": hashes, "expected_difficulty": expected, "accepted": credit.accepted,
            "refused": credit.refused, "lost": credit.lost, "credited_difficulty": credit.credited,
            "found_difficulty": credit.found,
        });
        self.lines.line(at, "credit", fields)
    }

    /// `summary`: the last line.
    pub(crate) fn summary(&mut self, at: SystemTime, why: &str, sums: &Summary) -> io::Result<()> {
        let mut fields = json!({
            "why": why, "elapsed_ms": milliseconds(sums.elapsed), "hashes": sums.hashes, "found": sums.found,
            "accepted": sums.accepted, "refused": sums.refused, "stale": sums.stale, "lost": sums.lost,
            "blocks": sums.blocks, "height": sums.height, "faults": sums.faults, "agrees": sums.agrees(),
            "longest_stale_ms": milliseconds(sums.longest_stale),
        });
        if let Some(taken) = sums.taken {
            fields["taken"] = taken.blocks.into();
            fields["lost_blocks"] = taken.lost.into();
        }
        self.lines.line(at, "summary", fields)
    }

    fn share(&mut self, at: SystemTime, share: &ShareSeen) -> io::Result<()> {
        let (fate, reason) = match &share.fate {
            Fate::Accepted => ("accepted", None),
            Fate::Refused { reason } => ("refused", Some(reason)),
            Fate::Stale { reason } => ("stale", Some(reason)),
            Fate::Lost => ("lost", None),
        };
        let found = &share.found;
        let hash = found.hash.to_string();
        let fields = json!({
            "fate": fate, "reason": reason, "difficulty": found.difficulty.value(), "asked": found.asked.value(),
            "took_ms": share.took.map(milliseconds), "hash": hash, "is_block": found.block != Block::No,
        });
        self.lines.line(at, "share", fields)?;
        if found.block != Block::No {
            let is_sibling = found.block == Block::Sibling;
            let fields = json!({"fate": fate, "height": found.height, "hash": hash, "sibling": is_sibling});
            self.lines.line(at, "block", fields)?;
        }
        Ok(())
    }
}

/// `state`, the reason where there is one, and in how many milliseconds it ends unless something changes.
fn health_fields(pool: &str, health: &HealthSeen) -> Value {
    let (state, why, time) = match health {
        HealthSeen::Alive { .. } => ("alive", None, None),
        HealthSeen::Suspect { why, left_in } => ("suspect", Some(why), Some(left_in)),
        HealthSeen::Proving { back_in } => ("proving", None, Some(back_in)),
        HealthSeen::Unproven { why } => ("unproven", Some(why), None),
        HealthSeen::Paused { pause } => ("paused", None, Some(pause)),
    };
    json!({"pool": pool, "state": state, "why": why, "in_ms": time.map(|time| milliseconds(*time))})
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hashkit_chain::Hash;

    use super::*;
    use crate::session::Found;

    #[test]
    fn every_line_is_an_object_with_its_time_and_event() {
        let mut view = JsonView::new(Vec::new());
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1500);
        let found = Found {
            difficulty: Difficulty::ONE,
            asked: Difficulty::ONE,
            block: Block::Yes,
            parent: Hash::ZERO,
            hash: Hash::ZERO,
            height: Some(3),
        };
        let share = ShareSeen { pool: 0, fate: Fate::Accepted, found, took: Some(Duration::from_millis(2)) };
        view.event(at, &Event::Message { pool: "a:1".into(), text: "hi\n\"\x1b".into() }).unwrap();
        view.event(at, &Event::Share(share)).unwrap();
        view.rates(at, None, &Rates { ten_seconds: None, minute: None, quarter_hour: None }).unwrap();
        let lines: Vec<Value> = String::from_utf8(view.lines.out)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        for (line, event) in lines.iter().zip(["message", "share", "block", "hashrate"]) {
            assert_eq!((&line["event"], &line["time"]), (&json!(event), &json!(1.5)));
        }
        assert_eq!(lines.len(), 4);
        assert_eq!((&lines[1]["took_ms"], &lines[2]["height"]), (&json!(2.0), &json!(3)));
        assert_eq!(lines[3]["hashes_per_second"]["10s"], Value::Null);
    }
}
