/// The meaning of the samples of a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Color {
    Cmyk,
    Gray {
        /// Whether 0 is white.
        is_inverted: bool,
    },
    Palette(Vec<[u8; 3]>),
    Rgb,
    YCbCr,
}

/// Whether the color of a translucent pixel is already multiplied by its alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpha {
    Applied,
    ToApply,
}

impl Color {
    /// The number of samples of a color.
    pub(super) const fn samples(&self) -> usize {
        match self {
            Self::Gray { .. } | Self::Palette(_) => 1,
            Self::Rgb | Self::YCbCr => 3,
            Self::Cmyk => 4,
        }
    }

    /// The number of bytes of a drawn pixel: one for shades of gray.
    pub(super) const fn channels(&self) -> usize {
        match self {
            Self::Gray { .. } => 1,
            _ => 3,
        }
    }

    /// Draws pixels with `samples` samples each, whose maximum value is `most`, on white.
    pub(super) fn draw(
        &self,
        raw: &[u8],
        samples: usize,
        most: u8,
        alpha: Option<Alpha>,
        to: &mut [u8],
    ) {
        let scaled = |value: u8| match most {
            255 => value,
            most => value.min(most) * (255 / most),
        };
        let pixels = raw.chunks_exact(samples).zip(to.chunks_exact_mut(self.channels()));
        for (from, to) in pixels {
            match self {
                Self::Gray { is_inverted } => {
                    let value = scaled(from[0]);
                    to[0] = if *is_inverted { 255 - value } else { value };
                }
                Self::Palette(colors) => {
                    let color = colors.get(usize::from(from[0])).copied();
                    to.copy_from_slice(&color.unwrap_or([u8::MAX; 3]));
                }
                Self::Rgb => {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to = scaled(*from));
                }
                Self::Cmyk => {
                    let black = u16::from(from[3]);
                    for (to, ink) in to.iter_mut().zip(from) {
                        let light = (255 - u16::from(*ink)) * (255 - black) / 255;
                        *to = u8::try_from(light).unwrap_or(u8::MAX);
                    }
                }
                Self::YCbCr => to.copy_from_slice(&rgb_of(from[0], from[1], from[2])),
            }
            let covered = alpha.and_then(|alpha| Some((alpha, scaled(*from.get(self.samples())?))));
            if let Some((alpha, covered)) = covered {
                for value in to {
                    let ink = match alpha {
                        Alpha::Applied => u16::from(*value) * 255,
                        Alpha::ToApply => u16::from(*value) * u16::from(covered),
                    };
                    let mixed = (ink.saturating_add(255 * (255 - u16::from(covered))) + 127) / 255;
                    *value = u8::try_from(mixed).unwrap_or(u8::MAX);
                }
            }
        }
    }
}

/// Converts YCbCr as in ITU-R BT.601, the default of TIFF 6.0, section 21.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn rgb_of(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (f32::from(luma), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    [
        1.402_f32.mul_add(red, luma),
        0.714_136_f32.mul_add(-red, 0.344_136_f32.mul_add(-blue, luma)),
        1.772_f32.mul_add(blue, luma),
    ]
    .map(|value| value.round().clamp(0.0, 255.0) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(color: &Color, raw: &[u8], samples: usize, most: u8, alpha: Option<Alpha>) -> Vec<u8> {
        let mut to = vec![0; raw.len() / samples * color.channels()];
        color.draw(raw, samples, most, alpha, &mut to);
        to
    }

    #[test]
    fn each_color_is_drawn() {
        let gray = |is_inverted| Color::Gray { is_inverted };
        assert_eq!(drawn(&gray(false), &[0, 1], 1, 1, None), [0, 255]);
        assert_eq!(drawn(&gray(true), &[0, 1], 1, 1, None), [255, 0]);
        assert_eq!(drawn(&gray(false), &[0, 1, 15], 1, 15, None), [0, 17, 255]);
        let palette = Color::Palette(vec![[1, 2, 3], [4, 5, 6]]);
        assert_eq!(drawn(&palette, &[1, 0], 1, 1, None), [4, 5, 6, 1, 2, 3]);
        assert_eq!(drawn(&Color::Rgb, &[3, 0, 1], 3, 3, None), [255, 0, 85]);
        assert_eq!(drawn(&Color::Cmyk, &[255, 0, 0, 0], 4, 255, None), [0, 255, 255]);
        assert_eq!(drawn(&Color::Cmyk, &[0, 0, 0, 255], 4, 255, None), [0, 0, 0]);
        assert_eq!(drawn(&Color::YCbCr, &[76, 85, 255], 3, 255, None), [254, 0, 0]);
        assert_eq!(drawn(&Color::YCbCr, &[200, 128, 128], 3, 255, None), [200, 200, 200]);
    }

    #[test]
    fn transparent_pixels_are_white() {
        let gray = Color::Gray { is_inverted: false };
        let raw = [0, 0, 0, 255, 100, 128];
        assert_eq!(drawn(&gray, &raw, 2, 255, Some(Alpha::ToApply)), [255, 0, 177]);
        assert_eq!(drawn(&gray, &raw, 2, 255, Some(Alpha::Applied)), [255, 0, 227]);
        assert_eq!(drawn(&gray, &raw, 2, 255, None), [0, 0, 100]);
    }
}
