//! Pages and plots of simulated results.

use super::*;
use crate::document::tests::document;
use crate::load::{Counts, Load, Mix, Server, Shares, Times};
use crate::machine::Machine;

#[test]
fn a_page_holds_flags_tables_plots_and_conditions_and_asks_nobody() {
    let mut slower = document();
    slower.cases[0].repetitions.iter_mut().for_each(|one| one.rate *= 0.9);
    slower.cases[0].id.push_str("<script>");
    let mut before = document();
    before.cases[0].id.push_str("<script>");
    let results = [("old.json".to_owned(), before), ("new.json".to_owned(), slower)];
    let report = Report::new(&results, &[]);
    let page = report.html();
    for word in [
        "<h2>What a reader has to know</h2>",
        "nonces were skipped",
        "slower",
        "Simulated CPU",
        "a virtual machine",
        "65.0 W wall, net 45.0 W",
        "role=\"img\"",
        "leave 98.70 % of the rate",
        "new job on gpu:vulkan:0",
    ] {
        assert!(page.contains(word), "{word} is missing");
    }
    for word in ["http://", "https://", "<script", "<link", "<img", "url("] {
        let found =
            page.matches(word).count() - if word == "http://" { page.matches("http://www.w3.org/").count() } else { 0 };
        assert_eq!(found, 0, "{word}: it needs nothing from elsewhere");
    }
    let names: Vec<String> = report.plots().into_iter().map(|plot| plot.name).collect();
    assert_eq!(names.iter().filter(|name| name.contains("rate-blake3")).count(), 2, "{names:?}");
    assert!(
        names.contains(&"change-2".to_owned()) && names.iter().any(|name| name.contains("efficiency")),
        "{names:?}"
    );
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')), "{names:?}");
}

fn load(share_rate: f64, p99_ms: f64, connections: usize) -> Load {
    let times = Some(Times {
        count: 100,
        min_ms: 0.1,
        p50_ms: p99_ms / 10.0,
        p90_ms: p99_ms / 2.0,
        p99_ms,
        p999_ms: 1.5 * p99_ms,
        max_ms: 2.0 * p99_ms,
    });
    Load {
        connections: Counts { wanted: connections, up: connections, failed: 0 },
        last_trouble: None,
        connect: times,
        login: times,
        first_job: times,
        fan_out: times,
        share_rate,
        mix: Mix::default(),
        seconds: 10.0,
        shares: Shares { due: 100, sent: 100, accepted: 99, accepted_wrongly: 1, ..Shares::default() },
        answer: times,
        own_delay: times,
        reconnect: None,
        server: Some(Server {
            bytes_before: 8 << 20,
            bytes_a_connection: 10_240.0,
            login_s: 0.5,
            s_a_thousand_shares: Some(0.025),
        }),
        is_interrupted: false,
    }
}

#[test]
fn a_load_on_a_pool_is_shown_beside_results_of_hardware() {
    let loads =
        |connections| vec![load(10.0, 2.0, connections), load(20.0, 4.0, connections), load(40.0, 90.0, connections)];
    let document = |connections| LoadDocument {
        schema: LoadDocument::SCHEMA.to_owned(),
        created: "2026-11-21T00:50:07Z".to_owned(),
        tool: document().tool,
        machine: Machine { cpu: "Simulated CPU".to_owned(), threads: 2, is_virtual: false },
        company: None,
        bound_ms: Some(20.0),
        cases: loads(connections),
        integrity: None,
    };
    let loads = [("few.json".to_owned(), document(100)), ("many.json".to_owned(), document(1000))];
    let report = Report::new(&[], &loads);
    let page = report.html();
    for word in [
        "3 wrong shares were accepted",
        "share answer",
        "few.json",
        "blue the median",
        "bound: 20 ms",
        "1000 connections",
        "8.0 MiB before, 10.0 KiB a connection",
    ] {
        assert!(page.contains(word), "{word} is missing");
    }
    let plots = report.plots();
    let words =
        |name: &str| plots.iter().find(|plot| plot.name == name).map(|plot| plot.words.clone()).unwrap_or_default();
    assert!(words("1-load-rates").ends_with("up to 20 ms the highest that is kept is 20"), "{}", words("1-load-rates"));
    assert!(words("2-load-times").starts_with("1000 connections, 20 shares a second: "), "{}", words("2-load-times"));
    assert!(words("load-fan-out").contains("100 connections 0.20 / 2.00 / 4.00 ms"), "{}", words("load-fan-out"));
    let text = super::super::load_text(&loads[0].1);
    assert!(text.contains("highest rate with a 99th percentile up to 20 ms: 20 shares a second"), "{text}");
}

#[test]
fn three_results_show_a_trend_by_their_dates() {
    let of = |day: u32, rate: f64| {
        let mut document = document();
        document.created = format!("2026-11-{day:02}T00:00:00Z");
        document.cases[0].summary.as_mut().expect("it has one").rate_mean = rate;
        (format!("{day}.json"), document)
    };
    let results = [of(3, 1.1e6), of(1, 1e6), of(2, 1.3e6)];
    let plots = Report::new(&results, &[]).plots();
    let trend = plots.iter().find(|plot| plot.name == "trend-blake3").expect("there are three");
    assert!(
        trend.words.contains("blake3/cpu/test/t2 +10.0 %") && trend.svg().contains("2026-11-02"),
        "{}",
        trend.words
    );
    assert!(Report::new(&results[..2], &[]).plots().iter().all(|plot| !plot.name.starts_with("trend")));
}

#[test]
fn several_numbers_of_threads_make_a_curve() {
    let mut document = document();
    let mut one = document.cases[0].clone();
    one.settings.threads = 1;
    one.id = "blake3/cpu/test/t1".to_owned();
    one.summary.as_mut().expect("it has one").rate_mean /= 1.9;
    document.cases.push(one);
    let results = [("result.json".to_owned(), document)];
    let plots = Report::new(&results, &[]).plots();
    let curve = plots.iter().find(|plot| plot.name == "scaling-blake3").expect("there are two numbers of threads");
    assert!(curve.words.contains("2 threads do 1.90 times one"), "{}", curve.words);
}
