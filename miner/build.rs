//! Tells the program of which commit it is, which compiler built it and for what, as far as that is known: a tarball has no git.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What the program is made of: where one of these changes, the tree is no longer what its commit says.
const SOURCES: [&str; 9] =
    ["chain", "kernels", "stratum", "asic-driver", "emulator", "engine", "pool", "bench", "miner"];

fn main() {
    println!("cargo::rerun-if-env-changed=HASHKIT_COMMIT");
    println!("cargo::rerun-if-changed=build.rs");
    let named = env::var("HASHKIT_COMMIT").ok().filter(|commit| !commit.is_empty());
    if let Some(commit) = named.or_else(commit) {
        println!("cargo::rustc-env=HASHKIT_COMMIT={commit}");
    }
    // Cargo always says it.
    println!("cargo::rustc-env=HASHKIT_TARGET={}", env::var("TARGET").unwrap_or_default());
    let rustc = env::var_os("RUSTC").and_then(|rustc| said(Command::new(rustc).arg("--version")));
    if let Some(version) = rustc.as_deref().and_then(|line| line.split(' ').nth(1)) {
        println!("cargo::rustc-env=HASHKIT_RUSTC={version}");
    }
}

/// The commit of the working tree that this file lies in, with `-dirty` behind it where something was changed since.
fn commit() -> Option<String> {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR")?).parent()?.canonicalize().ok()?;
    let git = |arguments: &[&str]| said(Command::new("git").current_dir(&root).args(arguments));
    // Of another repository, in which a tarball was unpacked, nothing is told.
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()?;
    if top != root {
        return None;
    }
    for file in ["HEAD", "logs/HEAD"] {
        let path = root.join(git(&["rev-parse", "--git-path", file])?);
        if fs::metadata(&path).is_ok() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    for package in SOURCES {
        println!("cargo::rerun-if-changed={}", root.join(package).join("src").display());
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(if is_changed { format!("{commit}-dirty") } else { commit })
}

/// What a program prints, without the end of the line; `None` where it is not there, or fails.
fn said(program: &mut Command) -> Option<String> {
    let output = program.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
