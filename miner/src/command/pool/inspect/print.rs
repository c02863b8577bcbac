//! The report for people, and as one object.

use std::io::{self, Write};
use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty, Network};
use serde_json::{Value, json};

use super::{Inspected, Report, difficulties, seconds};
use crate::coinbase::{CoinbaseTransaction, coins, subsidy};
use crate::output::{Format, Rows, stdout};
use crate::session::stated_height;

const COLUMNS: &[&str] = &[
    "pool",
    "is_honest",
    "findings",
    "login",
    "first_job_ms",
    "extranonce1",
    "extranonce2_size",
    "session",
    "version_mask",
    "share_difficulty",
    "job",
    "height",
    "previous",
    "version",
    "nbits",
    "network_difficulty",
    "ntime",
    "clock_minus_ntime_s",
    "merkle_branch",
    "coinbase_bytes",
    "coinbase_text",
    "reward",
    "fees",
    "outputs",
    "blocks_seen",
    "late_ms_median",
    "late_ms_max",
    "messages",
];

impl Report {
    /// Prints it on standard output.
    pub(super) fn print(&self, format: Format) -> io::Result<()> {
        if format == Format::Text {
            return self.text(&mut stdout());
        }
        let mut rows = Rows::new(stdout(), format, COLUMNS)?;
        rows.row(&self.row())?;
        rows.end().map(drop)
    }

    fn text(&self, out: &mut impl Write) -> io::Result<()> {
        let Inspected { pool, job, coinbase, took, refused, notices, .. } = &self.pool;
        let (share, block) = difficulties(job);
        let network = network(job.algorithm, block);
        let mut line = |name: &str, words: &str| writeln!(out, "{name:<12} {}", printable(words));
        line("pool", pool)?;
        let login = refused.as_deref().unwrap_or("accepted");
        line("login", &format!("{login}; the first job came after {:.1} ms", milliseconds(*took)))?;
        let e1 = hashkit_chain::hex::encode(&job.coinbase.extranonce1);
        line(
            "extranonce",
            &format!("{e1}, and {} bytes to roll; version bits {:08x}", job.coinbase.extranonce2_len, job.version_mask),
        )?;
        line("share", &format!("difficulty {share}"))?;
        line(
            "block",
            &match block {
                Some(block) => format!("difficulty {block}, nbits {}", job.nbits),
                None => format!("nbits {}", job.nbits),
            },
        )?;
        line(
            "job",
            &format!(
                "{}, height {}",
                job.id,
                stated_height(&job.coinbase.prefix).map_or("unknown".to_owned(), |height| height.to_string())
            ),
        )?;
        line("previous", &job.prev_hash.to_string())?;
        let behind = seconds(self.pool.came_at) - f64::from(job.ntime.0);
        line("time", &format!("{}, {behind:.0} s before this clock", job.ntime.0))?;
        line("merkle", &transactions(job.branch.len()))?;
        if let Ok(coinbase) = coinbase {
            line("coinbase", &format!("{} bytes, says {:?}", coinbase.len, coinbase.text()))?;
            let fees = self.fees(coinbase, network).map_or_else(String::new, |fees| {
                format!(", of which fees {} by the schedule of {network}", coins(fees))
            });
            line("reward", &format!("{}{fees}", coins(coinbase.reward())))?;
            for output in &coinbase.outputs {
                let part = 100.0 * output.value as f64 / (coinbase.reward().max(1)) as f64;
                line("pays", &format!("{:>16} {part:>6.2} %  {}", coins(output.value), output.payee(network)))?;
            }
        }
        for (number, of) in std::iter::once(&self.pool).chain(&self.others).enumerate() {
            if let Some((count, median, most)) = late(&self.tips.delays(number)) {
                let words = format!(
                    "{}: {median:.0} ms behind the first at the median, {most:.0} ms at most, of {count} new blocks",
                    of.pool
                );
                line("late", &words)?;
            }
        }
        for notice in notices {
            line("says", notice)?;
        }
        for finding in &self.findings {
            line(if finding.is_wrong { "WRONG" } else { "checked" }, &finding.words)?;
        }
        out.flush()
    }

    fn row(&self) -> Vec<Value> {
        let Inspected { pool, job, coinbase, took, refused, session, notices, .. } = &self.pool;
        let (share, block) = difficulties(job);
        let network = network(job.algorithm, block);
        let coinbase = coinbase.as_ref().ok();
        let late = late(&self.tips.delays(0));
        let outputs = coinbase.map(|coinbase| {
            let shown = coinbase.outputs.iter().map(|output| {
                let script = hashkit_chain::hex::encode(output.script.as_bytes());
                json!({"value": output.value, "payee": output.payee(network), "script": script})
            });
            shown.collect::<Vec<_>>()
        });
        vec![
            json!(pool),
            json!(!self.findings.iter().any(|finding| finding.is_wrong)),
            self.findings.iter().map(|finding| json!({"wrong": finding.is_wrong, "words": finding.words})).collect(),
            json!(refused.as_deref().unwrap_or("accepted")),
            json!(milliseconds(*took)),
            json!(hashkit_chain::hex::encode(&job.coinbase.extranonce1)),
            json!(job.coinbase.extranonce2_len),
            json!(session),
            json!(format!("{:08x}", job.version_mask)),
            json!(share.value()),
            json!(job.id.to_string()),
            json!(stated_height(&job.coinbase.prefix)),
            json!(job.prev_hash.to_string()),
            json!(job.version.to_string()),
            json!(job.nbits.to_string()),
            json!(block.map(Difficulty::value)),
            json!(job.ntime.0),
            json!((seconds(self.pool.came_at) - f64::from(job.ntime.0)).round()),
            json!(job.branch.len()),
            json!(coinbase.map(|coinbase| coinbase.len)),
            json!(coinbase.map(CoinbaseTransaction::text)),
            json!(coinbase.map(CoinbaseTransaction::reward)),
            json!(coinbase.and_then(|coinbase| self.fees(coinbase, network))),
            json!(outputs),
            json!(late.map(|(count, _, _)| count)),
            json!(late.map(|(_, median, _)| median)),
            json!(late.map(|(_, _, most)| most)),
            json!(notices),
        ]
    }

    /// What the reward holds beside the subsidy; `None` where it holds less than that, and so is of another schedule.
    fn fees(&self, coinbase: &CoinbaseTransaction, network: Network) -> Option<u64> {
        let height = stated_height(&self.pool.job.coinbase.prefix)?;
        coinbase.reward().checked_sub(subsidy(network, height))
    }
}

/// The network whose addresses and subsidy are shown: no job names it. A test chain is known by its difficulty.
fn network(algorithm: Algorithm, block: Option<Difficulty>) -> Network {
    let is_main = block.is_some_and(|difficulty| difficulty.value() > 1e5);
    match (algorithm, is_main) {
        (Algorithm::Scrypt, true) => Network::Litecoin,
        (Algorithm::Scrypt, false) => Network::LitecoinTest,
        (_, true) => Network::Bitcoin,
        (_, false) => Network::BitcoinTest,
    }
}

/// How many transactions a merkle branch of this length stands for, beside the coinbase.
fn transactions(branch: usize) -> String {
    match branch {
        0 => "no transactions beside the coinbase".to_owned(),
        1 => "1 transaction beside the coinbase".to_owned(),
        2..=31 => format!("{} to {} transactions beside the coinbase", 1_u64 << (branch - 1), (1_u64 << branch) - 1),
        _ => format!("a branch of {branch}"),
    }
}

/// How many delays, their median and the longest in milliseconds.
fn late(delays: &[Duration]) -> Option<(usize, f64, f64)> {
    let mut sorted = delays.to_vec();
    sorted.sort();
    let (median, most) = (sorted.get(sorted.len() / 2)?, sorted.last()?);
    Some((sorted.len(), milliseconds(*median), milliseconds(*most)))
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1000.0
}

/// Without a peer's control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).collect()
}
