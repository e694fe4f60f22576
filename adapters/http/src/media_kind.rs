use desktop_delivery_text::Texts;

/// Returns the usual name of a media type, such as "PDF".
pub(crate) fn media_kind(texts: &Texts, media_type: &str) -> String {
    let (family, subtype) = media_type.split_once('/').unwrap_or(("", media_type));
    match (family, subtype) {
        (_, "pdf" | "epub+zip" | "zip" | "rtf")
        | ("image", "jpeg" | "png" | "tiff" | "gif" | "webp") => {
            subtype.trim_end_matches("+zip").to_ascii_uppercase()
        }
        ("image", _) => texts.text("link-kind-picture"),
        (_, "msword") => "Word".to_owned(),
        (_, office) if office.contains("wordprocessingml") => "Word".to_owned(),
        (_, office) if office.contains("spreadsheetml") || office == "vnd.ms-excel" => {
            "Excel".to_owned()
        }
        (_, office) if office.contains("presentationml") || office == "vnd.ms-powerpoint" => {
            "PowerPoint".to_owned()
        }
        (_, office) if office.contains("opendocument") => "OpenDocument".to_owned(),
        _ => texts.text("link-kind-file"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;
    use desktop_delivery_text::Catalog;

    #[test]
    fn media_types_have_their_usual_names() {
        let texts = Catalog::builtin();
        let (en, fr) = (texts.texts(Language::ENGLISH), texts.texts(Language::FRENCH));
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for (media_type, kind) in [
            ("application/pdf", "PDF"),
            ("image/tiff", "TIFF"),
            (word, "Word"),
            ("application/msword", "Word"),
            ("application/vnd.oasis.opendocument.text", "OpenDocument"),
            ("application/epub+zip", "EPUB"),
            ("application/octet-stream", "File"),
            ("nonsense", "File"),
        ] {
            assert_eq!(media_kind(&en, media_type), kind, "{media_type}");
        }
        assert_eq!(media_kind(&fr, "image/x-icon"), "Image");
    }
}
