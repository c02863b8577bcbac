//! What nodes say to blocks, in the words of every view.

use hashkit_pool::SubmitAnswer;

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
        Ok(SubmitAnswer::Refused(word)) => (RED, format!("refused: {word}")),
        Err(error) => (RED, format!("lost: {error}")),
    }
}
