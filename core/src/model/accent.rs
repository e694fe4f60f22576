use crate::model::input::{InputFault, InputField, InvalidInput};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The minimum contrast of an accent with white.
///
/// WCAG 2.2 (success criterion 1.4.3) requires 4.5. The margin ensures 4.5 on the tinted backgrounds
/// of pages too.
pub const MIN_ACCENT_CONTRAST: f64 = 5.5;

/// The color of links, buttons and marks on a library's pages. [`Default`] is the color of the
/// style sheet.
///
/// # Example
/// ```
/// # use desktop_delivery::participants::Accent;
/// let accent = Accent::new("#0B5394")?;
/// assert_eq!(accent.as_str(), "#0b5394");
/// assert!(Accent::new("#ffcc00").is_err(), "white text on it is hard to read");
/// assert!(Accent::default().is_empty());
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent(String);

impl Accent {
    /// Accepts `#` and six hexadecimal digits, the sRGB values of red, green and blue, or an empty
    /// text. White space around it is ignored.
    ///
    /// # Errors
    /// [`InvalidInput`] for any other text, and if the contrast with white is lower than
    /// [`MIN_ACCENT_CONTRAST`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidInput> {
        let text = text.as_ref().trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let rgb =
            rgb_of(text).ok_or(InvalidInput::new(InputField::ACCENT, InputFault::NOT_A_COLOR))?;
        if contrast(rgb, [255; 3]) < MIN_ACCENT_CONTRAST {
            return Err(InvalidInput::new(InputField::ACCENT, InputFault::TOO_PALE));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// Returns the color as `#rrggbb` in lowercase, or an empty string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether no color is set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the values of red, green and blue; `None` if no color is set.
    #[must_use]
    pub fn rgb(&self) -> Option<[u8; 3]> {
        rgb_of(&self.0)
    }
}

impl fmt::Debug for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Accent").field(&self.0).finish()
    }
}

impl TryFrom<String> for Accent {
    type Error = InvalidInput;
    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl From<Accent> for String {
    fn from(accent: Accent) -> Self {
        accent.0
    }
}

fn rgb_of(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    let [_, red, green, blue] = value.to_be_bytes();
    Some([red, green, blue])
}

/// Returns the contrast ratio of two colors, 1 to 21 (WCAG 2.2, *contrast ratio*).
#[must_use]
pub fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Returns the relative luminance of an sRGB color, 0 to 1 (WCAG 2.2, *relative luminance*).
fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        let close = |one, other, expected: f64| (contrast(one, other) - expected).abs() < 0.005;
        assert!(close([0; 3], [255; 3], 21.0) && close([255; 3], [255; 3], 1.0));
        // The often cited lightest gray for text on white.
        assert!(close([0x76; 3], [255; 3], 4.54));
        assert!(close([255, 0, 0], [255; 3], 4.0) && close([0, 0, 255], [255; 3], 8.59));
    }

    #[test]
    fn colors_that_are_too_pale_are_refused() {
        for text in ["#14532d", "#0b5394", "#000000", " #7A1F3D "] {
            assert!(Accent::new(text).is_ok(), "{text}");
        }
        for text in ["#ffffff", "#ffcc00", "#767676", "#00aa00"] {
            assert_eq!(*Accent::new(text).unwrap_err().fault(), InputFault::TOO_PALE, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_colors() {
        for text in ["14532d", "#14532", "#14532dd", "#1453zz", "navy", "#+4532d", "#14é2d", "#"] {
            assert_eq!(*Accent::new(text).unwrap_err().fault(), InputFault::NOT_A_COLOR, "{text}");
        }
    }

    #[test]
    fn a_stored_color_is_checked() {
        let read = |json: &str| serde_json::from_str::<Accent>(json);
        assert_eq!(read("\"#14532D\"").unwrap().rgb(), Some([0x14, 0x53, 0x2d]));
        assert!(read("\"\"").unwrap().is_empty());
        assert!(read("\"red;}\"").is_err());
    }
}
