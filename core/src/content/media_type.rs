//! Media types as strings: which ones are active, and which ones a caller may state.

/// Returns whether programs that open this type run its author's code.
///
/// These are programs, scripts, web pages, and all XML, which a style sheet or a namespace can turn
/// into a page.
pub(crate) fn is_active(media_type: &str) -> bool {
    const ACTIVE: [&str; 35] = [
        "application/ecmascript",
        "application/hta",
        "application/java-archive",
        "application/java-vm",
        "application/java",
        "application/javascript",
        "application/vnd.android.dex",
        "application/vnd.android.dey",
        "application/vnd.android.package-archive",
        "application/vnd.microsoft.portable-executable",
        "application/wasm",
        "application/x-bat",
        "application/x-csh",
        "application/x-elf",
        "application/x-executable",
        "application/x-httpd-php",
        "application/x-java-jnlp-file",
        "application/x-javascript",
        "application/x-llvm",
        "application/x-mach-binary",
        "application/x-ms-shortcut",
        "application/x-msdos-program",
        "application/x-msdownload",
        "application/x-msi",
        "application/x-perl",
        "application/x-powershell",
        "application/x-python-code",
        "application/x-sh",
        "application/x-sharedlib",
        "application/x-shellscript",
        "application/x-shockwave-flash",
        "application/xml",
        "application/xml-dtd",
        "application/xml-external-parsed-entity",
        "message/rfc822",
    ];
    const ACTIVE_TEXT: [&str; 15] = [
        "cache-manifest",
        "css",
        "ecmascript",
        "html",
        "javascript",
        "jscript",
        "livescript",
        "vbscript",
        "x-ecmascript",
        "x-javascript",
        "x-python",
        "x-script",
        "x-shellscript",
        "xml",
        "xsl",
    ];
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type.ends_with("+xml")
        || media_type.starts_with("multipart/")
        || media_type
            .strip_prefix("text/")
            .is_some_and(|text| ACTIVE_TEXT.contains(&text) || text.starts_with("javascript1."))
        || ACTIVE.contains(&media_type.as_str())
}

/// Returns the type under which a file is served: its own, unless that is active.
pub(crate) fn inert(media_type: &str) -> &str {
    if is_active(media_type) { "application/octet-stream" } else { media_type }
}

/// Parses the media type stated by a caller: in lowercase and without parameters.
pub(crate) fn stated(text: &str) -> Option<String> {
    let text = text.split(';').next().unwrap_or_default().trim();
    let is_one = text.len() <= 100
        && text.split('/').count() == 2
        && text.split('/').all(|part| !part.is_empty())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-_".contains(&b));
    is_one.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_types_are_served_as_plain_bytes() {
        for media_type in [
            "text/html",
            "Text/HTML; charset=utf-8",
            "image/svg+xml",
            "application/xhtml+xml",
            "application/rdf+xml",
            "text/javascript",
            "text/javascript1.5",
            "multipart/related",
            "application/x-msdownload",
        ] {
            assert_eq!(inert(media_type), "application/octet-stream", "{media_type}");
        }
        for media_type in [
            "application/pdf",
            "text/plain",
            "text/csv",
            "image/png",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/epub+zip",
        ] {
            assert_eq!(inert(media_type), media_type);
        }
    }

    #[test]
    fn a_stated_type_must_be_a_media_type() {
        assert_eq!(stated("Text/Plain; charset=utf-8").as_deref(), Some("text/plain"));
        for text in ["", "pdf", "text/", "/x", "a/b/c", "text/plain\r\nX: y", "text/pl ain"] {
            assert_eq!(stated(text), None, "{text:?}");
        }
    }
}
