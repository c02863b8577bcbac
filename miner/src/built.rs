//! Of which commit this program is, what built it and for what: `build.rs` has found out.

use hashkit_bench::document::Tool;

/// This program, as a result names it.
pub(crate) fn tool() -> Tool {
    let told = |text: Option<&str>| text.map(str::to_owned);
    Tool {
        commit: told(option_env!("HASHKIT_COMMIT")),
        rustc: told(option_env!("HASHKIT_RUSTC")),
        target: env!("HASHKIT_TARGET").to_owned(),
        ..Tool::this()
    }
}
