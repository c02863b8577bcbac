//! How many files, connections among them, this process may have open.

/// The system does not let this process have so many connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{wanted} open files are needed, one a connection and some more, and this process may have {allowed}: raise the limit \
     (ulimit -n {wanted}), or take fewer connections"
)]
pub struct FewFiles {
    /// How many files.
    pub wanted: u64,
    /// The hard limit.
    pub allowed: u64,
}

/// Lets this process have so many connections, by raising its soft limit of open files where that is too low.
///
/// # Errors
/// [`FewFiles`] when the hard limit is too low.
#[cfg(unix)]
pub fn allow_connections(connections: usize) -> Result<(), FewFiles> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    // Standard streams, event queues, a node's connections, the files of found blocks.
    const OTHERS: u64 = 64;
    let wanted = connections as u64 + OTHERS;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let few = FewFiles { wanted, allowed: maximum.unwrap_or(u64::MAX) };
    if few.allowed < wanted {
        return Err(few);
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }).map_err(|_| few)
}

/// As many as the system likes.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn allow_connections(_: usize) -> Result<(), FewFiles> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_granted_and_more_is_refused_in_words() {
        assert_eq!(allow_connections(1), Ok(()));
        let Err(few) = allow_connections(usize::MAX / 4) else {
            return eprintln!("skipped: this process may have any number of files");
        };
        assert!(few.to_string().contains("ulimit -n"), "{few}");
    }
}
