//! A library's text is always treated as plain text with placeholders.

mod support;

use desktop_delivery::notices::{NoticeKind, OutgoingNotice, Recipient};
use desktop_delivery::participants::EmailAddresses;
use desktop_delivery::time::Date;
use desktop_delivery::{AgencyId, Language};
use desktop_delivery_mail::{
    Composer, LibraryText, MAX_TEXT_BYTES, Part, Placeholder, Rendered, Templates, TextErrorKind,
};
use desktop_delivery_text::Catalog;
use support::{LINK, NOTICES, composer, notice};

const LAKESIDE: &str = "CA-BVAU";
const KIND: (NoticeKind, Recipient, Language) =
    (NoticeKind::Received, Recipient::Patron, Language::ENGLISH);

fn text(source: &str) -> Result<LibraryText, TextErrorKind> {
    LibraryText::text(KIND.0, KIND.1, source).map_err(|error| error.kind().clone())
}

/// Returns the composer of an installation where Lakeside has this text.
fn with(source: &str) -> Composer {
    let lakeside = AgencyId::new(LAKESIDE).expect("it is an id");
    let text = text(source).expect("it is sound");
    composer().with_templates(Templates::new().with_library_text(&lakeside, KIND, text))
}

fn received() -> OutgoingNotice {
    notice(1, KIND.0, KIND.1, KIND.2)
}

fn rendered(composer: &Composer, dispatch: &OutgoingNotice) -> Rendered {
    composer.render(dispatch).expect("there is a standard text")
}

/// Returns only the words, since lines may be wrapped differently.
fn words(text: &str) -> Vec<&str> {
    text.split(' ').flat_map(str::lines).filter(|word| !word.is_empty()).collect()
}

#[test]
fn the_standard_texts_with_placeholders_give_the_standard_notices() {
    for (kind, to) in NOTICES {
        for language in [Language::ENGLISH, Language::FRENCH] {
            let mut dispatch = notice(1, kind, to, language);
            let texts = Catalog::builtin().texts(language);
            for note in ["As a whole, please.", ""] {
                dispatch.note = note.to_owned();
                let (subject, text) = (
                    LibraryText::standard_subject(kind, to, &texts),
                    LibraryText::standard_text(kind, to, &texts),
                );
                let standard = rendered(&composer(), &dispatch);
                let about = (kind, to, language);
                let templates = Templates::new()
                    .with_library_subject(
                        &dispatch.from.id,
                        about,
                        LibraryText::subject(kind, to, &subject).expect("it is sound"),
                    )
                    .with_library_text(
                        &dispatch.from.id,
                        about,
                        LibraryText::text(kind, to, &text).expect("it is sound"),
                    );
                let own = rendered(&composer().with_templates(templates), &dispatch);
                assert!(!own.fell_back);
                assert_eq!(own.subject, standard.subject);
                assert_eq!(words(&own.text), words(&standard.text), "{kind:?} {to:?}:\n{text}");
                assert!(own.html.contains("class=\"card\""), "{}", own.html);
            }
        }
    }
}

#[test]
fn programs_of_a_template_engine_are_rejected_or_inert_and_cost_nothing() {
    let nested = |open: &str| format!("{{{{ {}1 }}}}\n{{link}}", open.repeat(4_800 / open.len()));
    for source in [
        nested("-"),
        nested("not "),
        nested("1+"),
        nested("1~"),
        format!("{{% if a %}}{}{{% endif %}}\n{{link}}", "{% elif a %}".repeat(400)),
        format!("{{{{ 1{} }}}}\n{{link}}", "|upper".repeat(800)),
        "{% include \"of/CA-OTU/en/received-patron.txt\" %}\n{link}".to_owned(),
        format!("{}\n{{link}}", "{".repeat(4_800)),
    ] {
        let error = text(&source).expect_err("braces are for placeholders");
        let is_clear = matches!(error, TextErrorKind::Unclosed | TextErrorKind::Unknown { .. });
        assert!(is_clear, "{error:?}");
    }
    let doubling = "%set a = [1]\n-- not not not {title} + + ~ | a|upper\n".to_owned()
        + &"a = a + a\n".repeat(60)
        + "{link}";
    let html = rendered(&with(&doubling), &received()).html;
    assert!(html.contains("a = a + a<br>"), "{html}");
}

#[test]
fn errors_are_found_with_their_line() {
    let line = |source: &str| {
        let error = LibraryText::text(KIND.0, KIND.1, source).expect_err("it is wrong");
        (error.code(), error.line())
    };
    assert_eq!(line("Hello\n\n{link} {titel}"), ("unknown", Some(3)));
    assert_eq!(line("Hello {title\n{link}"), ("unclosed", Some(1)));
    assert_eq!(line("{link}\n:-}"), ("stray-brace", Some(2)));
    assert_eq!(line("Here: {link}"), ("crowded", Some(1)));
    assert_eq!(line("Hello"), ("missing", None));
    assert_eq!(line(" \n"), ("empty", None));
    assert_eq!(line(&format!("{}{{link}}", "{title}\n".repeat(11))), ("too-often", None));
    assert_eq!(line(&"x".repeat(MAX_TEXT_BYTES + 1)), ("too-long", None));
    let error = LibraryText::text(KIND.0, KIND.1, "").expect_err("it is empty");
    assert_eq!((error.part(), &*error.to_string()), (Part::Text, "the text is empty"));
    // Notices to staff with accounts have no link.
    let (kind, to) = (NoticeKind::ProblemReported, Recipient::SupplierStaff);
    assert!(LibraryText::text(kind, to, "Please look:\n{problems}").is_ok());
    assert!(!Placeholder::of_text(kind, to).contains(&Placeholder::Link));
}

#[test]
fn errors_of_a_subject_name_the_subject_and_no_line() {
    let too_long = "x".repeat(501);
    let too_often = "{title}".repeat(11);
    for (source, code, message) in [
        (" ", "empty", "the subject is empty"),
        ("{title}\nBcc: x@example.org", "several-lines", "the subject has more than one line"),
        (&too_long, "too-long", "the subject is longer than 500 bytes"),
        ("{link}", "not-in-subject", "the subject cannot have the placeholder {link}"),
        ("{titel}", "unknown", "subject: there is no such placeholder"),
        ("{title", "unclosed", "subject: a { is not closed by a }"),
        ("title}", "stray-brace", "subject: a } does not close a placeholder"),
        (&too_often, "too-often", "subject: the placeholder {title} is used more than 10 times"),
    ] {
        let error = LibraryText::subject(KIND.0, KIND.1, source).expect_err(message);
        assert_eq!((error.part(), error.line()), (Part::Subject, None), "{source}");
        assert_eq!((error.code(), &*error.to_string()), (code, message));
    }
    let sound = "{title} from {other_library}";
    assert!(LibraryText::subject(KIND.0, KIND.1, sound).is_ok());
}

/// Checks texts without the documents, and texts whose paragraph with the documents is omitted.
#[test]
fn a_wrong_document_is_to_be_deleted_whatever_the_librarys_text_says() {
    let recipients = [Recipient::Partner, Recipient::Patron, Recipient::RequesterStaff];
    let kinds = [NoticeKind::Replaced, NoticeKind::Received, NoticeKind::Shipped];
    let kinds = kinds.into_iter().flat_map(|kind| recipients.map(|to| (kind, to)));
    for (kind, to) in kinds.filter(|notice| NOTICES.contains(notice)) {
        let link = if to == Recipient::RequesterStaff { "" } else { "\n{link}" };
        for (language, sentence) in [
            (Language::ENGLISH, "he lending library sent the wrong document and replaced it on"),
            (
                Language::FRENCH,
                "a bibliothèque prêteuse s’est trompée de document et l’a remplacé le",
            ),
        ] {
            for source in [
                format!("A new copy of {{title}} is here.{link}"),
                format!("{{documents}}\n{{contact_email}}\n\nIt is here.{link}"),
                format!("It is here:\n{{documents}}{link}"),
            ] {
                let mut dispatch = notice(1, kind, to, language);
                dispatch.from.emails = EmailAddresses::new();
                let text = LibraryText::text(kind, to, &source).expect("it is sound");
                let templates = Templates::new().with_library_text(
                    &dispatch.from.id,
                    (kind, to, language),
                    text,
                );
                let composer = composer().with_templates(templates);
                for is_wrong in [true, false] {
                    dispatch.files.iter_mut().for_each(|file| file.recalled_on = None);
                    dispatch.files[0].recalled_on = Date::new(2026, 11, 24).filter(|_| is_wrong);
                    let own = rendered(&composer, &dispatch);
                    assert!(!own.fell_back);
                    let count = usize::from(is_wrong);
                    let filled = words(&own.text).join(" ");
                    assert_eq!(filled.matches(sentence).count(), count, "{source}:\n{filled}");
                    assert_eq!(own.html.matches(sentence).count(), count, "{}", own.html);
                }
            }
        }
    }
}

#[test]
fn a_text_is_its_librarys_alone() {
    let composer = with("A word of Lakeside.\n{link}");
    let mut dispatch = received();
    let own = rendered(&composer, &dispatch);
    assert_eq!(own.text, format!("A word of Lakeside.\n{LINK}\n"));
    assert!(own.html.contains("<p>A word of Lakeside.</p>"), "{}", own.html);
    dispatch.from.id = AgencyId::new("CA-OTU").expect("it is an id");
    let others = rendered(&composer, &dispatch);
    assert!(!others.text.contains("Lakeside.") && !others.html.contains("A word"));
}

#[test]
fn values_from_outside_are_text_and_never_placeholders() {
    let composer = with("{title} {patron_name}\n{link}\n{contact_email} {other_library}");
    let mut dispatch = received();
    dispatch.title = "<script>{link}</script> {{ link }}".to_owned();
    let Rendered { text, html, .. } = rendered(&composer, &dispatch);
    assert!(text.contains("<script>{link}</script> {{ link }}"), "{text}");
    assert!(!html.contains("<script"), "{html}");
    assert_eq!(text.matches(LINK).count(), 1);
}

#[test]
fn a_paragraph_whose_value_is_missing_is_left_out() {
    let composer = with("Hello {patron_name}!\n\nQuestions? {contact_email}\n\n{link}");
    let mut dispatch = received();
    dispatch.from.emails = EmailAddresses::new();
    dispatch.contact.name = String::new();
    assert_eq!(rendered(&composer, &dispatch).text, format!("{LINK}\n"));
}

#[test]
fn a_text_that_becomes_too_long_falls_back_and_is_reported() {
    let composer = with(&format!("{}{{link}}", "{documents}\n".repeat(10)));
    let mut dispatch = received();
    let file = dispatch.files[0].clone();
    dispatch.files = std::iter::repeat_n(file, 50).collect();
    for file in &mut dispatch.files {
        file.description = "é".repeat(250);
    }
    let rendered = rendered(&composer, &dispatch);
    assert!(rendered.fell_back, "{}", rendered.text.len());
    assert!(rendered.text.contains("has sent what you requested") && rendered.text.contains(LINK));
    assert_eq!(composer.take_fallbacks(), Vec::new(), "a preview is no notice");
}
