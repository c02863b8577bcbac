//! How a verb fails: the exit code that scripts rely on, and the words for people.

use std::error::Error;
use std::io;
use std::process::ExitCode;

/// The exit codes of the program; `docs/cli.md` is the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Failed while running.
    Failed = 1,
    /// Wrong arguments or configuration.
    Usage = 2,
    /// A self-test or a validation failed.
    Validation = 3,
    /// No usable device, or results that cannot be compared.
    NoDevice = 4,
    /// No pool or node was reachable within the limit given.
    Unreachable = 5,
    /// A safety limit stopped the last device.
    Unsafe = 6,
    /// `bench compare` found a regression.
    Regression = 10,
    /// Interrupted (Ctrl-C), after a clean stop.
    Interrupted = 130,
    /// Terminated, after a clean stop.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a verb did not do what was asked. Errors of the verbs become one where it is decided how the program ends.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: Option<Box<dyn Error + Send + Sync>>,
}

impl Failure {
    /// Ends with `exit` and says `error` with all its causes. Takes an error, or a message that says what failed, on what,
    /// and the next step.
    pub(crate) fn new(exit: Exit, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit, error: Some(error.into()) }
    }

    /// Ends with `exit` where everything has been said already.
    pub(crate) fn already_said(exit: Exit) -> Self {
        Self { exit, error: None }
    }

    /// Wrong arguments or configuration.
    pub(crate) fn usage(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Exit::Usage, error)
    }

    /// Standard output took no more. A reader that has closed it, as `head` does, has what it wanted: a quiet end.
    pub(crate) fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::already_said(Exit::Done);
        }
        Self::new(Exit::Failed, CannotPrint(error))
    }

    /// How the program ends.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// What failed and why, cause after cause; `None` where it has been said already.
    pub(crate) fn message(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Errors that repeat their cause in their own words would say it twice.
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            source = cause.source();
        }
        Some(message)
    }
}

/// Standard output cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write to standard output")]
struct CannotPrint(#[source] io::Error);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_output_ends_quietly_and_a_full_disk_does_not() {
        let closed = Failure::output(io::ErrorKind::BrokenPipe.into());
        assert_eq!((closed.exit(), closed.message()), (Exit::Done, None));
        let full = Failure::output(io::Error::other("no space left"));
        assert_eq!(full.exit(), Exit::Failed);
        assert_eq!(full.message().unwrap(), "cannot write to standard output: no space left");
    }
}
