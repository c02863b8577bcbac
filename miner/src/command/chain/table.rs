//! The health of a chain for people, in 80 columns, and for programs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anstyle::Style;
use hashkit_chain::ChainName;
use hashkit_pool::{ChainHealth, NodeHealth, Standing};
use serde_json::{Value, json};

use crate::view::{FAINT, PLAIN, color_of_standing, cut, duration};

/// Columns of a node's name.
const NODE: usize = 24;

/// Two lines on the chain, a head, and a line a node.
pub(super) fn lines(health: &ChainHealth, at: SystemTime) -> Vec<(Style, String)> {
    let tip = &health.tip;
    let chain = health.chain.map_or("chain of unknown rules", ChainName::name);
    let mut lines = vec![(PLAIN, format!("{chain}  height {}  difficulty {:.4e}", tip.height, tip.difficulty.value()))];
    let now = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let stamped = tip.ntime.map(|ntime| now.saturating_sub(Duration::from_secs(ntime.0.into())));
    let mut second = format!("tip {}", tip.hash);
    if let Some(stamped) = stamped {
        second = format!("{second}  {}", age(stamped));
    }
    lines.push((FAINT, second));
    if let Some(progress) = tip.progress {
        let change = progress.change.map_or_else(String::new, |change| {
            format!(", next difficulty {:+.1}% at this pace", (change - 1.0) * 100.0)
        });
        lines.push((PLAIN, format!("period {} of {} blocks{change}", progress.done, progress.of)));
    }
    lines.push((FAINT, format!("{} reorganisations, {} blocks heard of late", health.reorganisations, health.late)));
    lines.push((FAINT, row(["node", "state", "height", "late", "peers", "waiting", "fees", "clock"])));
    for node in &health.nodes {
        let style = node.standing.as_ref().map_or(PLAIN, color_of_standing);
        lines.push((style, node_row(node)));
    }
    lines
}

fn node_row(node: &NodeHealth) -> String {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let name = node.node.trim_start_matches("http://");
    row([
        &cut(name, NODE),
        word(node.standing.as_ref()),
        &or_dash(node.height.map(|height| height.to_string())),
        &or_dash(node.late.map(|late| format!("{:.1}s", late.as_secs_f64().min(9999.0)))),
        &or_dash(node.peers.map(|peers| peers.to_string())),
        &or_dash(node.waiting.map(|waiting| waiting.to_string())),
        &or_dash(node.fees.map(|fees| format!("{fees:.4}"))),
        &or_dash(node.skew.map(|skew| format!("{:+.1}s", skew.clamp(-9999.0, 9999.0)))),
    ])
}

fn row(cells: [&str; 8]) -> String {
    let [node, state, height, late, peers, waiting, fees, clock] = cells;
    format!("{node:<NODE$} {state:<6} {height:>8} {late:>7} {peers:>5} {waiting:>7} {fees:>8} {clock:>8}")
}

/// A standing as one word.
pub(super) fn word(standing: Option<&Standing>) -> &'static str {
    match standing {
        None => "-",
        Some(Standing::Good) => "good",
        Some(Standing::Lost(_)) => "lost",
        Some(Standing::Behind(_)) => "behind",
        Some(Standing::Forked) => "forked",
        Some(Standing::OldTemplate(_)) => "old",
    }
}

/// At most nine characters.
fn age(age: Duration) -> String {
    if age < Duration::from_hours(1) { duration(age) } else { format!("{} h", age.as_secs() / 3600) }
}

/// The same for programs; what is not known is null.
pub(super) fn json(health: &ChainHealth) -> Value {
    let tip = &health.tip;
    let nodes: Vec<Value> = health.nodes.iter().map(node_json).collect();
    let progress =
        tip.progress.map(|progress| json!({"done": progress.done, "of": progress.of, "change": progress.change}));
    json!({
        "chain": health.chain.map(ChainName::name),
        "tip": {
            "hash": tip.hash.to_string(), "height": tip.height, "difficulty": tip.difficulty.value(),
            "ntime": tip.ntime.map(|ntime| ntime.0), "seen_s": tip.age.as_secs(), "period": progress,
        },
        "reorganisations": health.reorganisations,
        "late": health.late,
        "nodes": nodes,
    })
}

fn node_json(node: &NodeHealth) -> Value {
    json!({
        "node": node.node,
        "state": word(node.standing.as_ref()),
        "words": node.standing.as_ref().map(ToString::to_string),
        "height": node.height,
        "late_ms": node.late.map(|late| late.as_secs_f64() * 1000.0),
        "peers": node.peers,
        "waiting": node.waiting,
        "fees": node.fees,
        "clock_s": node.skew,
        "answer_ms": node.took.map(|took| took.as_secs_f64() * 1000.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::health;

    #[test]
    fn the_table_fits_80_columns_whatever_is_in_it() {
        let at = UNIX_EPOCH + Duration::from_hours(500_000);
        let lines: Vec<String> = lines(&health(), at).into_iter().map(|(_, line)| line).collect();
        for line in &lines {
            assert!(line.chars().count() <= 80, "{} columns: {line}", line.chars().count());
        }
        assert!(lines.iter().any(|line| line.contains("+300.0% at this pace")), "{lines:?}");
        assert!(lines.iter().any(|line| line.starts_with("b:8332 ") && line.contains(" lost ")), "{lines:?}");
    }

    #[test]
    fn programs_get_what_people_see() {
        let json = json(&health());
        assert_eq!(json["chain"], "litecoin-testnet");
        assert_eq!((&json["nodes"][1]["state"], &json["nodes"][1]["height"]), (&json!("lost"), &Value::Null));
        assert_eq!(json["tip"]["period"]["change"], 4.0);
    }
}
