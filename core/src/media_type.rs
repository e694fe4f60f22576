//! What a file is: its first bytes tell, before whoever sends it does.

/// The media type of a file: what its first bytes show, else what the caller states if that is a
/// media type at all.
pub(crate) fn shown(head: &[u8], stated: Option<&str>) -> String {
    const UNKNOWN: &str = "application/octet-stream";
    if let Some(kind) = infer::get(head) {
        return kind.mime_type().to_owned();
    }
    // A caller must not pass anything off as a type whose bytes would have shown it.
    let is_plausible = |text: &str| {
        text.len() <= 100
            && text.split('/').count() == 2
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-".contains(&b))
            && !matches!(text, "application/pdf" | "image/jpeg" | "image/png" | "image/tiff")
    };
    match stated.map(|text| text.split(';').next().unwrap_or_default().trim()) {
        Some(text) if is_plausible(text) => text.to_ascii_lowercase(),
        _ => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_tell_the_type_before_the_caller_does() {
        assert_eq!(shown(b"%PDF-1.7\n", Some("text/plain")), "application/pdf");
        assert_eq!(shown(b"<!DOCTYPE html><html>", Some("application/pdf")), "text/html");
        assert_eq!(shown(b"hello", Some("application/pdf")), "application/octet-stream");
        assert_eq!(shown(b"hello", Some("Text/Plain; charset=utf-8")), "text/plain");
        assert_eq!(shown(b"hello", Some("text/plain\r\nX: y")), "application/octet-stream");
    }
}
