//! Loads on pools: what was timed, and on what.

use std::fmt::Write;

use super::super::load::{server_line, steps};
use super::tables::{escaped, table};
use crate::load::{LoadDocument, Times};

/// Each load: what was timed, and what became of the shares.
pub(super) fn loads(page: &mut String, document: &LoadDocument) {
    for load in &document.cases {
        let _ = writeln!(
            page,
            "<p>{} of {} connections came to a job; {} shares a second: {} accepted, {} stale on their way, {} rightly refused.</p>",
            load.connections.up,
            load.connections.wanted,
            load.share_rate,
            load.shares.accepted,
            load.shares.became_stale,
            load.shares.refused_rightly
        );
        if let Some(server) = load.server {
            let _ = writeln!(page, "<p>{}</p>", escaped(&server_line(server)));
        }
        let ms = |time: f64| format!("{time:.2}");
        let body = steps(load).into_iter().map(|(name, times)| {
            let Times { count, p50_ms, p90_ms, p99_ms, p999_ms, max_ms, .. } = times;
            [vec![name.to_owned(), count.to_string()], [p50_ms, p90_ms, p99_ms, p999_ms, max_ms].map(ms).to_vec()]
                .concat()
        });
        table(page, &["milliseconds", "count", "p50", "p90", "p99", "p99.9", "max"], body);
    }
}

pub(super) fn load_conditions(page: &mut String, document: &LoadDocument) {
    let LoadDocument { created, tool, machine, company, bound_ms, .. } = document;
    let virtually = if machine.is_virtual { ", virtual" } else { "" };
    let mut rows = vec![
        ["measured".to_owned(), created.clone()].to_vec(),
        vec!["hashkit".to_owned(), format!("{} ({}, {})", tool.version, tool.profile, tool.target)],
        vec!["generator's processor".to_owned(), format!("{}, {} threads{virtually}", machine.cpu, machine.threads)],
    ];
    let others = company.map(|company| ("cores that worked for others, the pool among them", company.cores_of_others));
    let bound = bound_ms.map(|bound| ("bound of the 99th percentile, ms", bound));
    rows.extend([others, bound].into_iter().flatten().map(|(name, value)| vec![name.to_owned(), value.to_string()]));
    table(page, &["what", "value"], rows.into_iter());
}
