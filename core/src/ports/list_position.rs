use crate::model::ids::RequestHandle;
use crate::model::timestamp::Timestamp;
use std::fmt;
use std::str::FromStr;

/// The position of a delivery in a list, which is ordered by creation time, newest first, then by
/// handle, greatest first.
///
/// `Display` and `FromStr` use the format of cursors: the creation time in seconds, a period and
/// the handle.
///
/// # Example
/// ```
/// # use desktop_delivery::ledger::ListPosition;
/// let position: ListPosition = "1795466792.000102ab040506ff".parse()?;
/// assert_eq!(position.created_at.as_seconds(), 1_795_466_792);
/// assert_eq!(position.to_string(), "1795466792.000102ab040506ff");
/// # Ok::<(), desktop_delivery::ledger::InvalidListPosition>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a position is made by every ledger")]
pub struct ListPosition {
    /// When the delivery was created.
    pub created_at: Timestamp,
    /// Its handle.
    pub handle: RequestHandle,
}

impl fmt::Display for ListPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.created_at.as_seconds(), self.handle)
    }
}

impl FromStr for ListPosition {
    type Err = InvalidListPosition;

    fn from_str(text: &str) -> Result<Self, InvalidListPosition> {
        let (seconds, handle) = text.split_once('.').ok_or(InvalidListPosition)?;
        let seconds = seconds.parse().map_err(|_| InvalidListPosition)?;
        let handle = RequestHandle::parse(handle).map_err(|_| InvalidListPosition)?;
        Ok(Self { created_at: Timestamp::from_seconds(seconds), handle })
    }
}

/// The error for a text that is not a [`ListPosition`]. It does not repeat the text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidListPosition;

impl fmt::Display for InvalidListPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the position is not a time in seconds, a period and a handle")
    }
}

impl std::error::Error for InvalidListPosition {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_parsed_back_and_any_other_text_is_an_error() {
        let handle = RequestHandle::from_bytes([7; 8]);
        let created_at = Timestamp::from_seconds(1_795_466_792);
        let position = ListPosition { created_at, handle };
        assert_eq!(position.to_string(), "1795466792.0707070707070707");
        assert_eq!("1795466792.0707070707070707".parse(), Ok(position));
        for text in [
            "",
            ".",
            "x.y",
            "1795466792",
            "x.0707070707070707",
            "1.07",
            "1.0707070707070707.",
            "99999999999999999999.0707070707070707",
        ] {
            assert_eq!(text.parse::<ListPosition>(), Err(InvalidListPosition), "{text}");
        }
    }
}
