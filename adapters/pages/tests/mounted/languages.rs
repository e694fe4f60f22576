//! Tests of the pages in a third language and in a right-to-left language, both added only by files.

use crate::host::{host, send};
use crate::message_files::{assert_french_punctuation, keys};
use desktop_delivery_pages::{Templates, messages};
use desktop_delivery_text::Catalog;
use http::Request;
use std::path::Path;

fn four_languages() -> Templates {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Catalog::builder().with_package(messages());
    for folder in ["../text/tests/languages", "tests/languages"] {
        texts = texts.with_folder(&here.join(folder)).expect("the folder can be read");
    }
    let texts = texts.with_pseudo_language().build().expect("the messages are right");
    Templates::new(Templates::builder(texts)).expect("the templates are right")
}

async fn page(path: &str, language: &str) -> String {
    let (app, request, _) = host(four_languages()).await;
    let path = path.replace("{request}", request.trim_start_matches("/ill/delivery"));
    let asked = Request::get(format!("/ill/delivery{path}"))
        .header("x-user", "m.ito")
        .header("x-card", "p-2041")
        .header("accept-language", language);
    send(&app, asked, "").await.text
}

#[test]
fn spanish_has_every_message_of_these_pages() {
    let (spanish, english) = (keys("tests/languages/es"), keys("messages/en"));
    assert!(english.len() >= 10 && english.values().all(|keys| keys.len() > 5));
    assert_eq!(spanish, english);
}

#[test]
fn french_messages_are_punctuated_as_in_quebec() {
    assert_french_punctuation("messages/fr");
}

#[tokio::test]
async fn a_third_language_is_files_alone() {
    let list = page("/supply", "es-MX, en;q=0.5").await;
    assert!(list.contains("<html lang=\"es\" dir=\"ltr\">"), "{list}");
    for part in
        ["<h1 id=\"title\">Solicitudes por atender</h1>", "Sin documentos", "Pendiente</span>"]
    {
        assert!(list.contains(part), "{part}: {list}");
    }
    assert!(list.contains("language?to=fr&amp;back=/supply\""), "the others are offered: {list}");
    assert!(!list.contains("language?to=es"), "{list}");
    let track = page("/track/requests", "es").await;
    assert!(track.contains("Northern University Library la tiene desde el"), "{track}");
    let request = page("{request}", "es").await;
    assert!(request.contains("<h2 id=\"upload-title\">Subir documentos</h2>"), "{request}");
}

#[tokio::test]
async fn pages_run_from_right_to_left_and_are_whole() {
    for path in ["/supply", "{request}", "{request}/history", "/borrow", "/track/requests"] {
        let text = page(path, "ar-XB").await;
        assert!(text.contains("<html lang=\"ar-XB\" dir=\"rtl\">"), "{path}: {text}");
        let body = text.split("<body>").nth(1).expect("it has a body");
        let bare: String = body
            .split('<')
            .map(|piece| piece.split_once('>').map_or("", |(_, text)| text))
            .collect::<Vec<_>>()
            .join(" ");
        // Facts, names and languages are no messages.
        let facts = [
            "On",
            "Ice",
            "Ages",
            "Coast",
            "Northern",
            "University",
            "Library",
            "English",
            "Français",
            "Español",
            "m.ito",
            "p-2041",
            "illume",
        ];
        let is_latin = |word: &&str| word.chars().any(|c| c.is_ascii_lowercase());
        let words = bare
            .split(|c: char| c.is_whitespace() || "\u{2066}\u{2067}\u{2068}\u{2069}".contains(c));
        let left: Vec<_> = words.filter(is_latin).filter(|word| !facts.contains(word)).collect();
        assert!(left.is_empty(), "{path}: these are not messages: {left:?}");
    }
}
