//! The pool password: read once, never shown.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::small_file;

/// A password for the pool's login; most pools take any. It shows as `***`, so that no log can hold it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Password(String);

/// Why a password cannot be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("cannot read the password file {path}: check the path after `file:` and who may read it")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the environment holds no {0}: set it, or give the password another way")]
    Unset(String),
}

impl Password {
    /// What most pools are content with.
    pub(crate) fn usual() -> Self {
        Self("x".to_owned())
    }

    /// Reads `file:PATH` (its first line) and `env:NAME`; any other text is the password itself.
    pub(crate) fn resolve(text: &str) -> Result<Self, PasswordError> {
        if let Some(path) = text.strip_prefix("file:") {
            let path = Path::new(path);
            let content = small_file::read(path)
                .map_err(|source| PasswordError::Unreadable { path: path.to_path_buf(), source })?;
            return Ok(Self(content.lines().next().unwrap_or_default().to_owned()));
        }
        if let Some(name) = text.strip_prefix("env:") {
            return std::env::var(name).map(Self).map_err(|_| PasswordError::Unset(name.to_owned()));
        }
        Ok(Self(text.to_owned()))
    }

    /// The password in clear, for the login line and nothing else.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_comes_from_where_the_user_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "d=512\nnot this line\n").unwrap();
        assert_eq!(Password::resolve("x").unwrap().reveal(), "x");
        assert_eq!(Password::resolve(&format!("file:{}", path.display())).unwrap().reveal(), "d=512");
        assert_eq!(Password::resolve("env:CARGO_PKG_NAME").unwrap().reveal(), "hashkit");
        assert!(Password::resolve("env:HASHKIT_NO_SUCH_NAME").is_err());
        assert!(Password::resolve("file:/no/such/file").is_err());
    }

    #[test]
    fn a_password_never_shows() {
        assert!(!format!("{:?}", Password::resolve("hunter2").unwrap()).contains("hunter2"));
    }
}
