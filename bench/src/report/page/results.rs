//! What was measured on hardware: headlines, rigs, comparisons, conditions.

use std::fmt::Write;

use super::super::{RIG_HEAD, cells, chip_lines, efficiency, power_lines, rate, rig_cells, rig_lines};
use super::plots::best;
use super::tables::{escaped, table};
use crate::compare::Comparison;
use crate::document::Document;

pub(super) fn headlines(page: &mut String, document: &Document) {
    let body = document.cases.iter().map(|case| {
        let efficient = best(case).map_or_else(|| "-".to_owned(), efficiency);
        let power = best(case).map_or_else(
            || "-".to_owned(),
            |best| {
                let net = best.net_w.map_or_else(String::new, |net| format!(", net {net:.1} W"));
                format!("{:.1} W {}{net}", best.gross_w, best.boundary.name())
            },
        );
        let flags = case.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(" ");
        vec![case.id.clone(), rate(case), case.repetitions.len().to_string(), power, efficient, flags]
    });
    table(page, &["case", "rate", "repetitions", "power", "efficiency", "flags"], body);
}

/// What chips did, and how power sources agree.
pub(super) fn lines(page: &mut String, document: &Document) {
    let lines: Vec<String> = chip_lines(document).into_iter().chain(power_lines(document)).collect();
    if !lines.is_empty() {
        page.push_str("<ul>\n");
        for line in lines {
            let _ = writeln!(page, "<li>{}</li>", escaped(&line));
        }
        page.push_str("</ul>\n");
    }
}

/// How whole rigs behave.
pub(super) fn rigs(page: &mut String, document: &Document) {
    let body: Vec<Vec<String>> = rig_cells(document).into_iter().map(|row| row.to_vec()).collect();
    if !body.is_empty() {
        page.push_str("<h3>The whole rig, with a pool at the other end of a loopback connection</h3>\n");
        table(page, &RIG_HEAD.map(str::to_lowercase).each_ref().map(String::as_str), body.into_iter());
        page.push_str("<ul>\n");
        for line in rig_lines(document) {
            let _ = writeln!(page, "<li>{}</li>", escaped(&line));
        }
        page.push_str("</ul>\n");
    }
}

pub(super) fn comparison_table(page: &mut String, comparison: &Comparison) {
    if let Some(note) = &comparison.note {
        let _ = writeln!(page, "<p>{}.</p>", escaped(note));
    }
    table(
        page,
        &["case", "verdict", "before", "after", "change", "note"],
        comparison.cases.iter().map(|case| cells(case).to_vec()),
    );
}

pub(super) fn conditions(page: &mut String, document: &Document) {
    let Document { host, conditions, tool, .. } = document;
    let told = |value: Option<&String>| value.map_or_else(|| "not told".to_owned(), Clone::clone);
    let mut rows = vec![
        ["measured", &document.created].map(str::to_owned).to_vec(),
        vec!["profile".to_owned(), conditions.profile.clone()],
        vec!["hashkit".to_owned(), format!("{} ({}, {})", tool.version, tool.profile, tool.target)],
        vec![
            "processor".to_owned(),
            format!("{}, {} threads, {}", host.cpu.model, host.cpu.threads, host.cpu.features.join(" ")),
        ],
        vec!["governor".to_owned(), told(host.cpu.governor.as_ref())],
        vec!["memory".to_owned(), host.memory.gib.map_or_else(|| "not told".to_owned(), |gib| format!("{gib} GiB"))],
        vec!["system".to_owned(), format!("{} {}", host.os.name, host.os.kernel.clone().unwrap_or_default())],
        vec!["virtual machine".to_owned(), if host.is_virtual { "yes" } else { "no" }.to_owned()],
        vec!["fingerprint".to_owned(), host.fingerprint.clone()],
    ];
    for gpu in &host.gpus {
        rows.push(vec![gpu.id.clone(), format!("{}, driver {}", gpu.model, gpu.driver)]);
    }
    let numbers = [
        ("room", conditions.ambient_c.map(|degrees| format!("{degrees} °C"))),
        ("load before", conditions.load_before.map(|load| load.to_string())),
        ("cores that worked for others", conditions.cores_of_others.map(|cores| cores.to_string())),
    ];
    rows.extend(numbers.into_iter().filter_map(|(name, value)| Some(vec![name.to_owned(), value?])));
    rows.extend(conditions.preflight.iter().map(|finding| vec![finding.id.clone(), finding.text.clone()]));
    table(page, &["what", "value"], rows.into_iter());
}
