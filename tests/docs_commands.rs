//! Every command that the README and the docs show does what it says: each line of a block marked `sh` is run, against a
//! practice chain and a pool of ours in the place of the reader's.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use hashkit_tests::practice_pool::PracticePool;
use hashkit_tests::program::{hashkit, output_within, repository};

const LIMIT: Duration = Duration::from_mins(2);

/// Lines that are not run here, and why that is no loss.
const ELSEWHERE: [(&str, &str); 13] = [
    ("hashkit selftest --device asic", "tests/asics_mine.rs runs it on emulated chips"),
    ("hashkit mine --demo --asic", "tests/asics_mine.rs runs it on emulated chips"),
    ("hashkit bench --asic", "tests/chips_measured.rs runs it on emulated chips"),
    ("hashkit solo --algorithm scrypt", "tests/solo/litecoin.rs runs it on Litecoin's own node"),
    ("cargo run --release --features randomx", "builds the program anew; miner/tests/cli/randomx.rs runs the same"),
    ("cargo bench", "takes minutes"),
    ("scripts/test", "runs this test"),
    ("scripts/peer-tests", "builds a foreign miner for ten minutes"),
    ("bench/side-by-side.sh", "builds with all optimizations; bench/tests/side_by_side.rs runs what it starts"),
    ("bench/against.sh", "builds with all optimizations; bench/tests/side_by_side.rs runs it on stand-ins"),
    ("scripts/fuzz", "takes a minute a target"),
    ("git clone ", "needs the network"),
    ("cd ", "is the reader's own folder"),
];

#[test]
fn every_command_of_the_docs_works() -> Result<()> {
    let pool = PracticePool::start(0.0001)?;
    let mut run = 0;
    for page in pages()? {
        let text = fs::read_to_string(&page)?;
        // What a page writes, a later command of it reads.
        let folder = tempfile::tempdir()?;
        for line in commands(&text) {
            if ELSEWHERE.iter().any(|(start, _)| line.starts_with(start)) {
                continue;
            }
            if names_a_gpu_that_is_not_here(&line) {
                continue;
            }
            let shown = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("hashkit "));
            let shown = shown.with_context(|| format!("{}: no rule here runs `{line}`", page.display()))?;
            let arguments = adapted(shown, &pool);
            let mut command = hashkit()?;
            command.args(&arguments).env_remove("HASHKIT_NO_GPU");
            if line.starts_with("hashkit bench") || line.contains(" --save ") {
                command.current_dir(folder.path());
            }
            let output = output_within(LIMIT, &mut command).with_context(|| format!("{}: `{line}`", page.display()))?;
            // That a busy machine got slower meanwhile is a result, too.
            let is_verdict = line.starts_with("hashkit bench compare") && output.status.code() == Some(10);
            ensure!(
                output.status.success() || is_verdict,
                "{}: `{line}` as {arguments:?} ended with {}:\n{}{}",
                page.display(),
                output.status,
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr),
            );
            run += 1;
        }
    }
    ensure!(run >= 5, "only {run} commands were found: are the blocks still marked `sh`?");
    Ok(())
}

/// A command for a GPU is run where one is, or a program that acts as one.
fn names_a_gpu_that_is_not_here(line: &str) -> bool {
    let named = line.split_whitespace().find(|word| word.starts_with("gpu:"));
    named.is_some_and(|named| hashkit_kernels::gpus().iter().all(|gpu| gpu.id != named))
}

/// The README and the pages for users.
fn pages() -> Result<Vec<PathBuf>> {
    let mut pages = vec![repository().join("README.md")];
    for entry in fs::read_dir(repository().join("docs"))? {
        let page = entry?.path();
        if page.extension().is_some_and(|extension| extension == "md") {
            pages.push(page);
        }
    }
    Ok(pages)
}

/// The lines of all blocks marked `sh`, without comments; a line that ends with a backslash goes on in the next.
fn commands(text: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut pending = String::new();
    let mut is_shell = false;
    for line in text.lines() {
        if let Some(language) = line.strip_prefix("```") {
            is_shell = language == "sh";
            continue;
        }
        if !is_shell || line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.split("  #").next().unwrap_or(line).trim();
        match line.strip_suffix('\\') {
            Some(part) => pending.push_str(part),
            None => commands.push(std::mem::take(&mut pending) + line),
        }
    }
    commands
}

/// The arguments as shown, with what stands for the reader's own things replaced, and an end where there is none.
fn adapted(shown: &str, pool: &PracticePool) -> Vec<String> {
    let ours = format!("127.0.0.1:{}", pool.port());
    let node = format!("http://{}@{}", pool.node.cookie(), pool.node.local_addr());
    // What stands in an address comes before a cookie file.
    let nodes =
        ["user:password@127.0.0.1:38332", "127.0.0.1:8332", "127.0.0.1:48332", "127.0.0.1:38332", "127.0.0.1:18443"];
    let others = ["u:p@127.0.0.1:8332", "u:p@192.168.1.7:8332"];
    let mut arguments: Vec<String> = shown
        .split_whitespace()
        .map(|word| {
            let word = word.trim_matches('\'');
            let word = (nodes.iter().chain(&others))
                .fold(word.to_owned(), |word, place| word.replace(&format!("http://{place}"), &node));
            word.replace("pool.example:3333", &ours)
                .replace("backup.example:3333", &ours)
                .replace("0.0.0.0:3333", "127.0.0.1:0")
                .replace("127.0.0.1:3333", "127.0.0.1:0")
                .replace("YOUR_ADDRESS", "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx")
        })
        .collect();
    let runs_on = matches!(arguments[..], [ref verb, ref next, ..]
        if ["mine", "solo", "emulate"].contains(&verb.as_str()) || (verb == "pool" && next == "serve"));
    let ends = arguments.iter().any(|word| word == "--stop-after" || word == "--dry-run");
    let measures = matches!(arguments[..], [ref verb, ref next, ..]
        if verb == "bench" && !["compare", "report"].contains(&next.as_str()));
    if measures {
        // The same for a moment: one kernel on one thread.
        let short = "--quick --algorithm blake3 --kernel portable --threads 1 --measure 100ms";
        let given = ["--quick", "--publish", "--strict"];
        arguments.retain(|word| !given.contains(&word.as_str()));
        arguments.extend(short.split(' ').map(str::to_owned));
    }
    if runs_on && !ends {
        let end = if ["pool", "emulate"].contains(&&*arguments[0]) { "1s" } else { "1shares" };
        arguments.extend(["--stop-after".to_owned(), end.to_owned()]);
    }
    arguments
}

#[test]
fn commands_are_found_whole() -> Result<()> {
    let text = "```sh\n# a word\nhashkit a \\\n  --b c\n\nhashkit d   # why\n```\nhashkit no\n```\nhashkit no\n```\n";
    let found = commands(text);
    if found != ["hashkit a --b c", "hashkit d"] {
        bail!("{found:?}");
    }
    Ok(())
}

#[test]
fn the_report_that_is_shown_tells_of_a_machine_and_not_whose_it_is() -> Result<()> {
    let page = fs::read_to_string(repository().join("docs/report.html"))?;
    for word in ["/home/", "/root/", "/tmp/", "/work/", "http://", "https://"] {
        let of_svg = if word == "http://" { page.matches("http://www.w3.org/").count() } else { 0 };
        ensure!(page.matches(word).count() == of_svg, "docs/report.html holds {word}");
    }
    let system = page.split("<td>system</td><td>").nth(1).and_then(|rest| rest.split("</td>").next());
    let series = system.and_then(|system| system.strip_prefix("linux ")).context("no system is told")?;
    ensure!(series.split('.').count() == 2 && series.chars().all(|c| c.is_ascii_digit() || c == '.'), "{series}");
    Ok(())
}
