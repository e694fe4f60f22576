//! Layouts that few programs write, in generated files.

use super::*;

/// A TIFF of one page: tags with short or long numbers in order, followed by the strips or tiles.
struct File {
    is_little_endian: bool,
    tags: Vec<(u16, Vec<u32>)>,
    chunks: Vec<Vec<u8>>,
}

/// The tags for offsets and lengths of chunks, for strips and for tiles.
const STRIPS: (u16, u16) = (273, 279);
const TILES: (u16, u16) = (324, 325);

impl File {
    fn new(size: (u32, u32), bits: u32, samples: u32, photometric: u32) -> Self {
        let bits = vec![bits; usize::try_from(samples).unwrap()];
        let tags = [(256, vec![size.0]), (257, vec![size.1]), (258, bits)];
        let more = [(259, vec![1]), (262, vec![photometric]), (277, vec![samples])];
        let tags = tags.into_iter().chain(more).collect();
        Self { is_little_endian: true, tags, chunks: Vec::new() }
    }

    fn with(mut self, tag: u16, values: &[u32]) -> Self {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, values.to_vec()));
        self
    }

    fn chunks(mut self, chunks: &[&[u8]]) -> Self {
        self.chunks = chunks.iter().map(|chunk| chunk.to_vec()).collect();
        self
    }

    fn bytes(mut self, (offsets, lengths): (u16, u16)) -> Vec<u8> {
        let count = self.chunks.len();
        self.tags.push((offsets, vec![0; count]));
        self.tags.push((lengths, vec![0; count]));
        self.tags.sort();
        // All values follow the directory in order; then come the chunks.
        let values: usize = self.tags.iter().map(|(_, values)| values.len() * 4).sum();
        let mut place = 8 + 2 + 12 * self.tags.len() + 4;
        let mut start = place + values;
        for (at, chunk) in self.chunks.iter().enumerate() {
            for (tag, tag_values) in &mut self.tags {
                let number = if *tag == offsets { start } else { chunk.len() };
                if *tag == offsets || *tag == lengths {
                    tag_values[at] = u32::try_from(number).unwrap();
                }
            }
            start += chunk.len();
        }
        let is_little = self.is_little_endian;
        let long =
            |number: u32| if is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let short =
            |number: u16| if is_little { number.to_le_bytes() } else { number.to_be_bytes() };
        let mut bytes = if is_little { b"II\x2a\0".to_vec() } else { b"MM\0\x2a".to_vec() };
        bytes.extend(long(8));
        bytes.extend(short(u16::try_from(self.tags.len()).unwrap()));
        let mut behind = Vec::new();
        for (tag, values) in &self.tags {
            bytes.extend([short(*tag), short(4)].concat());
            bytes.extend(long(u32::try_from(values.len()).unwrap()));
            match values[..] {
                [value] => bytes.extend(long(value)),
                _ => bytes.extend(long(u32::try_from(place).unwrap())),
            }
            place += values.len() * 4;
            behind.extend(values.iter().flat_map(|value| long(*value)));
        }
        bytes.extend(long(0));
        bytes.extend(behind);
        self.chunks.iter().for_each(|chunk| bytes.extend(chunk));
        bytes
    }
}

/// Returns the pixels of the only page and whether it is complete.
fn pixels(bytes: &[u8]) -> (Vec<[u8; 3]>, bool) {
    let drawn = draw(bytes, 1, 900).unwrap();
    (drawn.image.pixels().map(|pixel| pixel.0).collect(), drawn.is_whole)
}

fn grays(bytes: &[u8]) -> Vec<u8> {
    let (pixels, is_whole) = pixels(bytes);
    assert!(is_whole);
    pixels.iter().map(|pixel| pixel[0]).collect()
}

#[test]
fn samples_of_every_length_are_drawn() {
    for (bits, row, values) in [
        (1, &[0b0110_0000][..], [0, 255, 255]),
        (2, &[0b0001_1100], [0, 85, 255]),
        (4, &[0x0f, 0x80], [0, 255, 136]),
        (8, &[0, 7, 255], [0, 7, 255]),
        (16, &[0xff, 0, 0x34, 0x12, 0, 0xff], [0, 0x12, 255]),
    ] {
        let file = File::new((3, 1), bits, 1, 1).chunks(&[row]).bytes(STRIPS);
        assert_eq!(grays(&file), values, "{bits} bits");
        let inverted = File::new((3, 1), bits, 1, 0).chunks(&[row]).bytes(STRIPS);
        assert_eq!(grays(&inverted), values.map(|value| 255 - value), "{bits} bits, inverted");
    }
    let mut big_endian = File::new((2, 1), 16, 1, 1).chunks(&[&[0x12, 0x34, 0xff, 0]]);
    big_endian.is_little_endian = false;
    assert_eq!(grays(&big_endian.bytes(STRIPS)), [0x12, 0xff]);
}

#[test]
fn palettes_of_every_length_are_drawn() {
    for (bits, row) in [(1, &[0b0100_0000][..]), (2, &[0b0001_0000]), (4, &[0x01]), (8, &[0, 1])] {
        let colors = 1_usize << bits;
        let mut map = vec![0; 3 * colors];
        for (part, shade) in [(0, [10, 200]), (1, [20, 210]), (2, [30, 220])] {
            map[part * colors..part * colors + 2].copy_from_slice(&shade);
        }
        // 16 bits, as in the standard, and 8 bits, as some programs write.
        for map in [map.iter().map(|value| value * 257).collect(), map.clone()] {
            let file = File::new((2, 1), bits, 1, 3).with(320, &map).chunks(&[row]).bytes(STRIPS);
            assert_eq!(pixels(&file), (vec![[10, 20, 30], [200, 210, 220]], true), "{bits} bits");
        }
    }
    let without = File::new((2, 1), 8, 1, 3).chunks(&[&[0, 1]]).bytes(STRIPS);
    assert_eq!(draw(&without, 1, 900).unwrap_err(), Answer::Damaged);
}

#[test]
fn tiles_are_assembled() {
    // Three by three pixels in tiles of two by two, the last ones padded with 99.
    let tiles: [&[u8]; 4] = [&[1, 2, 4, 5], &[3, 99, 6, 99], &[7, 8, 99, 99], &[9, 99, 99, 99]];
    let file = File::new((3, 3), 8, 1, 1).with(322, &[2]).with(323, &[2]).chunks(&tiles);
    assert_eq!(grays(&file.bytes(TILES)), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn planar_colors_are_combined() {
    let planes: [&[u8]; 6] = [&[1, 2], &[3], &[10, 20], &[30], &[100, 200], &[250]];
    let file = File::new((1, 3), 8, 3, 2).with(284, &[2]).with(278, &[2]).chunks(&planes);
    let whole = vec![[1, 10, 100], [2, 20, 200], [3, 30, 250]];
    assert_eq!(pixels(&file.bytes(STRIPS)), (whole, true));
}

#[test]
fn subsampled_colors_are_expanded() {
    // Two by two pixels: their luma, then the chroma of all four.
    let file =
        File::new((2, 2), 8, 3, 6).with(530, &[2, 2]).chunks(&[&[10, 90, 170, 250, 128, 128]]);
    let gray = [10, 90, 170, 250].map(|value| [value; 3]);
    assert_eq!(pixels(&file.bytes(STRIPS)), (gray.to_vec(), true));
}

#[test]
fn pages_are_rotated_and_pixels_made_square() {
    let turned = File::new((3, 1), 8, 1, 1).with(274, &[6]).chunks(&[&[1, 2, 3]]).bytes(STRIPS);
    let drawn = draw(&turned, 1, 900).unwrap().image;
    assert_eq!(drawn.dimensions(), (1, 3));
    assert_eq!([drawn[(0, 0)][0], drawn[(0, 2)][0]], [1, 3]);
    let wide = File::new((1_800, 100), 8, 1, 1).chunks(&[&[7; 180_000]]).bytes(STRIPS);
    assert_eq!(draw(&wide, 1, 900).unwrap().image.dimensions(), (900, 50));
}

#[test]
fn lengths_may_be_missing() {
    let file = File::new((2, 2), 8, 1, 1).with(278, &[1]).chunks(&[&[1, 2], &[3, 4]]);
    // A different tag in place of the lengths.
    assert_eq!(grays(&file.bytes((273, 280))), [1, 2, 3, 4]);
}

#[test]
fn a_truncated_page_is_drawn_if_at_least_half_is_left() {
    let file = File::new((2, 3), 8, 1, 1).with(278, &[1]);
    let file = file.chunks(&[&[1, 2], &[3, 4], &[5, 6]]).bytes(STRIPS);
    let white = [255; 3];
    let cut = pixels(&file[..file.len() - 1]);
    assert_eq!(cut, (vec![[1; 3], [2; 3], [3; 3], [4; 3], white, white], false));
    for missing in [3, 6] {
        let cut = draw(&file[..file.len() - missing], 1, 900).unwrap_err();
        assert_eq!(cut, Answer::Damaged, "{missing} bytes are missing");
    }
    for compression in [2, 3, 4, 5, 7, 8] {
        let packed = File::new((16, 3), if compression < 5 { 1 } else { 8 }, 1, 1);
        let packed = packed.with(259, &[compression]).chunks(&[b"\0\0"]).bytes(STRIPS);
        assert_eq!(draw(&packed, 1, 900).unwrap_err(), Answer::Damaged, "{compression}");
    }
}

#[test]
fn unsupported_kinds_are_reported() {
    let file = || File::new((1, 1), 8, 1, 1).chunks(&[&[1; 16]]);
    for (what, file) in [
        ("JBIG", file().with(259, &[34_661])),
        ("Zstandard", file().with(259, &[50_000])),
        ("old JPEG without a JPEG", file().with(259, &[6])),
        ("32 bits", File::new((1, 1), 32, 1, 1).chunks(&[&[1; 4]])),
        ("fractions", File::new((1, 1), 16, 1, 1).with(339, &[3]).chunks(&[&[1; 2]])),
        ("Lab", File::new((1, 1), 8, 3, 8).chunks(&[&[1; 3]])),
        ("other inks", File::new((1, 1), 8, 4, 5).with(332, &[2]).chunks(&[&[1; 4]])),
    ] {
        assert_eq!(draw(&file.bytes(STRIPS), 1, 900).unwrap_err(), Answer::Unsupported, "{what}");
    }
}

#[test]
fn nonsense_does_not_panic() {
    let sound = File::new((3, 3), 8, 3, 2).with(317, &[2]).with(259, &[5]).with(278, &[2]);
    let sound = sound.chunks(&[&[0x80, 0, 1, 2, 3], &[0x80, 9, 9]]).bytes(STRIPS);
    for at in 0..sound.len() {
        for value in [0, 1, 2, 0x7f, 0x80, 0xff] {
            let mut bytes = sound.clone();
            bytes[at] = value;
            // Any outcome is fine.
            let _ = draw(&bytes, 1, 90);
        }
        let _ = draw(&sound[..at], 1, 90);
    }
    let huge = File::new((u32::MAX, u32::MAX), 8, 1, 1).chunks(&[&[1; 16]]).bytes(STRIPS);
    assert_eq!(draw(&huge, 1, 900).unwrap_err(), Answer::Damaged);
    let wide = File::new((100_000, 100_000), 16, 64, 1).chunks(&[&[1; 16]]).bytes(STRIPS);
    assert_eq!(draw(&wide, 1, 900).unwrap_err(), Answer::Damaged);
}
