//! Plots as pixels.

use ab_glyph::{Font, Glyph, ScaleFont, point};
use tiny_skia::{FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Rect, Stroke, Transform};

use super::drawing::{Anchor, BAR_OPACITY, BLACK, BLUE, Color, Plot, RADIUS, Shape};
use super::font;

/// Pixels to a unit of the drawing: sharp on dense screens, and large enough for print.
const DENSITY: f64 = 2.0;

impl Plot {
    /// As PNG, with two pixels to each of the SVG.
    ///
    /// # Panics
    /// Never: a plot has some width, and its height is bounded by the number of cases that are shown.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        let (width, height) = (pixels(self.width), pixels(self.height));
        let mut pixmap = Pixmap::new(width, height).expect("a plot is neither empty nor endless");
        pixmap.fill(tiny_skia::Color::WHITE);
        for shape in &self.shapes {
            draw(&mut pixmap, shape);
        }
        pixmap.encode_png().expect("memory takes all that is written to it")
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "plots are some thousand pixels large")]
fn pixels(length: f64) -> u32 {
    (length * DENSITY).ceil().clamp(1.0, 16_000.0) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "places in a plot need no more digits")]
fn place(at: f64) -> f32 {
    at as f32
}

fn paint(Color(red, green, blue): Color, opacity: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    let part = |byte: u8| f32::from(byte) / 255.0;
    if let Some(color) = tiny_skia::Color::from_rgba(part(red), part(green), part(blue), opacity) {
        paint.set_color(color);
    }
    paint
}

fn draw(pixmap: &mut Pixmap, shape: &Shape) {
    let dense = Transform::from_scale(place(DENSITY), place(DENSITY));
    match shape {
        Shape::Line { points, color, width } => {
            let mut path = PathBuilder::new();
            for (at, (x, y)) in points.iter().enumerate() {
                if at == 0 { path.move_to(place(*x), place(*y)) } else { path.line_to(place(*x), place(*y)) }
            }
            let stroke = Stroke {
                width: place(*width),
                line_cap: LineCap::Butt,
                line_join: LineJoin::Round,
                ..Stroke::default()
            };
            // A single point is no line.
            if let Some(path) = path.finish() {
                pixmap.stroke_path(&path, &paint(*color, 1.0), &stroke, dense, None);
            }
        }
        Shape::Bar { x, y, width, height } => {
            // A bar of no width is none.
            if let Some(bar) = Rect::from_xywh(place(*x), place(*y), place(*width), place(*height)) {
                pixmap.fill_rect(bar, &paint(BLUE, BAR_OPACITY), dense, None);
            }
        }
        Shape::Circle { x, y, color } => {
            if let Some(circle) = PathBuilder::from_circle(place(*x), place(*y), place(RADIUS)) {
                pixmap.fill_path(&circle, &paint(*color, 1.0), FillRule::Winding, dense, None);
            }
        }
        Shape::Text { x, y, anchor, size, text } => {
            let start = match anchor {
                Anchor::Start => *x,
                Anchor::Middle => x - font::width(text, *size) / 2.0,
                Anchor::End => x - font::width(text, *size),
            };
            letters(pixmap, (start, *y), f64::from(*size), text);
        }
    }
}

/// Writes a text that begins there, on its base line.
fn letters(pixmap: &mut Pixmap, (x, y): (f64, f64), size: f64, text: &str) {
    let font = font::font();
    let scale = font::scale(&font, size * DENSITY);
    let scaled = font.as_scaled(scale);
    let mut at = place(x * DENSITY);
    for letter in text.chars() {
        let id = scaled.glyph_id(letter);
        let glyph: Glyph = id.with_scale_and_position(scale, point(at, place(y * DENSITY)));
        at += scaled.h_advance(id);
        // Blanks have none.
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|right, down, cover| ink(pixmap, corner.x + right as f32, corner.y + down as f32, cover));
    }
}

/// Covers a pixel in part with the colour of letters.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked against the frame, and from 0 to 255"
)]
fn ink(pixmap: &mut Pixmap, x: f32, y: f32, cover: f32) {
    if x < 0.0 || y < 0.0 || x >= pixmap.width() as f32 || y >= pixmap.height() as f32 {
        return;
    }
    let at = (y as usize * pixmap.width() as usize + x as usize) * 4;
    let cover = cover.clamp(0.0, 1.0);
    // The ground is opaque, so that its colours are not multiplied by anything.
    for (byte, color) in pixmap.data_mut()[at..at + 3].iter_mut().zip([BLACK.0, BLACK.1, BLACK.2]) {
        *byte = (f32::from(*byte) * (1.0 - cover) + f32::from(color) * cover).round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::super::drawing::{Drawing, GREEN};
    use super::*;

    fn read(png: &[u8]) -> Pixmap {
        Pixmap::decode_png(png).expect("it is a PNG")
    }

    #[test]
    fn a_plot_has_the_pixels_of_its_shapes_and_its_letters() {
        let mut drawing = Drawing::default();
        drawing.circle(50.0, 20.0, GREEN);
        drawing.bar(10.0, 40.0, 30.0, 10.0);
        drawing.line((0.0, 60.0), (100.0, 60.0), BLACK, 2.0);
        let bare = drawing.plot("a", "b", 100.0, 70.0);
        let found = read(&bare.png());
        assert_eq!((found.width(), found.height()), (200, 140));
        let color = |x, y| found.pixel(x, y).map(|pixel| (pixel.red(), pixel.green(), pixel.blue()));
        for (what, x, y, expected) in [
            ("the ground", 4, 4, (255, 255, 255)),
            ("the middle of the circle", 100, 40, (0x00, 0x9e, 0x73)),
            ("the line", 100, 120, (0x11, 0x11, 0x11)),
        ] {
            assert_eq!(color(x, y), Some(expected), "{what}");
        }
        assert!(color(50, 90).is_some_and(|(red, _, blue)| red < 90 && blue > 150), "the bar lets some through");
        let ink = |text: &str| {
            let mut drawing = Drawing::default();
            drawing.text(5.0, 20.0, Anchor::Start, 14, text);
            let png = drawing.plot("a", "b", 100.0, 30.0).png();
            read(&png).pixels().iter().filter(|pixel| pixel.red() < 128).count()
        };
        assert_eq!(ink("   "), 0);
        assert!(ink("MH/s") > 100 && ink("MH/s MH/s") > 3 * ink("MH/s") / 2, "{}", ink("MH/s"));
        assert!(ink("± 0.5 % °C") > 100, "signs that tables hold");
    }

    #[test]
    fn odd_shapes_are_drawn_or_left_out() {
        let mut drawing = Drawing::default();
        drawing.path(vec![(1.0, 1.0)], BLACK);
        drawing.path(Vec::new(), BLACK);
        drawing.bar(1.0, 1.0, 0.0, 5.0);
        drawing.text(-50.0, -5.0, Anchor::End, 14, "outside \u{1f600} 計");
        drawing.text(90.0, 25.0, Anchor::Start, 14, "wider than it was");
        let plot = drawing.plot("a", "b", 100.0, 30.0);
        assert!(plot.width > 150.0 && read(&plot.png()).width() > 300, "it grows with its text");
    }
}
