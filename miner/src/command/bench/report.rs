//! `hashkit bench report`: results as tables, a page and plots.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hashkit_bench::document::{Document, read};
use hashkit_bench::report::{Report, put};

use super::run::print;
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, stdout};

const EXAMPLES: &str = "\
Examples:
  hashkit bench report old.json
  hashkit bench report old.json --html report.html --svg plots
";

/// Show results of `hashkit bench`: tables, one page with plots, plots as files
///
/// The page needs no network and no scripts; its plots have text alternatives. Results behind the first are compared with it.
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
    let named = |path: &PathBuf| {
        let document = read(path).map_err(|error| Failure::new(Exit::Failed, error))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok((name, document))
    };
    let results = args.files.iter().map(named).collect::<Result<Vec<_>, Failure>>()?;
    let report = Report::new(&results);
    if let Some(path) = &args.html {
        store(path, &report.html())?;
        global.say(&format!("the page is in {}", path.display()));
    }
    if let Some(folder) = &args.svg {
        let failed = |source| Failure::new(Exit::Failed, CannotWrite { path: folder.clone(), source });
        fs::create_dir_all(folder).map_err(failed)?;
        for plot in report.plots() {
            store(&folder.join(format!("{}.svg", plot.name)), &plot.svg)?;
        }
        global.say(&format!("the plots are in {}", folder.display()));
    }
    results.iter().try_for_each(|(name, document)| shown(name, document, args, results.len())).map_err(Failure::output)
}

fn shown(name: &str, document: &Document, args: &ReportArgs, count: usize) -> io::Result<()> {
    if count > 1 && args.output.format == Format::Text {
        let mut out = stdout();
        writeln!(out, "{name}")?;
        out.flush()?;
    }
    print(document, args.output.format)
}

fn store(path: &Path, text: &str) -> Result<(), Failure> {
    put(path, text).map_err(|source| Failure::new(Exit::Failed, CannotWrite { path: path.to_owned(), source }))
}
