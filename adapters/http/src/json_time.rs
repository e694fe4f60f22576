use desktop_delivery::Timestamp;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The length of the date, after which the time of day starts.
const DAY: usize = "2026-11-23".len();

/// An instant in RFC 3339 or ISO 8601 format, such as `2026-11-23T20:46:32Z`.
///
/// Accepts offsets such as `Z`, `+00:00`, `+0000` and `+00`. Seconds and their fraction are
/// optional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JsonTime(pub(crate) Timestamp);

impl<'de> Deserialize<'de> for JsonTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Instant)
    }
}

struct Instant;

impl Visitor<'_> for Instant {
    type Value = JsonTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a time with its offset, such as 2026-11-23T20:46:32Z or 2026-11-23T15:46:32-0500",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<JsonTime, E> {
        parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

fn parse(text: &str) -> Option<JsonTime> {
    let text = text.trim();
    let (day, rest) = text.split_at_checked(DAY)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    // ISO 8601 makes seconds optional, and allows a comma before their fraction.
    let seconds = if clock.len() == "20:46".len() { ":00" } else { "" };
    let clock = clock.replace(',', ".");
    let offset = match offset.len() {
        1 => "Z".to_owned(),
        3 => format!("{offset}:00"),
        5 => format!("{}:{}", offset.get(..3)?, offset.get(3..)?),
        _ => offset.to_owned(),
    };
    let instant = format!("{day}T{clock}{seconds}{offset}");
    OffsetDateTime::parse(&instant, &Rfc3339).ok().map(|instant| JsonTime(instant.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_forms_of_an_instant_are_accepted() {
        let instant = Timestamp::from_seconds(1_795_466_792);
        for text in [
            "2026-11-23T20:46:32Z",
            "2026-11-23t20:46:32z",
            "2026-11-23 20:46:32+00:00",
            "2026-11-23T20:46:32+0000",
            "2026-11-23T20:46:32-00:00",
            "2026-11-23T20:46:32+00",
            "2026-11-23T20:46:32.000Z",
            "2026-11-23T20:46:32.123456+0000",
            "2026-11-23T20:46:32,5Z",
            "2026-11-23T15:46:32-0500",
            "2026-11-24T02:16:32+05:30",
            "2026-11-24T02:16:32+0530",
            " 2026-11-23T20:46:32Z ",
        ] {
            assert_eq!(parse(text), Some(JsonTime(instant)), "{text}");
        }
        assert_eq!(parse("2026-11-23T20:46Z"), Some(JsonTime(instant.plus_seconds(-32))));
    }

    #[test]
    fn invalid_instants_are_refused() {
        for text in [
            "",
            "Z",
            "2026-11-23",
            "2026-11-23T20:46:32",
            "2026-11-23T20:46:32 UTC",
            "2026-11-23T20:46:32+5",
            "2026-11-23T20:46:32+00:00:00",
            "2026-11-23T20:46:32+2500",
            "2026-02-30T00:00:00Z",
            "2026-11-23T25:00:00Z",
            "23.11.2026T20:46:32Z",
            "2026-11-2é3T20:46:32Z",
            "2026-11-23T20:46:32+0é0",
            "1795466792",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
