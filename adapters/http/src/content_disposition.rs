use http::HeaderValue;
use std::fmt::Write as _;

/// Writes the header that lets a browser save a file under its name (RFC 6266 section 4).
///
/// The plain `filename` holds ASCII alone, with `_` for the rest; a name with more goes into
/// `filename*` as well (RFC 8187), which browsers prefer.
#[must_use]
pub fn content_disposition(file_name: &str) -> HeaderValue {
    let plain: String = file_name
        .chars()
        .map(|c| match c {
            // Some readers take `%` in the plain form for an escape, and `=?` for an encoded word.
            '"' | '\\' | '%' | '?' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let mut text = format!("attachment; filename=\"{plain}\"");
    if plain != file_name {
        text.push_str("; filename*=UTF-8''");
        for byte in file_name.bytes() {
            if is_attr_char(byte) {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// RFC 8187 section 3.2.1, attr-char.
const fn is_attr_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_quoted_and_any_other_is_encoded_too() {
        let cases = [
            ("article.pdf", "attachment; filename=\"article.pdf\""),
            (
                "Über \"Eis\".pdf",
                "attachment; filename=\"_ber _Eis_.pdf\"; filename*=UTF-8''%C3%9Cber%20%22Eis%22.pdf",
            ),
            ("100%.pdf", "attachment; filename=\"100_.pdf\"; filename*=UTF-8''100%25.pdf"),
            (
                "a\r\nSet-Cookie: x",
                "attachment; filename=\"a__Set-Cookie: x\"; \
                 filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x",
            ),
        ];
        for (name, header) in cases {
            assert_eq!(content_disposition(name), header);
        }
    }
}
