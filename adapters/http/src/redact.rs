use std::borrow::Cow;

/// The longest segment that is shown, in characters. A genuine token has 44, a ticket 52.
const MAX_PLAIN: usize = 24;
/// The length of a UUID with hyphens, the only longer form that is shown.
const UUID: usize = 36;

/// Removes tokens, tickets and escaped text from a path or URL so that it can be logged, as in
/// `/d/…/1/claim`.
///
/// The function lists what may be shown rather than what must be hidden, because a damaged or
/// disguised token is still a secret. A segment is shown if it consists of ASCII letters, digits,
/// `-`, `.`, `_`, `~` and `:`, and has at most 24 characters or is a UUID. The following are
/// replaced with `…`:
/// - every other segment, such as a long one or one with a percent escape;
/// - all segments after one with a percent escape, since the route is no longer certain;
/// - all segments after `/d/`, `/t/` or `/w/`, except an attachment number, `claim` and `ask`;
/// - the query and the fragment.
///
/// The path may include the prefix under which the router is mounted, and may be one of the host's
/// own.
#[must_use]
pub fn redact_path(path: &str) -> Cow<'_, str> {
    let (route, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let mut shown = String::with_capacity(path.len());
    let mut place = Place::Open;
    for (at, segment) in route.split('/').enumerate() {
        if at > 0 {
            shown.push('/');
        }
        shown.push_str(if place.shows(segment) { segment } else { "…" });
        place = place.after(segment);
    }
    if let Some(mark) = rest.get(..1) {
        shown.push_str(mark);
        shown.push('…');
    }
    if shown == path { Cow::Borrowed(path) } else { Cow::Owned(shown) }
}

/// What the next segment may show, given the segments before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Any plain segment.
    Open,
    /// Nothing: a token comes next.
    Token,
    /// An attachment number or an action.
    AfterToken,
    /// Nothing, to the end of the path.
    Closed,
}

impl Place {
    fn shows(self, segment: &str) -> bool {
        segment.is_empty()
            || match self {
                Self::Open => is_plain(segment),
                Self::AfterToken => {
                    matches!(segment, "ask" | "claim")
                        || segment.len() <= 5 && segment.bytes().all(|byte| byte.is_ascii_digit())
                }
                Self::Token | Self::Closed => false,
            }
    }

    fn after(self, segment: &str) -> Self {
        match self {
            // `/d//TOKEN` must not reveal the token.
            place if segment.is_empty() => place,
            Self::Closed => Self::Closed,
            Self::Token | Self::AfterToken => Self::AfterToken,
            Self::Open if segment.contains('%') => Self::Closed,
            Self::Open if ["d", "t", "w"].iter().any(|it| segment.eq_ignore_ascii_case(it)) => {
                Self::Token
            }
            Self::Open => Self::Open,
        }
    }
}

fn is_plain(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
    segment.bytes().all(plain) && segment.len() <= MAX_PLAIN || is_uuid(segment)
}

fn is_uuid(segment: &str) -> bool {
    segment.len() == UUID
        && segment.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_and_tickets_are_hidden_and_the_rest_is_shown() {
        let token = "EQEAAQKrBAUG_wADbWFkZSB1cCBieSBoYW5kLCBub3Q";
        let cases = [
            ("/d/EQEAAAAAAAAAAQ".to_owned(), "/d/…"),
            (format!("/d/{token}/1/claim"), "/d/…/1/claim"),
            ("/ill/t/EgEAAAAAAAAAAQ".to_owned(), "/ill/t/…"),
            ("/d/t/x".to_owned(), "/d/…/…"),
            ("/ill/w/006a1f".to_owned(), "/ill/w/…"),
            (
                "/api/v1/requests/000102ab040506ff/files/1".to_owned(),
                "/api/v1/requests/000102ab040506ff/files/1",
            ),
            ("/d/".to_owned(), "/d/"),
            (format!("/d//{token}"), "/d//…"),
            (format!("//d///{token}/"), "//d///…/"),
            (format!("/D/{token}"), "/D/…"),
            (format!("/%64/{token}"), "/…/…"),
            (format!("/d%2f{token}"), "/…"),
            (format!("/d%252F{token}"), "/…"),
            (format!("/x/{token}"), "/x/…"),
            (format!("/{token}"), "/…"),
            (format!("/d/./{token}"), "/d/…/…"),
            (format!("/d/{}/{}", &token[..20], &token[20..]), "/d/…/…"),
            (format!("/d;{token}"), "/…"),
            (format!("/supply?next=/d/{token}"), "/supply?…"),
            (format!("/supply#{token}"), "/supply#…"),
            (format!("https://ill.example.org/d/{token}?lang=fr"), "https://ill.example.org/d/…?…"),
            ("/api/%70atrons/p-2041".to_owned(), "/api/…/…"),
            (
                "/orders/550e8400-e29b-41d4-a716-446655440000".to_owned(),
                "/orders/550e8400-e29b-41d4-a716-446655440000",
            ),
            ("/données".to_owned(), "/…"),
        ];
        for (path, shown) in cases {
            assert_eq!(redact_path(&path), shown, "{path}");
        }
        assert!(matches!(redact_path("/api/v1/requests"), Cow::Borrowed(_)));
    }

    /// A token or a ticket of random bytes.
    fn tokens() -> impl Strategy<Value = String> {
        use base64::Engine as _;
        let encode =
            |bytes: Vec<u8>| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        prop_oneof![
            proptest::collection::vec(any::<u8>(), 33).prop_map(encode),
            proptest::collection::vec(any::<u8>(), 39).prop_map(encode),
        ]
    }

    /// Percent-encodes each character whose first flag is set, twice if the second is also set.
    fn escaped(token: &str, escapes: &[(bool, bool, bool)]) -> String {
        let pairs = token.chars().zip(escapes.iter().cycle());
        let escape = |(letter, (once, twice, small)): (char, &(bool, bool, bool))| {
            let percent = if *twice { "%25" } else { "%" };
            let digits = if *small {
                format!("{:02x}", u32::from(letter))
            } else {
                format!("{:02X}", u32::from(letter))
            };
            if *once { format!("{percent}{digits}") } else { letter.to_string() }
        };
        pairs.map(escape).collect()
    }

    /// Decodes percent escapes until there are none left.
    fn decoded(text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(at) = text.find('%') {
            let digits = text.get(at + 1..at + 3).unwrap_or_default().to_owned();
            match u8::from_str_radix(&digits, 16) {
                Ok(byte) => text.replace_range(at..at + 3, &char::from(byte).to_string()),
                Err(_) => text.replace_range(at..=at, " "),
            }
        }
        text
    }

    proptest! {
        #[test]
        fn no_part_of_a_token_is_shown(
            token in tokens(),
            prefix in "(/|//|/d/|/t//|/D/|/%64/|/%2564/|/d%2f|/D%252F|/x/y/|/api/v1/requests/|\\?u=|/d/a\\?b=c&d=|#|/d/%20|/d;)",
            suffix in "(|/|/1/claim|\\.|,|%0d%0a|=|>|/%74/x|\\?lang=fr)",
            escapes in proptest::collection::vec((proptest::bool::weighted(0.2), any::<bool>(), any::<bool>()), 1..52),
        ) {
            let path = format!("{prefix}{}{suffix}", escaped(&token, &escapes));
            let shown = redact_path(&path);
            let shown = decoded(&shown);
            for at in 0..token.len() - 6 {
                prop_assert!(!shown.contains(&token[at..at + 6]), "{path} shows {shown}");
            }
        }

        #[test]
        fn redacting_any_text_never_panics_and_keeps_its_slashes(path in "\\PC{0,80}") {
            let shown = redact_path(&path).into_owned();
            let again = redact_path(&shown).into_owned();
            prop_assert_eq!(shown.matches('/').count(), again.matches('/').count());
        }
    }
}
