//! A drawing as a list of shapes, which becomes text (SVG) or pixels (PNG).

use std::fmt::Write;

use super::super::page::escaped;
use super::font;

/// Of bars and first lines.
pub(super) const BLUE: Color = Color(0x00, 0x72, 0xb2);
/// Of further lines, and of what got slower.
pub(super) const VERMILION: Color = Color(0xd5, 0x5e, 0x00);
/// Of what got faster.
pub(super) const GREEN: Color = Color(0x00, 0x9e, 0x73);
/// Of what is neither, and of what would be ideal.
pub(super) const GREY: Color = Color(0x6e, 0x6e, 0x6e);
pub(super) const BLACK: Color = Color(0x11, 0x11, 0x11);
/// Of lines that only guide the eye.
pub(super) const PALE: Color = Color(0xdd, 0xdd, 0xdd);
/// Behind what is written over lines.
pub(super) const WHITE: Color = Color(0xff, 0xff, 0xff);
/// One a line, again from the first where there are more; none of them is what guides the eye, or would be ideal.
pub(super) const COLORS: [Color; 7] =
    [BLUE, VERMILION, GREEN, Color(0xcc, 0x79, 0xa7), Color(0xe6, 0x9f, 0x00), Color(0x56, 0xb4, 0xe9), BLACK];

/// How much of what lies behind it a bar lets through: its interval stands before it.
pub(super) const BAR_OPACITY: f32 = 0.75;

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Color(pub(super) u8, pub(super) u8, pub(super) u8);

impl Color {
    fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What a drawing is made of. Units are pixels, from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Line { points: Vec<(f64, f64)>, color: Color, width: f64 },
    Bar { x: f64, y: f64, width: f64, height: f64 },
    Circle { x: f64, y: f64, color: Color },
    Text { x: f64, y: f64, anchor: Anchor, size: u32, text: String },
}

/// Of circles.
pub(super) const RADIUS: f64 = 4.0;

/// A plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    /// Its name as a file, without the ending: `rate-sha256d`.
    pub name: String,
    /// What it shows, for those who do not see it.
    pub words: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

impl Plot {
    /// As SVG, with its text alternative.
    #[must_use]
    pub fn svg(&self) -> String {
        let Self { width, height, .. } = self;
        let told = escaped(&self.words);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" aria-label=\"{told}\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n<title>{told}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        );
        for shape in &self.shapes {
            let _ = writeln!(svg, "{}", shape.svg());
        }
        svg.push_str("</svg>");
        svg
    }
}

impl Shape {
    fn svg(&self) -> String {
        match self {
            Self::Line { points, color, width } => {
                let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
                let (points, color) = (points.join(" "), color.hex());
                format!("<polyline points=\"{points}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{width}\"/>")
            }
            Self::Bar { x, y, width, height } => format!(
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{}\" \
                 fill-opacity=\"{BAR_OPACITY}\"/>",
                BLUE.hex()
            ),
            Self::Circle { x, y, color } => {
                format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{RADIUS}\" fill=\"{}\"/>", color.hex())
            }
            Self::Text { x, y, anchor, size, text } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let (color, text) = (BLACK.hex(), escaped(text));
                format!(
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{color}\">{text}</text>"
                )
            }
        }
    }
}

/// A drawing without its frame. What stands further right than anything else makes it wider.
#[derive(Default)]
pub(super) struct Drawing(Vec<Shape>);

impl Drawing {
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), color: Color, width: f64) {
        self.0.push(Shape::Line { points: vec![from, to], color, width });
    }

    pub(super) fn path(&mut self, points: Vec<(f64, f64)>, color: Color) {
        self.0.push(Shape::Line { points, color, width: 2.0 });
    }

    pub(super) fn bar(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.0.push(Shape::Bar { x, y, width, height });
    }

    pub(super) fn circle(&mut self, x: f64, y: f64, color: Color) {
        self.0.push(Shape::Circle { x, y, color });
    }

    pub(super) fn text(&mut self, x: f64, y: f64, anchor: Anchor, size: u32, text: &str) {
        self.0.push(Shape::Text { x, y, anchor, size, text: text.to_owned() });
    }

    pub(super) fn plot(self, name: &str, words: &str, width: f64, height: f64) -> Plot {
        let right = self.0.iter().map(Shape::right).fold(width - 10.0, f64::max);
        Plot { name: name.to_owned(), words: words.to_owned(), width: (right + 10.0).ceil(), height, shapes: self.0 }
    }
}

impl Shape {
    /// Where its text ends; other shapes lie within the frame.
    fn right(&self) -> f64 {
        match self {
            Self::Text { x, anchor, size, text, .. } => match anchor {
                Anchor::Start => x + font::width(text, *size),
                Anchor::Middle => x + font::width(text, *size) / 2.0,
                Anchor::End => *x,
            },
            _ => 0.0,
        }
    }
}
