/// Scales a picture down while its rows arrive, so that a large scan is never in memory as a whole.
///
/// Each pixel of the result is the average of the pixels it covers. Thin black lines on white turn
/// gray instead of vanishing, as they would if single pixels were sampled.
#[derive(Debug)]
pub(super) struct Shrink {
    channels: usize,
    /// The column of the result for each column of the picture.
    columns: Vec<usize>,
    /// The number of columns of the picture for each column of the result.
    per_column: Vec<u64>,
    /// The height of the picture and of the result in pixels.
    heights: (u64, u64),
    /// The number of rows received so far.
    taken: u64,
    sums: Vec<u64>,
    rows_in_sums: u64,
    result: Vec<u8>,
}

impl Shrink {
    /// Creates a scaler from one size to another, width and height in pixels. The result is never
    /// larger than the picture.
    pub(super) fn new(from: (u32, u32), to: (u32, u32), channels: usize) -> Self {
        let width = to.0.clamp(1, from.0.max(1));
        let height = to.1.clamp(1, from.1.max(1));
        let columns: Vec<usize> = (0..from.0)
            .map(|x| index(u64::from(x) * u64::from(width) / u64::from(from.0)))
            .collect();
        let mut per_column = vec![0; index(width.into())];
        for column in &columns {
            per_column[*column] += 1;
        }
        Self {
            channels,
            columns,
            sums: vec![0; per_column.len() * channels],
            per_column,
            heights: (from.1.into(), height.into()),
            taken: 0,
            rows_in_sums: 0,
            result: Vec::new(),
        }
    }

    /// Adds the next row, one byte per channel. Rows beyond the picture's height are ignored.
    pub(super) fn push(&mut self, row: &[u8]) {
        if self.taken == self.heights.0 {
            return;
        }
        for (pixel, column) in row.chunks_exact(self.channels).zip(&self.columns) {
            let at = column * self.channels;
            for (sum, value) in self.sums[at..at + self.channels].iter_mut().zip(pixel) {
                *sum += u64::from(*value);
            }
        }
        self.end_row();
    }

    /// Adds white rows, which costs less than pushing each.
    pub(super) fn push_white(&mut self, rows: u32) {
        for _ in 0..u64::from(rows).min(self.heights.0 - self.taken) {
            for (sums, columns) in self.sums.chunks_exact_mut(self.channels).zip(&self.per_column) {
                sums.iter_mut().for_each(|sum| *sum += columns * u64::from(u8::MAX));
            }
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        let (from, to) = self.heights;
        self.rows_in_sums += 1;
        let line = |row: u64| u128::from(row) * u128::from(to) / u128::from(from);
        let next = self.taken + 1;
        if next == from || line(next) != line(self.taken) {
            self.end_line();
        }
        self.taken = next;
    }

    fn end_line(&mut self) {
        for (sums, columns) in self.sums.chunks_exact_mut(self.channels).zip(&self.per_column) {
            let count = columns * self.rows_in_sums;
            for sum in sums {
                // An average of bytes is a byte.
                self.result.push(u8::try_from((*sum + count / 2) / count).unwrap_or(u8::MAX));
                *sum = 0;
            }
        }
        self.rows_in_sums = 0;
    }

    /// Returns width, height and pixels. Missing rows are white.
    pub(super) fn finish(mut self) -> (u32, u32, Vec<u8>) {
        if self.rows_in_sums > 0 {
            self.end_line();
        }
        let (width, height) = (self.per_column.len(), index(self.heights.1));
        self.result.resize(width * height * self.channels, u8::MAX);
        // Both were created from numbers of this type.
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        (number(width), number(height), self.result)
    }
}

/// Converts to an index. Sizes of pictures fit, because vectors of that many pixels were allocated.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(from: (u32, u32), to: (u32, u32), rows: &[&[u8]]) -> (u32, u32, Vec<u8>) {
        let mut shrink = Shrink::new(from, to, 1);
        rows.iter().for_each(|row| shrink.push(row));
        shrink.finish()
    }

    #[test]
    fn each_pixel_is_the_average_of_those_it_covers() {
        let rows: [&[u8]; 2] = [&[0, 100, 10, 20, 255], &[100, 200, 30, 40, 255]];
        assert_eq!(shrunk((5, 2), (2, 1), &rows), (2, 1, vec![73, 143]));
        assert_eq!(shrunk((5, 2), (5, 2), &rows), (5, 2, rows.concat()));
    }

    #[test]
    fn missing_rows_are_white_and_extra_rows_are_ignored() {
        let two: [&[u8]; 2] = [&[7, 7], &[9, 9]];
        assert_eq!(shrunk((2, 4), (2, 2), &two), (2, 2, vec![8, 8, 255, 255]));
        assert_eq!(shrunk((2, 4), (1, 4), &two), (1, 4, vec![7, 9, 255, 255]));
        assert_eq!(shrunk((2, 1), (2, 1), &two), (2, 1, vec![7, 7]));
        let mut shrink = Shrink::new((2, 4), (1, 2), 1);
        shrink.push(&[1, 3]);
        shrink.push_white(9);
        assert_eq!(shrink.finish(), (1, 2, vec![129, 255]));
    }

    #[test]
    fn pictures_are_never_enlarged() {
        assert_eq!(shrunk((1, 1), (900, 900), &[&[5]]), (1, 1, vec![5]));
        assert_eq!(shrunk((2, 1), (0, 0), &[&[4, 6]]), (1, 1, vec![5]));
    }
}
