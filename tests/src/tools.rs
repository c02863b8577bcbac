//! Programs of others that a scenario can use where they are installed.

use std::env;
use std::path::{Path, PathBuf};

/// Where the program is: in the search path, or among the tools that `scripts/test` has fetched.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/tools/bin");
    let search_path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&search_path).chain([fetched]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}
