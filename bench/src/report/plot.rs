//! Plots as SVG, in colours that those who see fewer can tell apart (Okabe and Ito, 2008), each with its text alternative.

use std::fmt::Write;

use super::page::escaped;

/// Of bars and first lines.
const BLUE: &str = "#0072b2";
/// Of further lines, and of what got slower.
const VERMILION: &str = "#d55e00";
/// Of what got faster.
const GREEN: &str = "#009e73";
/// Of what is neither, and of what would be ideal.
const GREY: &str = "#6e6e6e";
const BLACK: &str = "#111111";
/// One a line, again from the first where there are more.
const COLORS: [&str; 8] = [BLUE, VERMILION, GREEN, "#cc79a7", "#e69f00", "#56b4e9", BLACK, GREY];

const WIDTH: f64 = 860.0;
/// Of the names beside bars.
const NAMES: f64 = 260.0;
const ROW: f64 = 30.0;
/// Of a panel over time.
const PANEL: f64 = 140.0;
/// About so many numbers stand at an axis.
const TICKS: u32 = 6;

/// A plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// Its name as a file, without the ending: `rate-sha256d`.
    pub name: String,
    /// What it shows, for those who do not see it.
    pub words: String,
    /// The drawing.
    pub svg: String,
}

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
    let across = Axis { from: 0.0, to: most / scale, start: NAMES, end: WIDTH - 190.0 };
    let mut svg = rows(&across, bars.len(), &format!("{what}, {letter}{unit}"));
    for (at, bar) in bars.iter().enumerate() {
        let middle = middle_of(at);
        let end = across.at((bar.value / scale).max(0.0));
        svg.rectangle(NAMES, middle - 9.0, end - NAMES, 18.0);
        let right =
            bar.interval.map_or(end, |ends| svg.whisker(&across, ends.map(|at| at.max(0.0) / scale), middle, BLACK));
        svg.text(8.0, middle + 5.0, "start", 14, &bar.name);
        svg.text(right.max(end) + 8.0, middle + 4.0, "start", 12, &bar.shown);
    }
    Some(svg.plot(name, words, height_of(bars.len())))
}

/// Points with their intervals around zero: changes in percent.
pub(super) fn changes(name: &str, words: &str, points: &[Bar]) -> Option<Plot> {
    if points.is_empty() || !points.iter().all(Bar::can_be_drawn) {
        return None;
    }
    let most = points.iter().map(Bar::furthest).fold(1.0, f64::max);
    let across = Axis { from: -most, to: most, start: NAMES, end: WIDTH - 190.0 };
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
        svg.text(8.0, middle + 5.0, "start", 14, &point.name);
        svg.text(right.max(across.at(point.value)) + 8.0, middle + 4.0, "start", 12, &point.shown);
    }
    Some(svg.plot(name, words, height_of(points.len())))
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
            svg.line((across.start, up.at(tick.0)), (across.end, up.at(tick.0)), "#dddddd", 1.0);
            svg.text(across.start - 8.0, up.at(tick.0) + 4.0, "end", 12, &tick.1);
        }
        svg.text(8.0, top + 14.0, "start", 12, &curve.axis);
        svg.line((across.start, up.start), (across.end, up.start), BLACK, 1.0);
        for piece in &curve.pieces {
            let piece: Vec<(f64, f64)> = piece.iter().map(|(x, y)| (across.at(*x), up.at(*y))).collect();
            svg.path(&piece, COLORS[at % COLORS.len()]);
        }
    }
    let bottom = PANEL * curves.len() as f64 - 10.0;
    svg.below(&across, bottom, "measured time, s");
    Some(svg.plot(name, words, bottom + 45.0))
}

/// What several threads do to what one does, beside what they ideally would.
pub(super) fn scaling(name: &str, words: &str, curves: &[(String, Vec<(f64, f64)>)]) -> Option<Plot> {
    let points = || curves.iter().flat_map(|(_, points)| points);
    let most = points().map(|(threads, times)| threads.max(*times)).fold(1.0, f64::max);
    if !points().all(|(threads, times)| can_be_drawn(*threads) && can_be_drawn(*times)) {
        return None;
    }
    let across = Axis { from: 0.0, to: most, start: 70.0, end: 560.0 };
    let up = Axis { from: 0.0, to: most, start: 340.0, end: 20.0 };
    let mut svg = Drawing::default();
    for (value, label) in up.ticks() {
        svg.line((across.start, up.at(value)), (across.end, up.at(value)), "#dddddd", 1.0);
        svg.text(across.start - 8.0, up.at(value) + 4.0, "end", 12, &label);
    }
    svg.below(&across, up.start, "threads");
    svg.text(8.0, 14.0, "start", 12, "times the rate of one thread");
    svg.line((across.at(0.0), up.at(0.0)), (across.at(most), up.at(most)), GREY, 1.0);
    svg.text(590.0, 34.0, "start", 12, "grey: each thread adds a whole one");
    for (at, (name, points)) in curves.iter().enumerate() {
        let color = COLORS[at % COLORS.len()];
        let points: Vec<(f64, f64)> = points.iter().map(|(x, y)| (across.at(*x), up.at(*y))).collect();
        svg.path(&points, color);
        for (x, y) in &points {
            svg.circle(*x, *y, color);
        }
        let row = 56.0 + 18.0 * at as f64;
        svg.circle(596.0, row - 4.0, color);
        svg.text(606.0, row, "start", 12, name);
    }
    Some(svg.plot(name, words, (80.0 + 18.0 * curves.len() as f64).max(390.0)))
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
        let rough = (self.to - self.from) / f64::from(TICKS);
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

/// A drawing without its frame.
#[derive(Default)]
struct Drawing(String);

impl Drawing {
    fn line(&mut self, from: (f64, f64), to: (f64, f64), color: &str, width: f64) {
        let (x1, y1, x2, y2) = (from.0, from.1, to.0, to.1);
        let _ = writeln!(
            self.0,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{color}\" stroke-width=\"{width}\"/>"
        );
    }

    fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64) {
        let _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{BLUE}\" fill-opacity=\"0.75\"/>"
        );
    }

    fn circle(&mut self, x: f64, y: f64, color: &str) {
        let _ = writeln!(self.0, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{color}\"/>");
    }

    fn text(&mut self, x: f64, y: f64, anchor: &str, size: u32, text: &str) {
        let text = escaped(text);
        let _ = writeln!(
            self.0,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{BLACK}\">{text}</text>"
        );
    }

    fn path(&mut self, points: &[(f64, f64)], color: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let points = points.join(" ");
        let _ = writeln!(self.0, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>");
    }

    /// An interval with its ends; where the upper one is.
    fn whisker(&mut self, across: &Axis, [low, high]: [f64; 2], y: f64, color: &str) -> f64 {
        let (low, high) = (across.at(low), across.at(high));
        self.line((low, y), (high, y), color, 2.0);
        for end in [low, high] {
            self.line((end, y - 5.0), (end, y + 5.0), color, 2.0);
        }
        high
    }

    /// The numbers of a horizontal axis at this height, and what they count.
    fn below(&mut self, across: &Axis, y: f64, what: &str) {
        self.line((across.start, y), (across.end, y), BLACK, 1.0);
        for (value, label) in across.ticks() {
            self.line((across.at(value), y), (across.at(value), y + 4.0), BLACK, 1.0);
            self.text(across.at(value), y + 17.0, "middle", 12, &label);
        }
        self.text(f64::midpoint(across.start, across.end), y + 36.0, "middle", 13, what);
    }

    fn plot(self, name: &str, words: &str, height: f64) -> Plot {
        let told = escaped(words);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\" aria-label=\"{told}\" font-family=\"sans-serif\">\n<title>{told}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{}</svg>",
            self.0
        );
        Plot { name: name.to_owned(), words: words.to_owned(), svg }
    }
}

/// A drawing of so many rows with the axis below them.
fn rows(across: &Axis, count: usize, axis: &str) -> Drawing {
    let mut svg = Drawing::default();
    let bottom = 10.0 + ROW * count as f64;
    for (value, _) in across.ticks() {
        svg.line((across.at(value), 10.0), (across.at(value), bottom), "#dddddd", 1.0);
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
        assert!(plot.svg.starts_with("<svg ") && plot.svg.contains("role=\"img\""), "{}", plot.svg);
        assert!(plot.svg.contains("aria-label=\"rates of &quot;a&quot; &amp; &lt;b&gt;\""), "{}", plot.svg);
        assert!(!plot.svg.contains("<b>") && plot.svg.contains("rate, MH/s"), "{}", plot.svg);
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
            assert!(plot.is_none_or(|plot| !plot.svg.contains("NaN") && !plot.svg.contains("inf")), "{value}");
        }
        assert!(changes("a", "", &[bar(f64::NAN, None)]).is_none() && changes("a", "", &[bar(0.0, None)]).is_some());
        let still = Curve { axis: "rate".to_owned(), pieces: vec![vec![(0.0, 1.0), (1.0, 1.0)], vec![]] };
        assert!(over_time("a", "", &[still]).is_some_and(|plot| !plot.svg.contains("NaN")));
        assert_eq!(over_time("a", "", &[]), None);
    }

    #[test]
    fn an_axis_has_some_round_numbers() {
        for (from, to, expected) in [
            (0.0, 10.0, &["0", "2", "4", "6", "8", "10"][..]),
            (0.0, 1.3, &["0.0", "0.5", "1.0"]),
            (-3.0, 3.0, &["-3", "-2", "-1", "0", "1", "2", "3"]),
            (78.0, 79.0, &["78.0", "78.2", "78.4", "78.6", "78.8", "79.0"]),
        ] {
            let ticks: Vec<String> =
                Axis { from, to, start: 0.0, end: 1.0 }.ticks().into_iter().map(|tick| tick.1).collect();
            assert_eq!(ticks, expected, "{from} to {to}");
        }
    }
}
