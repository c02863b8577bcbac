//! Where hashkit keeps what it should not forget.

use std::path::PathBuf;

/// `hashkit` in the user's folder for state (XDG Base Directory Specification 0.8); `None` where neither `XDG_STATE_HOME` nor `HOME`
/// says where that is.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = named("XDG_STATE_HOME").or_else(|| Some(named("HOME")?.join(".local/state")))?;
    Some(state.join("hashkit"))
}

/// What searches have found for boards.
pub(crate) fn boards_file() -> Option<PathBuf> {
    Some(state_folder()?.join("boards.json"))
}
