use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The position of an event in the [feed](crate::ledger::Ledger::events_since) of a ledger, after
/// which the next page begins.
///
/// Positions of one generation are ordered; those of different generations are not. Consumers store
/// a position as its text and do not interpret it.
///
/// `Display` and `FromStr` use the generation as 16 hexadecimal digits, the number in decimal, and
/// the check as 8 hexadecimal digits, separated by periods.
///
/// # Example
/// ```
/// # use desktop_delivery::events::FeedPosition;
/// let position: FeedPosition = "5a1f00c0ffee0417.1042.9c3e11d0".parse()?;
/// assert_eq!(position.number, 1_042);
/// assert_eq!(position.to_string(), "5a1f00c0ffee0417.1042.9c3e11d0");
/// # Ok::<(), desktop_delivery::events::InvalidFeedPosition>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a position is made by every ledger")]
pub struct FeedPosition {
    /// The generation of the feed: a random number that is replaced when the ledger's contents are
    /// replaced, for example by an import.
    pub generation: u64,
    /// The number of the event, from 1. Increases along the feed, possibly with gaps. 0 is the
    /// position before the first event.
    pub number: u64,
    /// The first four bytes of the id of the event's commit; 0 before the first event. Detects a
    /// number that was reused after the ledger was replaced by an older copy of itself.
    pub check: u32,
}

impl FeedPosition {
    /// Returns the position before the first event of a generation.
    #[must_use]
    pub const fn beginning(generation: u64) -> Self {
        Self { generation, number: 0, check: 0 }
    }
}

impl PartialOrd for FeedPosition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.generation != other.generation {
            return None;
        }
        match self.number.cmp(&other.number) {
            Ordering::Equal if self.check != other.check => None,
            order => Some(order),
        }
    }
}

impl fmt::Display for FeedPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}.{}.{:08x}", self.generation, self.number, self.check)
    }
}

impl FromStr for FeedPosition {
    type Err = InvalidFeedPosition;

    fn from_str(text: &str) -> Result<Self, InvalidFeedPosition> {
        let mut parts = text.split('.');
        let (Some(generation), Some(number), Some(check), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(InvalidFeedPosition);
        };
        let position = Self {
            generation: u64::from_str_radix(generation, 16).map_err(|_| InvalidFeedPosition)?,
            number: number.parse().map_err(|_| InvalidFeedPosition)?,
            check: u32::from_str_radix(check, 16).map_err(|_| InvalidFeedPosition)?,
        };
        // Each position has one text.
        if position.to_string() == text { Ok(position) } else { Err(InvalidFeedPosition) }
    }
}

/// The error for a text that is not a [`FeedPosition`]. It does not repeat the text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidFeedPosition;

impl fmt::Display for InvalidFeedPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not a position in the event feed")
    }
}

impl std::error::Error for InvalidFeedPosition {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_parsed_back_and_any_other_text_is_an_error() {
        let position = FeedPosition { generation: 0xab, number: 17, check: 0xc };
        let text = "00000000000000ab.17.0000000c";
        assert_eq!(position.to_string(), text);
        assert_eq!(text.parse(), Ok(position));
        let greatest = FeedPosition { generation: u64::MAX, number: u64::MAX, check: u32::MAX };
        assert_eq!(greatest.to_string().parse(), Ok(greatest));
        for text in [
            "",
            "..",
            "latest",
            "ab.17.0000000c",
            "00000000000000AB.17.0000000c",
            "00000000000000ab.017.0000000c",
            "00000000000000ab.+17.0000000c",
            "00000000000000ab.17.c",
            "00000000000000ab.17.0000000c.",
            "00000000000000ab.18446744073709551616.0000000c",
        ] {
            assert_eq!(text.parse::<FeedPosition>(), Err(InvalidFeedPosition), "{text}");
        }
    }

    #[test]
    fn positions_are_ordered_within_a_generation() {
        let position = |generation, number, check| FeedPosition { generation, number, check };
        assert!(position(1, 9, 7) < position(1, 10, 3));
        assert!(FeedPosition::beginning(1) < position(1, 1, 0));
        assert_eq!(position(1, 9, 7).partial_cmp(&position(2, 10, 7)), None);
        assert_eq!(position(1, 9, 7).partial_cmp(&position(1, 9, 8)), None);
        assert_eq!(position(1, 9, 7).partial_cmp(&position(1, 9, 7)), Some(Ordering::Equal));
    }
}
