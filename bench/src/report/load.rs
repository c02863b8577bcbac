//! Loads on a pool for people.

use std::fmt::Write;

use serde_json::{Value, json};

use super::plot::{Plot, Point, Spread, spreads, sustained};
use crate::load::{Load, LoadDocument, Server, Shares, Times};

/// The columns of a table for programs.
pub const LOAD_COLUMNS: &[&str] = &[
    "connections",
    "up",
    "failed",
    "share_rate",
    "due",
    "sent",
    "accepted",
    "became_stale",
    "refused_rightly",
    "refused_wrongly",
    "accepted_wrongly",
    "unanswered",
    "first_job_p99_ms",
    "fan_out_p99_ms",
    "answer_p50_ms",
    "answer_p99_ms",
    "answer_max_ms",
    "own_delay_p99_ms",
    "keeps_bound",
    "server_bytes_a_connection",
    "server_s_a_thousand_shares",
];

/// A row for each load, of as many cells as there are [`LOAD_COLUMNS`].
#[must_use]
pub fn load_rows(document: &LoadDocument) -> Vec<Vec<Value>> {
    let p99 = |times: Option<Times>| json!(times.map(|times| times.p99_ms));
    let row = |load: &Load| {
        let Shares { due, sent, accepted, became_stale, .. } = load.shares;
        let Shares { refused_rightly, refused_wrongly, accepted_wrongly, unanswered, .. } = load.shares;
        vec![
            json!(load.connections.wanted),
            json!(load.connections.up),
            json!(load.connections.failed),
            json!(load.share_rate),
            json!(due),
            json!(sent),
            json!(accepted),
            json!(became_stale),
            json!(refused_rightly),
            json!(refused_wrongly),
            json!(accepted_wrongly),
            json!(unanswered),
            p99(load.first_job),
            p99(load.fan_out),
            json!(load.answer.map(|times| times.p50_ms)),
            p99(load.answer),
            json!(load.answer.map(|times| times.max_ms)),
            p99(load.own_delay),
            json!(document.bound_ms.map(|bound| load.keeps_ms(bound))),
            json!(load.server.map(|server| server.bytes_a_connection)),
            json!(load.server.and_then(|server| server.s_a_thousand_shares)),
        ]
    };
    document.cases.iter().map(row).collect()
}

/// The loads as tables for a terminal, and the highest rate where one was looked for.
#[must_use]
pub fn load_text(document: &LoadDocument) -> String {
    let mut out = String::new();
    for load in &document.cases {
        text_of(&mut out, load);
    }
    if let Some(bound) = document.bound_ms {
        let _ = match document.highest_rate() {
            Some(Load { share_rate, .. }) => {
                writeln!(out, "highest rate with a 99th percentile up to {bound} ms: {share_rate:.0} shares a second")
            }
            None => writeln!(out, "no rate that was tried keeps the 99th percentile up to {bound} ms"),
        };
    }
    out
}

fn text_of(out: &mut String, load: &Load) {
    let Load { connections, shares, .. } = load;
    let cut_short = if load.is_interrupted { ", cut short" } else { "" };
    let _ = writeln!(
        out,
        "{} of {} connections came to a job, {} failed{cut_short}",
        connections.up, connections.wanted, connections.failed
    );
    if let Some(trouble) = &load.last_trouble {
        let _ = writeln!(out, "  the last that failed: {trouble}");
    }
    let _ = writeln!(
        out,
        "{:<12} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "milliseconds", "count", "p50", "p90", "p99", "p99.9", "max"
    );
    for (name, Times { count, p50_ms, p90_ms, p99_ms, p999_ms, max_ms, .. }) in steps(load) {
        let _ = writeln!(
            out,
            "{name:<12} {count:>7} {p50_ms:>9.2} {p90_ms:>9.2} {p99_ms:>9.2} {p999_ms:>9.2} {max_ms:>9.2}"
        );
    }
    if let Some(server) = load.server {
        let _ = writeln!(out, "{}", server_line(server));
    }
    if shares.due > 0 {
        let _ = writeln!(
            out,
            "shares       {} due = {} sent + {} not found in time\n             {} sent = {} accepted + {} stale + {} rightly refused \
             + {} wrongly refused\n             + {} wrongly accepted + {} unanswered",
            shares.due,
            shares.due - shares.missed.min(shares.due),
            shares.missed,
            shares.sent,
            shares.accepted,
            shares.became_stale,
            shares.refused_rightly,
            shares.refused_wrongly,
            shares.accepted_wrongly,
            shares.unanswered,
        );
    }
}

/// What it cost the pool, for people.
pub(super) fn server_line(server: Server) -> String {
    let shares =
        server.s_a_thousand_shares.map_or_else(String::new, |seconds| format!(", {seconds:.3} s for 1000 shares"));
    format!(
        "the pool    {:.1} MiB before, {:.1} KiB a connection; {:.2} s of processor time for logins{shares}",
        server.bytes_before as f64 / f64::from(1 << 20),
        server.bytes_a_connection / 1024.0,
        server.login_s
    )
}

/// What was timed, by the names that people read.
pub(super) fn steps(load: &Load) -> Vec<(&'static str, Times)> {
    let all = [
        ("connect", load.connect),
        ("login", load.login),
        ("first job", load.first_job),
        ("fan-out", load.fan_out),
        ("share answer", load.answer),
        ("own delay", load.own_delay),
        ("come back", load.reconnect),
    ];
    all.into_iter().filter_map(|(name, times)| Some((name, times?))).collect()
}

/// What a reader has to know before the numbers: whatever went wrong.
pub(super) fn load_notes(document: &LoadDocument) -> Vec<String> {
    let sum = |count: &dyn Fn(&Load) -> u64| document.cases.iter().map(count).sum::<u64>();
    let failed = sum(&|load| load.connections.failed as u64);
    let of_shares = |count: fn(&Shares) -> u64| sum(&|load| count(&load.shares));
    let found = [
        (failed, "connections failed"),
        (of_shares(|shares| shares.missed), "shares were not found in time: the generator is too slow for this rate"),
        (of_shares(|shares| shares.refused_wrongly), "good shares were refused"),
        (of_shares(|shares| shares.accepted_wrongly), "wrong shares were accepted"),
        (of_shares(|shares| shares.unanswered), "shares were not answered"),
    ];
    let said = found.into_iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
    let ended =
        document.cases.iter().any(|load| load.is_interrupted).then(|| "it was ended before its time".to_owned());
    said.chain(ended).collect()
}

/// The plots of one result.
pub(super) fn load_plots(document: &LoadDocument, prefix: &str) -> Vec<Plot> {
    let mut plots = Vec::new();
    // Where the highest rate was looked for, at that rate.
    if let Some(load) = document.highest_rate().or(document.cases.first()) {
        let rows: Vec<Spread> = steps(load).into_iter().map(|(name, times)| spread(name, times)).collect();
        let words = format!(
            "{} connections, {} shares a second: milliseconds at the median, the 99th percentile and the longest: {}",
            load.connections.up,
            load.share_rate,
            listed(&rows)
        );
        plots.extend(spreads(&format!("{prefix}load-times"), &words, &rows));
    }
    if let Some(bound) = document.bound_ms {
        let tried = document.cases.iter().filter_map(|load| {
            Some(Point { at: load.share_rate, value: load.answer?.p99_ms, is_kept: load.keeps_ms(bound) })
        });
        let tried: Vec<Point> = tried.collect();
        let highest = document.highest_rate().map_or_else(
            || "none of them is kept".to_owned(),
            |load| format!("the highest that is kept is {:.0}", load.share_rate),
        );
        let words = format!(
            "99th percentile of the time to a share's answer by shares a second, {} rates; of those up to {bound} ms {highest}",
            tried.len()
        );
        plots.extend(sustained(&format!("{prefix}load-rates"), &words, bound, &tried));
    }
    plots
}

/// How long jobs take to all connections, by how many there are, over several results.
pub(super) fn fan_out_plot(documents: &[(String, LoadDocument)]) -> Option<Plot> {
    let loads = documents.iter().flat_map(|(_, document)| &document.cases);
    let mut rows: Vec<(usize, Times)> = loads.filter_map(|load| Some((load.connections.up, load.fan_out?))).collect();
    rows.sort_by_key(|(connections, _)| *connections);
    rows.dedup_by_key(|(connections, _)| *connections);
    let rows: Vec<Spread> =
        rows.into_iter().map(|(connections, times)| spread(&format!("{connections} connections"), times)).collect();
    let words = format!("milliseconds until a connection has a new job that another one had first: {}", listed(&rows));
    if rows.len() > 1 { spreads("load-fan-out", &words, &rows) } else { None }
}

fn spread(name: &str, times: Times) -> Spread {
    Spread { name: name.to_owned(), p50: times.p50_ms, p99: times.p99_ms, max: times.max_ms }
}

fn listed(rows: &[Spread]) -> String {
    rows.iter().map(|row| format!("{} {}", row.name, row.shown())).collect::<Vec<_>>().join("; ")
}
