//! The arrows of docs/architecture.md: who may use whom, what no package below the edge may depend on, and where `unsafe` may
//! stand. The page's own table is the rule; this file only reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use hashkit_chain::Algorithm;

const ARCHITECTURE: &str = include_str!("../docs/architecture.md");

/// What only some packages may depend on: crates, the packages that may, whether indirectly counts too, and what it is.
const EDGE: [Rule; 3] = [
    Rule {
        what: "an async runtime",
        crates: &["tokio", "async-std", "smol", "async-executor", "futures-executor"],
        allowed: &["pool", "bench", "miner", "tests"],
        reach: Reach::Indirect,
    },
    Rule {
        what: "the network",
        crates: &["socket2", "mio", "hyper", "axum", "reqwest", "ureq", "rustls", "native-tls"],
        allowed: &["pool", "bench", "miner", "tests"],
        reach: Reach::Indirect,
    },
    Rule {
        what: "the command line's parser and errors",
        crates: &["clap", "anyhow"],
        allowed: &["miner", "tests"],
        reach: Reach::Direct,
    },
];

/// Files and folders of `kernels/src` that may hold `unsafe`, and how the architecture page calls them.
const UNSAFE_FILES: [(&str, &str); 10] = [
    ("simd.rs", "`simd.rs`"),
    ("simd/", "`simd/`"),
    ("<algorithm>.rs", "the catalogue function of each algorithm"),
    ("<algorithm>/sha_ni.rs", "`<algorithm>/sha_ni.rs`"),
    ("<algorithm>/armv8.rs", "`<algorithm>/armv8.rs`"),
    ("<algorithm>/generated/", "`<algorithm>/generated/`"),
    ("randomx/library.rs", "`randomx/library.rs`"),
    ("gpu/library.rs", "`gpu/library.rs`"),
    ("gpu/opencl/library.rs", "`gpu/opencl/library.rs`"),
    ("gpu/cuda/library.rs", "`gpu/cuda/library.rs`"),
];

struct Rule {
    what: &'static str,
    crates: &'static [&'static str],
    allowed: &'static [&'static str],
    reach: Reach,
}

#[derive(PartialEq)]
enum Reach {
    /// A dependency that the package names itself, of any kind.
    Direct,
    /// Also what its normal dependencies bring along.
    Indirect,
}

#[test]
fn no_package_uses_another_that_the_architecture_does_not_allow_it() -> Result<()> {
    let packages = packages(&metadata()?);
    let wrong = forbidden_arrows(&read_table(ARCHITECTURE)?, &packages);
    assert!(wrong.is_empty(), "arrows that the table in docs/architecture.md lacks:\n{}", wrong.join("\n"));
    Ok(())
}

#[test]
fn the_runtime_the_network_and_the_command_line_stay_at_the_edge() -> Result<()> {
    let packages = packages(&metadata()?);
    let wrong: Vec<String> = EDGE.iter().flat_map(|rule| misplaced(rule, &packages)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A reading of the graph that finds nothing anywhere would pass as well.
    let pool = &packages["pool"];
    assert!(pool.indirect.contains("tokio") && pool.indirect.contains("mio"), "the pool is known to have them");
    assert!(packages["miner"].direct.contains("clap"), "the miner is known to have it");
    Ok(())
}

#[test]
fn unsafe_stands_only_in_the_files_that_the_architecture_names() -> Result<()> {
    let paragraph =
        ARCHITECTURE.split("\n\n").find(|text| text.starts_with("`unsafe` is forbidden")).context("the rule")?;
    let words = paragraph.replace('\n', " ");
    for (_, name) in UNSAFE_FILES {
        assert!(words.contains(name), "docs/architecture.md no longer names {name}");
    }
    let root = metadata()?.workspace_root.into_std_path_buf();
    let sources = sources(&root)?;
    let holders: Vec<String> = sources
        .into_iter()
        .filter(|path| fs::read_to_string(root.join(path)).is_ok_and(|text| holds_unsafe(&text)))
        .map(|path| path.display().to_string())
        .collect();
    assert!(holders.iter().any(|path| path.starts_with("kernels/src/simd/")), "vector intrinsics are known to need it");
    let wrong: Vec<&String> = holders.iter().filter(|path| !may_hold_unsafe(path)).collect();
    assert!(wrong.is_empty(), "`unsafe` outside the files that docs/architecture.md names: {wrong:?}");
    Ok(())
}

fn metadata() -> Result<Metadata> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    // What a web page needs, `wgpu` would bring to all: a runtime for promises, say.
    let system = ["--filter-platform".to_owned(), "x86_64-unknown-linux-gnu".to_owned()];
    MetadataCommand::new().manifest_path(manifest).other_options(system).exec().context("reading the package graph")
}

/// What the table lets a package use.
#[derive(Debug, PartialEq)]
enum Allowed {
    These(BTreeSet<String>),
    AllBut(BTreeSet<String>),
}

impl Allowed {
    fn allows(&self, package: &str) -> bool {
        match self {
            Self::These(names) => names.contains(package),
            Self::AllBut(names) => !names.contains(package),
        }
    }
}

/// The rows under `| package | may use |`.
fn read_table(page: &str) -> Result<BTreeMap<String, Allowed>> {
    let names = |list: &str| list.split(", ").map(str::to_owned).collect();
    let mut table = BTreeMap::new();
    let rows = page.lines().skip_while(|line| !line.starts_with("| package | may use |")).skip(2);
    for row in rows.take_while(|line| line.starts_with('|')) {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let package = cells.next().context("a row without a package")?;
        let allowed = match cells.next().context("a row without a second cell")? {
            "nothing of ours" => Allowed::These(BTreeSet::new()),
            "all" => Allowed::AllBut(BTreeSet::new()),
            cell => match cell.strip_prefix("all but ") {
                Some(list) => Allowed::AllBut(names(list)),
                None => Allowed::These(names(cell)),
            },
        };
        table.insert(package.to_owned(), allowed);
    }
    anyhow::ensure!(!table.is_empty(), "docs/architecture.md has no table of who may use whom");
    Ok(table)
}

/// What one of our packages depends on.
#[derive(Debug, Default)]
struct Uses {
    /// Our own packages, in any kind of dependency.
    ours: BTreeSet<String>,
    /// Crates that it names, in any kind of dependency.
    direct: BTreeSet<String>,
    /// Crates that its normal and build dependencies bring along, at any depth.
    indirect: BTreeSet<String>,
}

/// Our packages by their folders at the root, which is what the architecture calls them; `tests/oracle` belongs to `tests`.
fn packages(metadata: &Metadata) -> BTreeMap<String, Uses> {
    let folder = |package: &Package| {
        let path = package.manifest_path.strip_prefix(&metadata.workspace_root).ok()?;
        Some(path.components().next()?.to_string())
    };
    let members = metadata.workspace_packages();
    let ours: BTreeMap<&str, String> =
        members.iter().filter_map(|package| Some((package.name.as_str(), folder(package)?))).collect();
    let mut packages = BTreeMap::<String, Uses>::new();
    for package in members {
        let name = &ours[package.name.as_str()];
        let uses = packages.entry(name.clone()).or_default();
        let direct = package.dependencies.iter().map(|dependency| &dependency.name);
        uses.ours.extend(
            direct.clone().filter_map(|other| ours.get(other.as_str())).filter(|other| *other != name).cloned(),
        );
        uses.direct.extend(direct.cloned());
        uses.indirect.extend(brought_along(metadata, &package.id));
    }
    packages
}

fn brought_along(metadata: &Metadata, package: &PackageId) -> BTreeSet<String> {
    let Some(graph) = &metadata.resolve else { return BTreeSet::new() };
    let (mut seen, mut open) = (BTreeSet::new(), vec![package]);
    while let Some(id) = open.pop() {
        let Some(node) = graph.nodes.iter().find(|node| node.id == *id) else { continue };
        for dependency in &node.deps {
            let counts = dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development);
            if counts && seen.insert(&dependency.pkg) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter().map(|id| metadata[id].name.to_string()).collect()
}

fn forbidden_arrows(table: &BTreeMap<String, Allowed>, packages: &BTreeMap<String, Uses>) -> Vec<String> {
    let arrows = packages.iter().flat_map(|(from, uses)| uses.ours.iter().map(move |to| (from, to)));
    arrows
        .filter(|(from, to)| !table.get(*from).is_some_and(|allowed| *to != "tests" && allowed.allows(to)))
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect()
}

fn misplaced(rule: &Rule, packages: &BTreeMap<String, Uses>) -> Vec<String> {
    let below = packages.iter().filter(|(name, _)| !rule.allowed.contains(&name.as_str()));
    let has = |uses: &Uses, name: &str| {
        uses.direct.contains(name) || rule.reach == Reach::Indirect && uses.indirect.contains(name)
    };
    below
        .flat_map(|(package, uses)| {
            let found = rule.crates.iter().filter(|name| has(uses, name));
            found.map(move |name| format!("{package} depends on {name}: {} belongs to {:?}", rule.what, rule.allowed))
        })
        .collect()
}

fn may_hold_unsafe(path: &str) -> bool {
    let Some(path) = path.strip_prefix("kernels/src/") else { return false };
    let algorithm = Algorithm::ALL.iter().find_map(|algorithm| path.strip_prefix(algorithm.name()));
    let path = algorithm.map_or(path.to_owned(), |rest| format!("<algorithm>{rest}"));
    UNSAFE_FILES.iter().any(|(named, _)| if named.ends_with('/') { path.starts_with(named) } else { path == *named })
}

/// The project's Rust files, as paths below its root.
fn sources(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".") || name == "target" || name == "node_modules";
            if entry.file_type()?.is_dir() && !hidden {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|extension| extension == "rs") {
                files.push(entry.path().strip_prefix(root)?.to_owned());
            }
        }
    }
    Ok(files)
}

/// Whether the keyword stands outside comments and strings; strings over several lines are not told apart.
fn holds_unsafe(source: &str) -> bool {
    source.lines().any(|line| {
        let unquoted: String = line.replace("\\\"", "").replace("'\"'", "").split('"').step_by(2).collect();
        let code = unquoted.split("//").next().unwrap_or_default();
        code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == "unsafe")
    })
}

mod the_checks_themselves {
    use super::*;

    fn uses(ours: &[&str], direct: &[&str], indirect: &[&str]) -> Uses {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Uses { ours: set(ours), direct: set(direct), indirect: set(indirect) }
    }

    #[test]
    fn an_arrow_that_the_table_lacks_is_found() -> Result<()> {
        let page = "text\n| package | may use | must never use |\n|---|---|---|\n| chain | nothing of ours | x |\n\
                    | stratum | chain | x |\n| miner | all but tests | - |\n| tests | all | - |\n\nmore";
        let table = read_table(page)?;
        for (case, from, to, allowed) in [
            ("a named arrow", "stratum", "chain", true),
            ("an arrow upward", "chain", "stratum", false),
            ("all but one", "miner", "stratum", true),
            ("the one", "miner", "tests", false),
            ("a package without a row", "common", "chain", false),
            ("nobody uses the tests", "tests", "tests", false),
        ] {
            let packages = BTreeMap::from([(from.to_owned(), uses(&[to], &[], &[]))]);
            let expected: Vec<String> = if allowed { vec![] } else { vec![format!("{from} -> {to}")] };
            assert_eq!(forbidden_arrows(&table, &packages), expected, "{case}");
        }
        assert!(read_table("a page without a table").is_err());
        Ok(())
    }

    #[test]
    fn a_crate_in_the_wrong_package_is_found() {
        let [runtime, _, command_line] = &EDGE;
        for (case, rule, package, direct, indirect, found) in [
            ("the runtime where it may be", runtime, "pool", &["tokio"][..], &["tokio"][..], 0),
            ("the runtime in the engine", runtime, "engine", &["tokio"][..], &["tokio"][..], 1),
            ("the runtime brought along", runtime, "stratum", &[][..], &["tokio", "serde"][..], 1),
            ("the parser in a library", command_line, "pool", &["clap", "anyhow"][..], &[][..], 2),
            ("the parser brought along by a tool", command_line, "bench", &["criterion"][..], &["clap"][..], 0),
        ] {
            let packages = BTreeMap::from([(package.to_owned(), uses(&[], direct, indirect))]);
            assert_eq!(misplaced(rule, &packages).len(), found, "{case}");
        }
    }

    #[test]
    fn the_keyword_is_told_from_words_about_it() {
        for (source, holds) in [
            ("let x = unsafe { y };", true),
            ("    unsafe fn f() {}", true),
            ("// unsafe is forbidden", false),
            ("let x = 1; // unsafe", false),
            ("#![expect(unsafe_code, reason = \"\")]", false),
            ("let x = \"unsafe\";", false),
            ("f(\"\\\"\", unsafe { y })", true),
        ] {
            assert_eq!(holds_unsafe(source), holds, "{source}");
        }
    }

    #[test]
    fn the_keyword_is_welcome_in_the_named_files_alone() {
        for (path, welcome) in [
            ("kernels/src/simd.rs", true),
            ("kernels/src/simd/x86.rs", true),
            ("kernels/src/sha256d.rs", true),
            ("kernels/src/sha256d/sha_ni.rs", true),
            ("kernels/src/scrypt/generated/avx2.rs", true),
            ("kernels/src/sha256d/vector.rs", false),
            ("kernels/src/catalogue.rs", false),
            ("engine/src/simd.rs", false),
        ] {
            assert_eq!(may_hold_unsafe(path), welcome, "{path}");
        }
    }
}
