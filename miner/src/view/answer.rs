//! What nodes say and how they stand, in the words of every view.

use hashkit_pool::{PoolEvent, Standing, SubmitAnswer};
use serde_json::{Value, json};

use super::{GREEN, RED, YELLOW};

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
        _ => return None,
    })
}
