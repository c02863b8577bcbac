//! The health of a chain in Prometheus' text form, version 0.0.4.

use std::fmt::Write;

use hashkit_pool::{ChainHealth, NodeHealth, Standing};

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

/// All metrics.
pub(super) fn prometheus(health: &ChainHealth) -> String {
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

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::chain::table::tests::health;

    #[test]
    fn every_metric_has_a_head_and_a_number() {
        let text = prometheus(&health());
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let bare = name.split('{').next().unwrap_or(name);
            assert!(text.contains(&format!("# TYPE {bare} ")), "{line}");
        }
        assert!(text.contains("hashkit_node_good{node=\"http://b:8332\"} 0\n"), "{text}");
        assert!(!text.contains("hashkit_node_peers{node=\"http://b:8332\"}"), "what is not known is not there");
    }
}
