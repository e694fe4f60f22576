use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The number of entries on a page of results, from 1 to `MOST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageSize<const MOST: usize>(usize);

impl<const MOST: usize> PageSize<MOST> {
    pub(super) const fn get(self) -> usize {
        self.0
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for PageSize<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(Size)
    }
}

struct Size<const MOST: usize>;

impl<const MOST: usize> Visitor<'_> for Size<MOST> {
    type Value = PageSize<MOST>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 1 to {MOST}")
    }

    fn visit_u64<E: Error>(self, size: u64) -> Result<PageSize<MOST>, E> {
        match usize::try_from(size) {
            Ok(size) if (1..=MOST).contains(&size) => Ok(PageSize(size)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(size), &self)),
        }
    }

    fn visit_i64<E: Error>(self, size: i64) -> Result<PageSize<MOST>, E> {
        match u64::try_from(size) {
            Ok(size) => self.visit_u64(size),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(size), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_json::read_field;

    #[test]
    fn a_page_size_is_between_1_and_its_maximum() {
        let read = |text: &str| read_field::<PageSize<999>>("limit", text);
        assert_eq!((read("1"), read("999")), (Ok(PageSize(1)), Ok(PageSize(999))));
        for (text, sent) in [
            ("0", "the number 0"),
            ("1000", "the number 1000"),
            ("-3", "the number -3"),
            ("many", "\"many\""),
            ("", "empty"),
        ] {
            let title = format!("`limit` is {sent}; expected a whole number from 1 to 999");
            assert_eq!(read(text).unwrap_err().title, title);
        }
    }
}
