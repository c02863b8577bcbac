//! The health of a chain and the sums of a pool in Prometheus' text form, version 0.0.4, in a file that is kept up to date.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashkit_chain::Hashrate;
use hashkit_engine::device::asic::{ChipCounts, ChipsReport};
use hashkit_pool::{ChainHealth, NodeHealth, Pool, PoolStats, Standing};

/// The file of a run that mines: it has better things to do than to end over it.
pub(crate) struct MetricsFile {
    path: PathBuf,
    is_told: bool,
}

impl MetricsFile {
    /// A file there.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, is_told: false }
    }

    /// Brings it up to date; warns once where it cannot be written.
    pub(crate) fn renew(&mut self, pool: &Pool, chips: &[(String, Arc<ChipsReport>)]) {
        let text = prometheus(&pool.chain_health()) + &of_pool(&pool.stats()) + &of_chips(chips);
        if let Err(error) = replace(&self.path, &text)
            && !std::mem::replace(&mut self.is_told, true)
        {
            tracing::warn!(%error, path = %self.path.display(), "cannot write the metrics");
        }
    }
}

/// Replaces the file in one step: whoever reads it never sees half of it.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, text).and_then(|()| std::fs::rename(&beside, path))
}

/// A measure of a node, where it is known.
type Measure = fn(&NodeHealth) -> Option<f64>;

/// Of each node: name, what it is, value.
const NODES: [(&str, &str, Measure); 8] = [
    ("good", "Whether the node follows the best chain.", |node| {
        node.standing.as_ref().map(|standing| f64::from(u8::from(*standing == Standing::Good)))
    }),
    ("height", "Height of the block below the node's template.", |node| node.height.map(f64::from)),
    ("late_seconds", "After the first node it heard of the tip.", |node| node.late.map(|late| late.as_secs_f64())),
    ("peers", "Connections to other nodes.", |node| node.peers.map(|peers| peers as f64)),
    ("waiting_transactions", "Transactions that wait for a block.", |node| node.waiting.map(|waiting| waiting as f64)),
    ("waiting_fees_coins", "Fees of the waiting transactions.", |node| node.fees),
    ("clock_offset_seconds", "How far the node's clock is ahead.", |node| node.skew),
    ("answer_seconds", "Time to answer a small question.", |node| node.took.map(|took| took.as_secs_f64())),
];

/// Everything about the chain and the nodes.
pub(crate) fn prometheus(health: &ChainHealth) -> String {
    let mut text = String::new();
    let tip = &health.tip;
    let progress = tip.progress;
    for (name, kind, help, value) in [
        ("height", "gauge", "Height of the best tip.", Some(f64::from(tip.height))),
        ("difficulty", "gauge", "Difficulty of the next block.", Some(tip.difficulty.value())),
        ("tip_age_seconds", "gauge", "Time since the tip was heard of.", Some(tip.age.as_secs_f64())),
        ("tip_time_seconds", "gauge", "Time in the tip's header.", tip.ntime.map(|ntime| f64::from(ntime.0))),
        ("period_blocks", "gauge", "Blocks of the difficulty period so far.", progress.map(|at| f64::from(at.done))),
        (
            "period_change_ratio",
            "gauge",
            "Next difficulty by this one, at this pace.",
            progress.and_then(|at| at.change),
        ),
        ("reorganisations_total", "counter", "Tips that took blocks back.", Some(health.reorganisations as f64)),
        ("late_blocks_total", "counter", "Blocks that a node heard of late.", Some(health.late as f64)),
    ] {
        let name = format!("hashkit_chain_{name}");
        head(&mut text, &name, kind, help);
        if let Some(value) = value {
            let _ = writeln!(text, "{name} {value}");
        }
    }
    for (name, help, measure) in NODES {
        let name = format!("hashkit_node_{name}");
        head(&mut text, &name, "gauge", help);
        for node in &health.nodes {
            if let Some(value) = measure(node) {
                let label = node.node.replace('\\', "\\\\").replace('"', "\\\"");
                let _ = writeln!(text, "{name}{{node=\"{label}\"}} {value}");
            }
        }
    }
    text
}

/// The sums of a pool.
fn of_pool(stats: &PoolStats) -> String {
    let PoolStats {
        accepted, stale, duplicate, rejected, blocks, blocks_lost, child_blocks, child_blocks_lost, ..
    } = *stats;
    let mut text = String::new();
    head(&mut text, "hashkit_pool_connections", "gauge", "Miners that are connected.");
    let _ = writeln!(text, "hashkit_pool_connections {}", stats.connections);
    for (name, help, sums) in [
        (
            "shares",
            "Shares by the pool's verdict.",
            &[("accepted", accepted), ("stale", stale), ("duplicate", duplicate), ("rejected", rejected)][..],
        ),
        ("blocks", "Blocks by what became of them.", &[("taken", blocks), ("lost", blocks_lost)]),
        ("child_blocks", "Blocks of child chains.", &[("taken", child_blocks), ("lost", child_blocks_lost)]),
    ] {
        let name = format!("hashkit_pool_{name}_total");
        head(&mut text, &name, "counter", help);
        for (fate, sum) in sums {
            let _ = writeln!(text, "{name}{{fate=\"{fate}\"}} {sum}");
        }
    }
    text
}

/// Of each device with chips: name, kind, what it is, value.
type OfDevice = (&'static str, &'static str, &'static str, fn(&ChipsReport) -> Option<f64>);
const DEVICES: [OfDevice; 9] = [
    ("expected_hashes_per_second", "gauge", "Clock times hash units.", |report| {
        Some(report.rates.expected.per_second())
    }),
    ("measured_hashes_per_second", "gauge", "By the nonces of the last minute.", |report| {
        report.rates.measured.map(|measured| measured.hashrate.per_second())
    }),
    ("measured_error_ratio", "gauge", "Standard error of the measured hashrate.", |report| {
        report.rates.measured.map(|measured| measured.error)
    }),
    ("chip_counter_hashes_per_second", "gauge", "By what the chips count themselves.", |report| {
        report.rates.chip_counter.map(Hashrate::per_second)
    }),
    ("clock_megahertz", "gauge", "What the chips run at.", |report| report.frequency.map(|frequency| frequency.0)),
    ("damaged_frames_total", "counter", "Frames with a wrong checksum.", |report| {
        Some(report.counts.bad_frames as f64)
    }),
    ("skipped_bytes_total", "counter", "Bytes that were no frame.", |report| Some(report.counts.skipped_bytes as f64)),
    ("resyncs_total", "counter", "How often step was lost and found again.", |report| {
        Some(report.counts.resyncs as f64)
    }),
    ("unknown_jobs_total", "counter", "Nonces for jobs that were never sent.", |report| {
        Some(report.counts.unknown_jobs as f64)
    }),
];

/// Of each chip: name, what it is, value.
type OfChip = (&'static str, &'static str, fn(&ChipCounts) -> u64);
const CHIPS: [OfChip; 5] = [
    ("nonces_total", "Right nonces.", |chip| chip.nonces),
    ("wrong_nonces_total", "Nonces whose hash is not what the chip claims.", |chip| chip.wrong),
    ("duplicate_nonces_total", "Right nonces that had come before.", |chip| chip.duplicates),
    ("late_nonces_total", "Right nonces for a job before the newest.", |chip| chip.late),
    ("own_errors_total", "Hashes that the chip itself calls wrong, in units of 2^32.", |chip| chip.own_errors),
];

/// Chips on serial ports; nothing where there are none.
fn of_chips(devices: &[(String, Arc<ChipsReport>)]) -> String {
    let mut text = String::new();
    if devices.is_empty() {
        return text;
    }
    let label = |device: &str| device.replace('\\', "\\\\").replace('"', "\\\"");
    for (name, kind, help, value) in DEVICES {
        let name = format!("hashkit_chips_{name}");
        head(&mut text, &name, kind, help);
        for (device, report) in devices {
            if let Some(value) = value(report) {
                let _ = writeln!(text, "{name}{{device=\"{}\"}} {value}", label(device));
            }
        }
    }
    for (name, help, value) in CHIPS {
        let name = format!("hashkit_chip_{name}");
        head(&mut text, &name, "counter", help);
        for (device, report) in devices {
            for (index, chip) in report.counts.chips.iter().enumerate() {
                let _ = writeln!(text, "{name}{{device=\"{}\",chip=\"{index}\"}} {}", label(device), value(chip));
            }
        }
    }
    head(&mut text, "hashkit_chip_silent", "gauge", "Whether the chip has found nothing for long.");
    for (device, report) in devices {
        for index in 0..report.counts.chips.len() {
            let is_silent = report.counts.silent.iter().any(|silent| usize::from(*silent) == index);
            let silent = u8::from(is_silent);
            let _ = writeln!(text, "hashkit_chip_silent{{device=\"{}\",chip=\"{index}\"}} {silent}", label(device));
        }
    }
    text
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::Duration;

    use hashkit_chain::{ChainName, Difficulty, Hash, Ntime, Progress};
    use hashkit_pool::TipHealth;

    use super::*;
    use crate::view::chips_report as report;

    /// A chain and two nodes, with everything as long as it gets.
    pub(crate) fn health() -> ChainHealth {
        let node = NodeHealth {
            node: "http://a-rather-long-name.example:8332".into(),
            standing: Some(Standing::Good),
            height: Some(16_777_215),
            late: Some(Duration::from_secs(100_000)),
            peers: Some(12_345),
            waiting: Some(1_234_567),
            fees: Some(123.456_78),
            skew: Some(-1e9),
            took: Some(Duration::from_millis(2)),
        };
        let lost = NodeHealth {
            node: "http://b:8332".into(),
            standing: Some(Standing::Lost("it \"hangs\"".into())),
            height: None,
            late: None,
            peers: None,
            waiting: None,
            fees: None,
            skew: None,
            took: None,
        };
        ChainHealth {
            chain: Some(ChainName::LitecoinTestnet),
            tip: TipHealth {
                hash: Hash::ZERO,
                height: 16_777_215,
                difficulty: Difficulty::new(1.234_567e15).expect("one"),
                ntime: Some(Ntime(1)),
                age: Duration::from_secs(7),
                progress: Some(Progress { done: 2_016, of: 2_016, change: Some(4.0) }),
            },
            reorganisations: 3,
            late: 1_000_000,
            nodes: vec![node, lost],
        }
    }

    #[test]
    fn every_metric_has_a_head_and_a_number() {
        let stats = PoolStats { accepted: 7, blocks_lost: 1, ..PoolStats::default() };
        let chips = [("asic:\"odd\"".to_owned(), Arc::new(report()))];
        let text = prometheus(&health()) + &of_pool(&stats) + &of_chips(&chips);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let bare = name.split('{').next().unwrap_or(name);
            assert!(text.contains(&format!("# TYPE {bare} ")), "{line}");
        }
        for line in ["hashkit_pool_shares_total{fate=\"accepted\"} 7\n", "hashkit_pool_blocks_total{fate=\"lost\"} 1\n"]
        {
            assert!(text.contains(line), "{text}");
        }
        for line in [
            "hashkit_chips_measured_error_ratio{device=\"asic:\\\"odd\\\"\"} 0.041\n",
            "hashkit_chip_wrong_nonces_total{device=\"asic:\\\"odd\\\"\",chip=\"0\"} 3\n",
            "hashkit_chip_silent{device=\"asic:\\\"odd\\\"\",chip=\"1\"} 1\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert_eq!(of_chips(&[]), "", "nothing of chips where there are none");
        assert!(text.contains("hashkit_node_good{node=\"http://b:8332\"} 0\n"), "{text}");
        assert!(!text.contains("hashkit_node_peers{node=\"http://b:8332\"}"), "what is not known is not there");
    }
}
