use http::HeaderValue;
use std::fmt::Write as _;

/// Returns a `Content-Disposition` header that makes browsers save a file under its name (RFC 6266
/// section 4).
///
/// The `filename` parameter is ASCII, with `_` in place of other characters. If the name has any,
/// `filename*` contains it in full (RFC 8187); browsers prefer it.
#[must_use]
pub fn content_disposition(file_name: &str) -> HeaderValue {
    let plain: String = file_name
        .chars()
        .map(|c| match c {
            // Some clients decode `%` escapes and `=?` encoded words in `filename`.
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

/// Returns whether a byte is an `attr-char` (RFC 8187 section 3.2.1).
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
    fn an_ascii_name_is_quoted_and_any_other_is_also_encoded() {
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
