use desktop_delivery::participants::{Accent, contrast};
use std::fmt::Write as _;

/// The lowest contrast of text (WCAG 2.2, success criterion 1.4.3).
const TEXT_CONTRAST: f64 = 4.5;

/// `--card` of the style sheet in dark mode, the lightest of its dark backgrounds.
const DARK_CARD: [u8; 3] = [0x1e, 0x22, 0x25];

const WHITE: [u8; 3] = [255; 3];

/// Returns the rules that set an accent in the variables of the style sheet, for light and dark
/// mode. Empty if no accent is set.
///
/// In dark mode, the color is lightened until it has the contrast of text on dark backgrounds.
#[must_use]
pub fn accent_rules(accent: &Accent) -> String {
    let Some(color) = accent.rgb() else { return String::new() };
    let mut rules = String::from(":root{");
    declare(&mut rules, color, WHITE, tint(color));
    let light = on_dark(color);
    rules.push_str("}@media (prefers-color-scheme:dark){:root{");
    declare(&mut rules, light, DARK_INK, dark_tint(light));
    rules.push_str("}}");
    rules
}

/// The text of buttons in dark mode.
const DARK_INK: [u8; 3] = [0x10, 0x14, 0x16];

fn declare(rules: &mut String, accent: [u8; 3], ink: [u8; 3], paper: [u8; 3]) {
    for (name, [red, green, blue]) in
        [("accent", accent), ("accent-ink", ink), ("accent-paper", paper)]
    {
        // Writing to a string cannot fail.
        let _ok = write!(rules, "--{name}:#{red:02x}{green:02x}{blue:02x};");
    }
}

/// The background of marks in light mode.
fn tint(color: [u8; 3]) -> [u8; 3] {
    mix(color, WHITE, 92)
}

/// The background of marks in dark mode.
fn dark_tint(color: [u8; 3]) -> [u8; 3] {
    mix(color, DARK_CARD, 90)
}

/// Lightens a color until it has the contrast of text on dark backgrounds.
fn on_dark(color: [u8; 3]) -> [u8; 3] {
    let readable = |color: &[u8; 3]| contrast(*color, dark_tint(*color)) >= TEXT_CONTRAST;
    (0..=20).map(|step| mix(color, WHITE, step * 5)).find(readable).unwrap_or(WHITE)
}

/// Mixes a color with `percent` of another.
fn mix(color: [u8; 3], other: [u8; 3], percent: u16) -> [u8; 3] {
    let mut mixed = color;
    for (value, other) in mixed.iter_mut().zip(other) {
        let sum = u16::from(*value) * (100 - percent) + u16::from(other) * percent;
        *value = u8::try_from(sum / 100).unwrap_or(u8::MAX);
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::STYLE_SHEET;

    /// Returns the colors of a variable in the rules, for light and dark mode.
    fn colors(rules: &str, name: &str) -> Vec<[u8; 3]> {
        let start = format!("--{name}:");
        let parts = rules.split(&*start).skip(1).map(str::trim_start);
        parts.map(|rest| rgb(&rest[..7])).collect()
    }

    fn rgb(text: &str) -> [u8; 3] {
        let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        [digit(1), digit(3), digit(5)]
    }

    #[test]
    fn every_accepted_accent_is_readable_on_every_background_of_the_style_sheet() {
        let mut accepted = 0;
        for value in (0..0x0100_0000_u32).step_by(4_099) {
            let Ok(accent) = Accent::new(format!("#{value:06x}")) else { continue };
            accepted += 1;
            let rules = accent_rules(&accent);
            let (accents, inks, papers) = (
                colors(&rules, "accent"),
                colors(&rules, "accent-ink"),
                colors(&rules, "accent-paper"),
            );
            for mode in 0..2 {
                assert!(contrast(accents[mode], inks[mode]) >= TEXT_CONTRAST, "ink: {rules}");
                let mut backgrounds = vec![papers[mode]];
                for name in ["paper", "card", "well"] {
                    backgrounds.push(colors(STYLE_SHEET, name)[mode]);
                }
                for background in backgrounds {
                    let ratio = contrast(accents[mode], background);
                    assert!(ratio >= TEXT_CONTRAST, "{ratio} on {background:02x?}: {rules}");
                }
            }
        }
        assert!(accepted > 1_000, "{accepted}");
    }

    #[test]
    fn no_accent_has_no_rules() {
        assert_eq!(accent_rules(&Accent::default()), "");
    }
}
