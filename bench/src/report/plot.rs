//! Plots as SVG and PNG, in colours that those who see fewer can tell apart (Okabe and Ito, 2008), each with its text alternative.

mod drawing;
mod font;
mod png;

pub use self::drawing::Plot;
use self::drawing::{Anchor, BLACK, BLUE, COLORS, Color, Drawing, GREEN, GREY, PALE, VERMILION, WHITE};

const WIDTH: f64 = 860.0;
/// The least room of the names beside bars, and that of what they show.
const NAMES: f64 = 120.0;
const ROOM: f64 = 420.0;
const ROW: f64 = 30.0;
/// Of a panel over time.
const PANEL: f64 = 140.0;
/// About so many numbers stand at an axis.
const TICKS: u32 = 6;

/// One bar, or one point with its interval.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) interval: Option<[f64; 2]>,
    /// What is written beside it.
    pub(super) shown: String,
}

/// A panel over time, and what it shows.
pub(super) struct Curve {
    /// What the vertical axis counts: `MH/s`.
    pub(super) axis: String,
    /// Pieces of the line: between repetitions there is none.
    pub(super) pieces: Vec<Vec<(f64, f64)>>,
}

impl Bar {
    fn can_be_drawn(&self) -> bool {
        can_be_drawn(self.value) && self.interval.is_none_or(|ends| ends.into_iter().all(can_be_drawn))
    }

    fn furthest(&self) -> f64 {
        let [low, high] = self.interval.unwrap_or([self.value; 2]);
        self.value.abs().max(low.abs()).max(high.abs())
    }
}

/// Whether an axis can reach so far: a file may hold any number.
fn can_be_drawn(value: f64) -> bool {
    value.abs() < 1e30
}

/// Horizontal bars from zero, each with its interval, in a unit like `H/s`.
pub(super) fn bars(name: &str, words: &str, what: &str, unit: &str, bars: &[Bar]) -> Option<Plot> {
    let most = bars.iter().map(Bar::furthest).fold(0.0, f64::max);
    if most <= 0.0 || !bars.iter().all(Bar::can_be_drawn) {
        return None;
    }
    let (scale, letter) = scaled(most);
    let start = names_end(bars.iter().map(|bar| bar.name.as_str()));
    let across = Axis { from: 0.0, to: most / scale, start, end: start + ROOM };
    let mut svg = rows(&across, bars.len(), &format!("{what}, {letter}{unit}"));
    for (at, bar) in bars.iter().enumerate() {
        let middle = middle_of(at);
        let end = across.at((bar.value / scale).max(0.0));
        svg.bar(start, middle - 9.0, end - start, 18.0);
        let right =
            bar.interval.map_or(end, |ends| svg.whisker(&across, ends.map(|at| at.max(0.0) / scale), middle, BLACK));
        svg.name(at, &bar.name);
        svg.value(at, right.max(end), &bar.shown);
    }
    Some(svg.plot(name, words, across.end + 30.0, height_of(bars.len())))
}

/// Points with their intervals around zero: changes in percent.
pub(super) fn changes(name: &str, words: &str, points: &[Bar]) -> Option<Plot> {
    if points.is_empty() || !points.iter().all(Bar::can_be_drawn) {
        return None;
    }
    let most = points.iter().map(Bar::furthest).fold(1.0, f64::max);
    let start = names_end(points.iter().map(|point| point.name.as_str()));
    let across = Axis { from: -most, to: most, start, end: start + ROOM };
    let mut svg = rows(&across, points.len(), "change of the rate, %");
    let zero = across.at(0.0);
    svg.line((zero, 10.0), (zero, 10.0 + ROW * points.len() as f64), BLACK, 1.0);
    for (at, point) in points.iter().enumerate() {
        let middle = middle_of(at);
        let interval = point.interval.unwrap_or([point.value; 2]);
        let color = match interval {
            [low, _] if low > 0.0 => GREEN,
            [_, high] if high < 0.0 => VERMILION,
            _ => GREY,
        };
        let right = svg.whisker(&across, interval, middle, color);
        svg.circle(across.at(point.value), middle, color);
        svg.name(at, &point.name);
        svg.value(at, right.max(across.at(point.value)), &point.shown);
    }
    Some(svg.plot(name, words, across.end + 30.0, height_of(points.len())))
}

/// Panels below each other over one time.
pub(super) fn over_time(name: &str, words: &str, curves: &[Curve]) -> Option<Plot> {
    let points = || curves.iter().flat_map(|curve| curve.pieces.iter().flatten());
    if points().next().is_none() || !points().all(|(at, value)| can_be_drawn(*at) && can_be_drawn(*value)) {
        return None;
    }
    let end = points().map(|(at, _)| *at).fold(1e-9, f64::max);
    let across = Axis { from: 0.0, to: end, start: 90.0, end: WIDTH - 20.0 };
    let mut svg = Drawing::default();
    for (at, curve) in curves.iter().enumerate() {
        let values = || curve.pieces.iter().flatten().map(|(_, value)| *value);
        let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
        let room = (0.15 * (high - low)).max(0.01 * high.abs()).max(1e-9);
        let top = 10.0 + PANEL * at as f64;
        let up = Axis { from: low - room, to: high + room, start: top + PANEL - 20.0, end: top };
        for tick in up.ticks() {
            svg.line((across.start, up.at(tick.0)), (across.end, up.at(tick.0)), PALE, 1.0);
            svg.text(across.start - 8.0, up.at(tick.0) + 4.0, Anchor::End, 12, &tick.1);
        }
        svg.text(8.0, top + 14.0, Anchor::Start, 12, &curve.axis);
        svg.line((across.start, up.start), (across.end, up.start), BLACK, 1.0);
        for piece in &curve.pieces {
            let piece: Vec<(f64, f64)> = piece.iter().map(|(x, y)| (across.at(*x), up.at(*y))).collect();
            svg.path(piece, COLORS[at % COLORS.len()]);
        }
    }
    let bottom = PANEL * curves.len() as f64 - 10.0;
    svg.below(&across, bottom, "measured time, s");
    Some(svg.plot(name, words, WIDTH, bottom + 45.0))
}

/// What several threads do to what one does, beside what they ideally would.
pub(super) fn scaling(name: &str, words: &str, what: &str, curves: &[(String, Vec<(f64, f64)>)]) -> Option<Plot> {
    let points = || curves.iter().flat_map(|(_, points)| points);
    let most = points().map(|(threads, times)| threads.max(*times)).fold(1.0, f64::max);
    if !points().all(|(threads, times)| can_be_drawn(*threads) && can_be_drawn(*times)) {
        return None;
    }
    let across = Axis { from: 0.0, to: most, start: 70.0, end: 560.0 };
    let up = Axis { from: 0.0, to: most, start: 350.0, end: 30.0 };
    let mut svg = Drawing::default();
    svg.upright(&across, &up, &format!("{what}: times the rate of one thread"));
    // There is no half a thread.
    svg.numbers_below(&across, across.ticks_from(1.0), up.start, "threads");
    svg.line((across.at(0.0), up.at(0.0)), (across.at(most), up.at(most)), GREY, 1.0);
    svg.text(590.0, 34.0, Anchor::Start, 12, "grey: each thread adds a whole one");
    for (at, (name, points)) in curves.iter().enumerate() {
        let color = COLORS[at % COLORS.len()];
        let points: Vec<(f64, f64)> = points.iter().map(|(x, y)| (across.at(*x), up.at(*y))).collect();
        for (x, y) in &points {
            svg.circle(*x, *y, color);
        }
        svg.path(points, color);
        let row = 56.0 + 18.0 * at as f64;
        svg.circle(596.0, row - 4.0, color);
        svg.text(606.0, row, Anchor::Start, 12, name);
    }
    Some(svg.plot(name, words, WIDTH, (80.0 + 18.0 * curves.len() as f64).max(400.0)))
}

/// How times are spread, in milliseconds.
pub(super) struct Spread {
    pub(super) name: String,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) max: f64,
}

impl Spread {
    /// For people.
    pub(super) fn shown(&self) -> String {
        let digits = |time: f64| if time < 10.0 { format!("{time:.2}") } else { format!("{time:.0}") };
        format!("{} / {} / {} ms", digits(self.p50), digits(self.p99), digits(self.max))
    }
}

/// Times on an axis of powers of ten: the median, the 99th percentile and the longest of each row.
pub(super) fn spreads(name: &str, words: &str, rows: &[Spread]) -> Option<Plot> {
    // A clock of microseconds says 0 of what is shorter.
    let of = |time: f64| time.max(0.001).log10();
    let all = || rows.iter().flat_map(|row| [row.p50, row.p99, row.max]);
    if rows.is_empty() || !all().all(|time| can_be_drawn(time) && time >= 0.0) {
        return None;
    }
    let (low, high) = all().map(of).fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)));
    let start = names_end(rows.iter().map(|row| row.name.as_str()));
    let (from, to) = (low.floor(), (high.ceil()).max(low.floor() + 1.0));
    let across = Axis { from, to, start, end: start + ROOM };
    let bottom = 10.0 + ROW * rows.len() as f64;
    let mut svg = Drawing::default();
    #[expect(clippy::cast_possible_truncation, reason = "from -3 to 30")]
    for power in from as i32..=to as i32 {
        let at = across.at(f64::from(power));
        svg.line((at, 10.0), (at, bottom + 4.0), PALE, 1.0);
        svg.text(at, bottom + 17.0, Anchor::Middle, 12, &format!("{}", 10.0_f64.powi(power)));
    }
    svg.line((across.start, bottom), (across.end, bottom), BLACK, 1.0);
    for (at, row) in rows.iter().enumerate() {
        let middle = middle_of(at);
        let [p50, p99, max] = [row.p50, row.p99, row.max].map(|time| across.at(of(time)));
        svg.line((p50, middle), (max, middle), GREY, 2.0);
        svg.line((max, middle - 5.0), (max, middle + 5.0), GREY, 2.0);
        svg.circle(p99, middle, VERMILION);
        svg.circle(p50, middle, BLUE);
        svg.name(at, &row.name);
        svg.value(at, max, &row.shown());
    }
    let key = "milliseconds: blue the median, red the 99th percentile, grey up to the longest";
    svg.text(f64::midpoint(across.start, across.end), bottom + 36.0, Anchor::Middle, 13, key);
    Some(svg.plot(name, words, across.end + 30.0, height_of(rows.len())))
}

/// How a rate has changed from one result to the next, in percent of the first.
pub(super) struct Trend {
    pub(super) name: String,
    /// The number of the result, the change, and its interval.
    pub(super) points: Vec<(usize, f64, Option<[f64; 2]>)>,
}

/// Changes over results of these dates.
pub(super) fn trend(name: &str, words: &str, dates: &[String], curves: &[Trend]) -> Option<Plot> {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let values = || points().flat_map(|(_, part, ends)| ends.unwrap_or([*part; 2]).into_iter().chain([*part]));
    if points().next().is_none() || !values().all(can_be_drawn) {
        return None;
    }
    let (low, high) = values().fold((-1.0, 1.0), |(low, high): (f64, f64), part| (low.min(part), high.max(part)));
    let across = Axis { from: -0.5, to: dates.len() as f64 - 0.5, start: 80.0, end: 560.0 };
    let up = Axis { from: low * 1.1, to: high * 1.1, start: 300.0, end: 30.0 };
    let mut svg = Drawing::default();
    svg.upright(&across, &up, "change of the rate since the first result, %");
    svg.line((across.start, up.start), (across.end, up.start), BLACK, 1.0);
    // As many dates as do not touch each other.
    let every = dates.len().div_ceil(6).max(1);
    for (at, date) in dates.iter().enumerate().step_by(every) {
        let x = across.at(at as f64);
        svg.line((x, up.start), (x, up.start + 4.0), BLACK, 1.0);
        svg.text(x, up.start + 17.0, Anchor::Middle, 12, date);
    }
    for (number, curve) in curves.iter().enumerate() {
        let color = COLORS[number % COLORS.len()];
        let place = |(at, part, _): &(usize, f64, Option<[f64; 2]>)| (across.at(*at as f64), up.at(*part));
        svg.path(curve.points.iter().map(place).collect(), color);
        for point in &curve.points {
            let (x, y) = place(point);
            if let Some([low, high]) = point.2 {
                svg.line((x, up.at(low)), (x, up.at(high)), color, 2.0);
            }
            svg.circle(x, y, color);
        }
        let row = 44.0 + 18.0 * number as f64;
        svg.circle(596.0, row - 4.0, color);
        svg.text(606.0, row, Anchor::Start, 12, &curve.name);
    }
    Some(svg.plot(name, words, WIDTH, (60.0 + 18.0 * curves.len() as f64).max(340.0)))
}

/// What was measured at one rate.
pub(super) struct Point {
    pub(super) at: f64,
    pub(super) value: f64,
    pub(super) is_kept: bool,
}

/// Times by rates, beside what they were to be.
pub(super) fn sustained(name: &str, words: &str, bound: f64, points: &[Point]) -> Option<Plot> {
    let all = || points.iter().flat_map(|point| [point.at, point.value]).chain([bound]);
    if points.is_empty() || !all().all(|value| can_be_drawn(value) && value >= 0.0) {
        return None;
    }
    let most = points.iter().map(|point| point.at).fold(1e-9, f64::max);
    let longest = points.iter().map(|point| point.value).fold(bound, f64::max).max(1e-9);
    let across = Axis { from: 0.0, to: most * 1.05, start: 80.0, end: WIDTH - 180.0 };
    let up = Axis { from: 0.0, to: longest * 1.1, start: 300.0, end: 30.0 };
    let mut svg = Drawing::default();
    svg.upright(&across, &up, "99th percentile, ms");
    svg.below(&across, up.start, "shares a second");
    svg.line((across.start, up.at(bound)), (across.end, up.at(bound)), GREY, 1.0);
    svg.text(across.end + 8.0, up.at(bound) + 4.0, Anchor::Start, 12, &format!("bound: {bound} ms"));
    for point in points {
        svg.circle(across.at(point.at), up.at(point.value), if point.is_kept { GREEN } else { VERMILION });
    }
    svg.text(across.end + 8.0, 44.0, Anchor::Start, 12, "green: kept, red: not");
    Some(svg.plot(name, words, WIDTH, 350.0))
}

/// An axis with a number at either end, and where on the drawing these are.
struct Axis {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Axis {
    fn at(&self, value: f64) -> f64 {
        let part = (value - self.from) / (self.to - self.from);
        self.start + part.clamp(0.0, 1.0) * (self.end - self.start)
    }

    /// Round numbers on it, with their digits.
    fn ticks(&self) -> Vec<(f64, String)> {
        self.ticks_from(0.0)
    }

    /// The same, no closer to each other than this.
    fn ticks_from(&self, least: f64) -> Vec<(f64, String)> {
        let rough = ((self.to - self.from) / f64::from(TICKS)).max(least);
        let power = 10.0_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|one| one * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of digits, from 0 to 12")]
        let digits = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
        let first = (self.from / step).ceil();
        let values = (0..=2 * TICKS).map(|at| (first + f64::from(at)) * step);
        // Zero has no sign.
        values
            .filter(|value| *value <= self.to + step * 1e-6)
            .map(|value| (value, format!("{:.digits$}", value + 0.0)))
            .collect()
    }
}

impl Drawing {
    /// An interval with its ends; where the upper one is.
    fn whisker(&mut self, across: &Axis, [low, high]: [f64; 2], y: f64, color: Color) -> f64 {
        let (low, high) = (across.at(low), across.at(high));
        self.line((low, y), (high, y), color, 2.0);
        for end in [low, high] {
            self.line((end, y - 5.0), (end, y + 5.0), color, 2.0);
        }
        high
    }

    /// The numbers of a horizontal axis at this height, and what they count.
    fn below(&mut self, across: &Axis, y: f64, what: &str) {
        self.numbers_below(across, across.ticks(), y, what);
    }

    fn numbers_below(&mut self, across: &Axis, ticks: Vec<(f64, String)>, y: f64, what: &str) {
        self.line((across.start, y), (across.end, y), BLACK, 1.0);
        for (value, label) in ticks {
            self.line((across.at(value), y), (across.at(value), y + 4.0), BLACK, 1.0);
            self.text(across.at(value), y + 17.0, Anchor::Middle, 12, &label);
        }
        self.text(f64::midpoint(across.start, across.end), y + 36.0, Anchor::Middle, 13, what);
    }

    /// The numbers of a vertical axis, with lines across, and what they count.
    fn upright(&mut self, across: &Axis, up: &Axis, what: &str) {
        for (value, label) in up.ticks() {
            self.line((across.start, up.at(value)), (across.end, up.at(value)), PALE, 1.0);
            self.text(across.start - 8.0, up.at(value) + 4.0, Anchor::End, 12, &label);
        }
        self.text(8.0, up.end - 12.0, Anchor::Start, 12, what);
    }

    /// The names of rows, in front of what they show.
    fn name(&mut self, row: usize, name: &str) {
        self.text(8.0, middle_of(row) + 5.0, Anchor::Start, 14, name);
    }

    /// What a row says, behind what it shows.
    fn value(&mut self, row: usize, right: f64, value: &str) {
        // Lines behind would run through it.
        let (y, end) = (middle_of(row), right + 10.0 + font::width(value, 12));
        self.line((right + 6.0, y), (end, y), WHITE, 16.0);
        self.text(right + 8.0, middle_of(row) + 4.0, Anchor::Start, 12, value);
    }
}

/// Where the names of rows end.
fn names_end<'n>(names: impl Iterator<Item = &'n str>) -> f64 {
    names.map(|name| 24.0 + font::width(name, 14)).fold(NAMES, f64::max)
}

/// A drawing of so many rows with the axis below them.
fn rows(across: &Axis, count: usize, axis: &str) -> Drawing {
    let mut svg = Drawing::default();
    let bottom = 10.0 + ROW * count as f64;
    for (value, _) in across.ticks() {
        svg.line((across.at(value), 10.0), (across.at(value), bottom), PALE, 1.0);
    }
    svg.below(across, bottom, axis);
    svg
}

fn middle_of(row: usize) -> f64 {
    10.0 + ROW * (row as f64 + 0.5)
}

fn height_of(rows: usize) -> f64 {
    10.0 + ROW * rows as f64 + 45.0
}

/// By what numbers up to `most` are divided, and the letter for it.
pub(super) fn scaled(most: f64) -> (f64, &'static str) {
    let units = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    units.into_iter().find(|(scale, _)| most >= *scale).unwrap_or((1.0, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plot_has_a_text_alternative_and_escapes_what_it_is_told() {
        let (name, shown) = ("cpu/<b>".to_owned(), "2.50 MH/s".to_owned());
        let bar = Bar { name, value: 2.5e6, interval: Some([2.4e6, 2.6e6]), shown };
        let plot = bars("rate", "rates of \"a\" & <b>", "rate", "H/s", &[bar]).expect("it can be drawn");
        assert!(plot.svg().starts_with("<svg ") && plot.svg().contains("role=\"img\""), "{}", plot.svg());
        assert!(plot.svg().contains("aria-label=\"rates of &quot;a&quot; &amp; &lt;b&gt;\""), "{}", plot.svg());
        assert!(!plot.svg().contains("<b>") && plot.svg().contains("rate, MH/s"), "{}", plot.svg());
        assert_eq!(bars("rate", "none", "rate", "H/s", &[]), None);
    }

    #[test]
    fn odd_numbers_are_drawn_or_left_out() {
        let bar = |value, interval| Bar { name: String::new(), value, interval, shown: String::new() };
        for (value, is_drawn) in
            [(1e-300, true), (1e29, true), (0.0, false), (1e300, false), (f64::NAN, false), (f64::INFINITY, false)]
        {
            let plot = bars("a", "", "rate", "H/s", &[bar(value, Some([value, value]))]);
            assert_eq!(plot.is_some(), is_drawn, "{value}");
            assert!(plot.is_none_or(|plot| !plot.svg().contains("NaN") && !plot.svg().contains("inf")), "{value}");
        }
        assert!(changes("a", "", &[bar(f64::NAN, None)]).is_none() && changes("a", "", &[bar(0.0, None)]).is_some());
        let still = Curve { axis: "rate".to_owned(), pieces: vec![vec![(0.0, 1.0), (1.0, 1.0)], vec![]] };
        assert!(over_time("a", "", &[still]).is_some_and(|plot| !plot.svg().contains("NaN")));
        assert_eq!(over_time("a", "", &[]), None);
    }

    #[test]
    fn an_axis_has_some_round_numbers() {
        for (from, to, expected) in [
            (0.0, 10.0, &["0", "2", "4", "6", "8", "10"][..]),
            (0.0, 1.3, &["0.0", "0.5", "1.0"]),
            (0.0, 2.0, &["0.0", "0.5", "1.0", "1.5", "2.0"]),
            (-3.0, 3.0, &["-3", "-2", "-1", "0", "1", "2", "3"]),
            (78.0, 79.0, &["78.0", "78.2", "78.4", "78.6", "78.8", "79.0"]),
        ] {
            let ticks: Vec<String> =
                Axis { from, to, start: 0.0, end: 1.0 }.ticks().into_iter().map(|tick| tick.1).collect();
            assert_eq!(ticks, expected, "{from} to {to}");
        }
        let threads = Axis { from: 0.0, to: 2.0, start: 0.0, end: 1.0 };
        assert_eq!(threads.ticks_from(1.0).into_iter().map(|tick| tick.1).collect::<Vec<_>>(), ["0", "1", "2"]);
    }
}
