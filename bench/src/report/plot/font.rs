//! The letters of plots: a font of our own, because a machine that measures may have none.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont};

/// The Latin letters of `DejaVu` Sans; `font/LICENSE` says where they come from.
const FONT: &[u8] = include_bytes!("../../../font/DejaVuSans-Latin.ttf");

/// The font.
pub(super) fn font() -> FontRef<'static> {
    FontRef::try_from_slice(FONT).expect("it is compiled in, and a test draws with it")
}

/// The scale at which letters are as high as SVG's `font-size` makes them: of the square that they are designed in.
pub(super) fn scale(font: &impl Font, size: f64) -> PxScale {
    let units = f64::from(font.units_per_em().unwrap_or(2048.0));
    #[expect(clippy::cast_possible_truncation, reason = "sizes of letters are small")]
    PxScale::from((size * f64::from(font.height_unscaled()) / units) as f32)
}

/// How wide a text is, in pixels.
pub(super) fn width(text: &str, size: u32) -> f64 {
    let font = font();
    let scaled = font.as_scaled(scale(&font, f64::from(size)));
    text.chars().map(|letter| f64::from(scaled.h_advance(scaled.glyph_id(letter)))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_the_width_that_others_draw_them_with() {
        // DejaVu Sans: 2048 units an em; a digit takes 1303 of them, a blank 651, an m 1995.
        for (text, size, units) in [("0123456789", 14, 13030.0), ("m m", 12, 4641.0), ("", 12, 0.0)] {
            let expected = units / 2048.0 * f64::from(size);
            assert!((width(text, size) - expected).abs() < 0.2, "{text:?}: {} {expected}", width(text, size));
        }
    }
}
