//! What nodes say and how they stand, in the words of every view.

use hashkit_pool::{ChainEvent, ChildAnswer, PoolEvent, Standing, SubmitAnswer};
use serde_json::{Value, json};

use super::{FAINT, GREEN, RED, YELLOW, milliseconds};

/// What became of a block that was not handed in.
const SURPLUS: &str = "not handed in: enough others on the same parent are, and the chain keeps one";

/// The answer as a word for programs.
pub(crate) fn name_of_answer(answer: &Result<SubmitAnswer, String>) -> &'static str {
    match answer {
        Ok(SubmitAnswer::Accepted) => "accepted",
        Ok(SubmitAnswer::Known) => "known",
        Ok(SubmitAnswer::SideBranch) => "side branch",
        Ok(SubmitAnswer::Refused(_)) => "refused",
        Err(_) => "unanswered",
    }
}

/// The answer for people, with its colour.
pub(crate) fn answer_in_words(answer: &Result<SubmitAnswer, String>) -> (anstyle::Style, String) {
    match answer {
        Ok(SubmitAnswer::Accepted) => (GREEN, "accepted".to_owned()),
        Ok(SubmitAnswer::Known) => (GREEN, "known already".to_owned()),
        Ok(SubmitAnswer::SideBranch) => (YELLOW, "came second: it is on a side branch".to_owned()),
        Ok(answer @ SubmitAnswer::Refused(word)) => (RED, format!("refused: {word}: {}", answer.meaning())),
        Err(error) => (RED, format!("lost: {error}")),
    }
}

/// The colour in which a standing is shown.
pub(crate) fn color_of_standing(standing: &Standing) -> anstyle::Style {
    if *standing == Standing::Good { GREEN } else { RED }
}

/// What a node said or how it stands, as an event's name and fields; `None` for other events.
pub(crate) fn node_as_json(event: &PoolEvent) -> Option<(&'static str, Value)> {
    Some(match event {
        PoolEvent::Answer { node, height, hash, answer } => {
            let (word, meaning) = match answer {
                Ok(answer @ SubmitAnswer::Refused(word)) => (word.as_str(), answer.meaning()),
                Ok(answer) => (name_of_answer(&Ok(answer.clone())), answer.meaning()),
                Err(error) => (error.as_str(), "the node gave no verdict"),
            };
            let hash = hash.to_string();
            ("answer", json!({"node": node, "height": height, "hash": hash, "word": word, "meaning": meaning}))
        }
        PoolEvent::Node { node, standing } => {
            ("node", json!({"node": node, "good": *standing == Standing::Good, "words": standing.to_string()}))
        }
        PoolEvent::Doubted { message } => ("doubted", json!({"why": message})),
        PoolEvent::Unsaved { height, message } => ("unsaved", json!({"height": height, "why": message})),
        PoolEvent::Surplus { height, hash, .. } => {
            ("surplus", json!({"height": height, "hash": hash.to_string(), "words": SURPLUS}))
        }
        PoolEvent::ChildBlock { node, chain_id, height, hash, answer, took, .. } => {
            let (word, meaning) = child_answer(answer);
            let fields = json!({
                "node": node, "chain_id": chain_id, "height": height, "hash": hash.to_string(), "word": word,
                "meaning": meaning, "took_ms": milliseconds(*took),
            });
            ("child_block", fields)
        }
        PoolEvent::ChildNode { node, problem } => {
            ("child_node", json!({"node": node, "good": problem.is_none(), "why": problem}))
        }
        PoolEvent::Chain(event) => (event.name(), chain_fields(event)),
        _ => return None,
    })
}

/// What a node said, how it stands, or what its chain does, for people: the kind of line, its colour and its words. `None` for
/// other events.
pub(crate) fn event_in_words(event: &PoolEvent) -> Option<(&'static str, anstyle::Style, String)> {
    Some(match event {
        PoolEvent::Node { node, standing } => ("node", color_of_standing(standing), format!("{node} {standing}")),
        PoolEvent::Unsaved { message, .. } | PoolEvent::Doubted { message } => ("warning", RED, message.clone()),
        PoolEvent::Surplus { height, .. } => ("node", FAINT, format!("block {height} {SURPLUS}")),
        PoolEvent::ChildBlock { node, height, answer, .. } => {
            let style = if *answer == Ok(ChildAnswer::Taken) { GREEN } else { RED };
            ("child", style, format!("block {height} for {node}: {}", child_answer(answer).1))
        }
        PoolEvent::ChildNode { node, problem: Some(problem) } => {
            ("child", YELLOW, format!("{node} is not mined along: {problem}"))
        }
        PoolEvent::ChildNode { node, problem: None } => ("child", GREEN, format!("{node} is mined along again")),
        PoolEvent::Chain(event) => ("chain", if event.is_good() { GREEN } else { YELLOW }, event.to_string()),
        _ => return None,
    })
}

/// A child's answer as a word for programs, and what it means.
fn child_answer(answer: &Result<ChildAnswer, String>) -> (&str, &str) {
    match answer {
        Ok(answer @ ChildAnswer::Taken) => ("taken", answer.meaning()),
        Ok(answer @ ChildAnswer::TooOld) => ("too old", answer.meaning()),
        Ok(answer @ ChildAnswer::Refused(word)) => (word, answer.meaning()),
        Err(error) => (error, "the child's node gave no verdict"),
    }
}

fn chain_fields(event: &ChainEvent) -> Value {
    let mut fields = match event {
        ChainEvent::Reorganised { taken_back, from, to } => {
            json!({"taken_back": taken_back, "from": from.to_string(), "to": to.to_string()})
        }
        ChainEvent::Late { node, hash, by } => {
            json!({"node": node, "hash": hash.to_string(), "late_ms": milliseconds(*by)})
        }
        ChainEvent::Stale { quiet } => json!({"quiet_s": quiet.as_secs()}),
        ChainEvent::Clock { node, skew } => json!({"node": node, "clock_s": skew}),
        ChainEvent::Peers { node, peers } => json!({"node": node, "peers": peers}),
        ChainEvent::Retarget { height, from, to } => {
            json!({"height": height, "from": from.to_string(), "to": to.to_string()})
        }
        ChainEvent::Contradiction { node, reason } => json!({"node": node, "why": reason}),
        _ => json!({}),
    };
    fields["good"] = event.is_good().into();
    fields["words"] = event.to_string().into();
    fields
}
