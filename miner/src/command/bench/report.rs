//! `hashkit bench report`: results as tables, a page and plots.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hashkit_bench::document::{Saved, read_any};
use hashkit_bench::report::{Plot, Report, put};

use super::run::print as print_result;
use crate::cli::Global;
use crate::command::pool::print_load;
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, stdout};

const EXAMPLES: &str = "\
Examples:
  hashkit bench report old.json
  hashkit bench report old.json --html report.html --svg plots --png plots
";

/// Show results of `hashkit bench` and `hashkit pool load`: tables, one page with plots, plots as files
///
/// The page needs no network and no scripts; its plots have text alternatives. Results of hardware behind the first are compared
/// with it, and three or more show how the rate has changed over time.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportArgs {
    /// The results
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Write the page into this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Write the plots into this folder, as SVG
    #[arg(long, value_name = "FOLDER")]
    svg: Option<PathBuf>,

    /// Write the plots into this folder, as PNG
    #[arg(long, value_name = "FOLDER")]
    png: Option<PathBuf>,

    #[command(flatten)]
    output: OutputArgs,
}

/// A page or plot that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: free some space, or name another place")]
struct CannotWrite {
    path: PathBuf,
    #[source]
    source: io::Error,
}

pub(super) fn run(args: &ReportArgs, global: &Global) -> Result<(), Failure> {
    let (mut results, mut loads) = (Vec::new(), Vec::new());
    for path in &args.files {
        let saved = read_any(path).map_err(|error| Failure::new(Exit::Failed, error))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match saved {
            Saved::Bench(document) => results.push((name, *document)),
            Saved::Load(document) => loads.push((name, *document)),
        }
    }
    let report = Report::new(&results, &loads);
    if let Some(path) = &args.html {
        store(path, report.html().as_bytes())?;
        global.say(&format!("the page is in {}", path.display()));
    }
    if let Some(folder) = &args.svg {
        plots(folder, "svg", &report, global, |plot| plot.svg().into_bytes())?;
    }
    if let Some(folder) = &args.png {
        plots(folder, "png", &report, global, Plot::png)?;
    }
    let format = args.output.format;
    let print = || {
        for (name, document) in &results {
            title(name, args)?;
            print_result(document, format)?;
        }
        for (name, document) in &loads {
            title(name, args)?;
            print_load(document, format)?;
        }
        Ok(())
    };
    print().map_err(Failure::output)
}

fn plots(
    folder: &Path,
    ending: &str,
    report: &Report<'_>,
    global: &Global,
    bytes: impl Fn(&Plot) -> Vec<u8>,
) -> Result<(), Failure> {
    let failed = |source| Failure::new(Exit::Failed, CannotWrite { path: folder.to_owned(), source });
    fs::create_dir_all(folder).map_err(failed)?;
    for plot in report.plots() {
        store(&folder.join(format!("{}.{ending}", plot.name)), &bytes(&plot))?;
    }
    global.say(&format!("the plots are in {}", folder.display()));
    Ok(())
}

/// The name of a file, above what it holds where there are several.
fn title(name: &str, args: &ReportArgs) -> io::Result<()> {
    if args.files.len() > 1 && args.output.format == Format::Text {
        let mut out = stdout();
        writeln!(out, "{name}")?;
        out.flush()?;
    }
    Ok(())
}

fn store(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    put(path, bytes).map_err(|source| Failure::new(Exit::Failed, CannotWrite { path: path.to_owned(), source }))
}
