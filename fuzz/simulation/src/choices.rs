//! Choices drawn from a seed.

/// A source of choices: the same seed yields the same choices.
#[derive(Debug)]
pub(crate) struct Choices(fastrand::Rng);

impl Choices {
    pub(crate) fn of(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Returns a number below `end`, which is at least 1.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end.max(1))
    }

    pub(crate) fn number(&mut self, from: i64, to: i64) -> i64 {
        self.0.i64(from..=to)
    }

    pub(crate) fn seed(&mut self) -> u64 {
        self.0.u64(..)
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.0.u8(..))
    }

    /// Returns true in `percent` of 100 cases.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of the items, or `None` if there is none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Returns one of the items, each with its weight.
    pub(crate) fn weighted<T>(&mut self, items: impl Iterator<Item = (u32, T)>) -> Option<T> {
        let items: Vec<_> = items.collect();
        let total: u32 = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.0.u32(..total.max(1));
        for (weight, item) in items {
            if left < weight {
                return Some(item);
            }
            left -= weight;
        }
        None
    }
}
