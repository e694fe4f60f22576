use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The number of times a document may be downloaded, at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Downloads(u32);

impl Downloads {
    pub(super) const fn get(self) -> u32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Downloads {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u64(Count)
    }
}

struct Count;

impl Visitor<'_> for Count {
    type Value = Downloads;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 1 to {}", u32::MAX)
    }

    fn visit_u64<E: Error>(self, count: u64) -> Result<Downloads, E> {
        match u32::try_from(count) {
            Ok(count) if count > 0 => Ok(Downloads(count)),
            _ => Err(E::invalid_value(Unexpected::Unsigned(count), &self)),
        }
    }

    fn visit_i64<E: Error>(self, count: i64) -> Result<Downloads, E> {
        match u64::try_from(count) {
            Ok(count) => self.visit_u64(count),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(count), &self)),
        }
    }
}
