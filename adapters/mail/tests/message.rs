//! The texts and the structure of messages, parsed with another implementation (mail-parser).

mod support;

use desktop_delivery::notices::{LinkUrl, NoticeKind, OutgoingNotice, Recipient};
use desktop_delivery::{AgencyId, Contact, Language, Notifier, Timestamp, Zone};
use desktop_delivery_mail::{Composer, FolderNotifier, LibraryText, Part, Sender, Templates};
use desktop_delivery_text::Catalog;
use mail_parser::{HeaderValue, Message, MessageParser, PartType};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use support::{LINK, NOTICES, composer, notice, received};

/// Returns the raw message, as sent to a server.
async fn raw_of(composer: Composer, dispatch: &OutgoingNotice) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let notifier = FolderNotifier::open(folder.path(), Arc::new(composer)).expect("it is there");
    notifier.notify(dispatch).await.expect("the folder is writable");
    let mut files = fs::read_dir(folder.path()).expect("the folder is there");
    let file = files.next().expect("a notice was written").expect("the folder is readable");
    fs::read_to_string(file.path()).expect("messages are UTF-8")
}

fn parsed(raw: &str) -> Message<'_> {
    MessageParser::default().parse(raw).expect("it is a message")
}

fn header<'a>(message: &'a Message<'_>, name: &str) -> &'a str {
    match message.header(name.to_owned()) {
        Some(HeaderValue::Text(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}

fn html_of<'a>(message: &'a Message<'_>) -> &'a str {
    match message.html_part(0).map(|part| &part.body) {
        Some(PartType::Html(html)) => html,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_headers_have_the_sender_and_the_recipient() {
    let raw = raw_of(composer(), &received(7)).await;
    let message = parsed(&raw);
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Lakeside University Library"));
    assert_eq!(from.address(), Some("ill@consortium.example.org"));
    let reply_to = message.reply_to().unwrap().first().unwrap();
    assert_eq!(reply_to.address(), Some("ill@lakeside.example.org"));
    let to = message.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Carla Santos"), Some("carla.santos@example.org")));
    assert_eq!(message.message_id(), Some("000102ab040506ff.7@consortium.example.org"));
    assert_eq!(message.date().unwrap().to_timestamp(), support::NOW.as_seconds());
    assert_eq!(header(&message, "Auto-Submitted"), "auto-generated");
    assert_eq!(message.subject(), Some("Ready to download: On the tides of inland seas"));
    let names: Vec<&str> = message.headers().iter().map(|header| header.name()).collect();
    assert!(!names.iter().any(|name| name.to_lowercase().starts_with("x-")), "{names:?}");
    assert_eq!((message.text_body_count(), message.html_body_count()), (1, 1));
}

#[tokio::test]
async fn a_repeated_notice_has_the_same_message_id_and_replaces_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("mail");
    let notifier = FolderNotifier::open(&folder, Arc::new(composer())).unwrap();
    notifier.notify(&received(1)).await.unwrap();
    notifier.notify(&received(1)).await.unwrap();
    notifier.notify(&received(2)).await.unwrap();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["000102ab040506ff.1.eml", "000102ab040506ff.2.eml"]);
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.join(&names[0])), mode(folder)), (0o600, 0o700));
}

#[tokio::test]
async fn a_missing_folder_is_a_transient_failure() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("mail");
    let notifier = FolderNotifier::open(&folder, Arc::new(composer())).unwrap();
    fs::remove_dir(&folder).unwrap();
    assert!(notifier.notify(&received(1)).await.unwrap_err().is_transient());
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(FolderNotifier::open(file, Arc::new(composer())).is_err());
}

#[tokio::test]
async fn a_link_is_not_broken_in_the_raw_or_decoded_message() {
    let long = format!("{}.example.org", "bibliotheque-".repeat(3) + "consortium");
    assert!(long.len() >= 60, "{}", long.len());
    let hosts = ["ill.example.org", "a.org", "ill.consortium.ex.org", &long];
    for (host, language) in hosts
        .iter()
        .flat_map(|host| [Language::ENGLISH, Language::FRENCH].map(|language| (host, language)))
    {
        let token = LINK.rsplit_once('/').unwrap().1;
        let link = format!("https://{host}/d/{token}");
        for (kind, to) in NOTICES {
            let mut dispatch = notice(1, kind, to, language);
            // A title whose letters would make base64 or quoted-printable an obvious choice.
            dispatch.title = "Ο περί των παλιρροιών λόγος ".repeat(9);
            let carries = dispatch.link.is_some();
            dispatch.link = dispatch.link.map(|_| LinkUrl::new(link.clone()));
            let raw = raw_of(composer(), &dispatch).await;
            assert_eq!(raw.contains(&format!("\r\n{link}\r\n")), carries, "{raw}");
            assert!(raw.lines().all(|line| line.len() <= 998), "{raw}");
            assert!(!raw.contains("quoted-printable"), "{raw}");
            let message = parsed(&raw);
            let text = message.body_text(0).unwrap();
            assert_eq!(text.lines().any(|line| line == link), carries, "{text}");
            let quoted = format!("\"{link}\"");
            assert_eq!(html_of(&message).contains(&quoted), carries);
        }
    }
}

#[tokio::test]
async fn a_line_that_is_too_long_for_email_is_handled() {
    let link = format!("https://{}.example.org/d/{}", "long".repeat(15), "A".repeat(44));
    for letters in ["Über Ebbe und Flut ", "On ebb and flow "] {
        let mut dispatch = received(1);
        dispatch.title = letters.replace(' ', "").repeat(120);
        dispatch.link = Some(LinkUrl::new(link.clone()));
        let raw = raw_of(composer(), &dispatch).await;
        assert!(raw.lines().all(|line| line.len() <= 998), "{raw}");
        let message = parsed(&raw);
        let text = message.body_text(0).unwrap();
        assert!(text.lines().any(|line| line == link) && text.contains(&dispatch.title));
        assert!(html_of(&message).contains(&link));
    }
}

#[tokio::test]
async fn untrusted_text_is_escaped() {
    let evil = "a\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script><img src=x onerror=y> \
                {{ link }} \"><b>&amp;\u{202e}\0";
    for (kind, to) in NOTICES {
        for language in [Language::ENGLISH, Language::FRENCH] {
            let mut dispatch = notice(1, kind, to, language);
            dispatch.title = evil.to_owned();
            dispatch.note = evil.to_owned();
            dispatch.request_no = evil.to_owned();
            dispatch.from.name = evil.to_owned();
            dispatch.other.name = evil.to_owned();
            dispatch.contact =
                Contact::new(evil, "carla.santos@example.org").with_language(language);
            dispatch.files[0].file_name = evil.to_owned();
            dispatch.files[0].description = evil.to_owned();
            let raw = raw_of(composer(), &dispatch).await;
            let message = parsed(&raw);
            assert!(message.bcc().is_none() && message.parts.len() == 3, "{raw}");
            let names: Vec<&str> = message.headers().iter().map(|header| header.name()).collect();
            let expected = [
                "Date",
                "Message-ID",
                "From",
                "To",
                "Auto-Submitted",
                "Reply-To",
                "Subject",
                "MIME-Version",
                "Content-Type",
            ];
            let names: Vec<_> =
                names.into_iter().filter(|name| *name != "Content-Transfer-Encoding").collect();
            assert_eq!(names, expected, "{raw}");
            assert_eq!(message.to().unwrap().as_list().unwrap().len(), 1);
            let html = html_of(&message);
            for markup in ["<script", "<img", "<b>", "\u{202e}"] {
                assert!(!html.contains(markup), "{kind:?} {to:?}: {markup} in {html}");
            }
            assert!(html.contains("&lt;script&gt;"), "{html}");
            assert!(html.contains("{{ link }}"));
            let text = message.body_text(0).unwrap();
            // A value is broken only if a built-in sentence is too long for one line.
            let mut before = "";
            for line in text.lines() {
                assert!(!line.starts_with("Bcc") || before.len() > 60, "{text}");
                before = line;
            }
        }
    }
}

#[tokio::test]
async fn names_and_titles_beyond_ascii_arrive_unchanged() {
    let mut dispatch = notice(1, NoticeKind::Received, Recipient::Patron, Language::FRENCH);
    dispatch.title = "L’été à la plage".to_owned();
    dispatch.from.name = "Bibliothèque de l’Université, service du prêt".to_owned();
    dispatch.contact =
        Contact::new("Zoë Müller", "zoe@example.org").with_language(Language::FRENCH);
    let raw = raw_of(composer(), &dispatch).await;
    let head = raw.split("\r\n\r\n").next().unwrap();
    assert!(head.is_ascii(), "{head}");
    let message = parsed(&raw);
    assert_eq!(message.subject(), Some("Prêt à télécharger\u{a0}: L’été à la plage"));
    let from = message.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Bibliothèque de l’Université, service du prêt"));
    assert_eq!(message.to().unwrap().first().unwrap().name(), Some("Zoë Müller"));
}

#[tokio::test]
async fn a_long_title_is_shortened_only_in_the_subject() {
    let mut dispatch = received(1);
    dispatch.title = "A very long title of a very thorough treatise ".repeat(20).trim().to_owned();
    let raw = raw_of(composer(), &dispatch).await;
    let message = parsed(&raw);
    let subject = message.subject().unwrap();
    assert_eq!(
        subject,
        "Ready to download: A very long title of a very thorough treatise A very long…"
    );
    assert!(message.body_text(0).unwrap().contains(&dispatch.title));
}

#[tokio::test]
async fn a_notice_of_a_library_without_a_valid_address_has_no_reply_to() {
    for email in ["", "not an address\r\nBcc: eve@example.org"] {
        let mut dispatch = received(1);
        dispatch.from.emails = email.replace('\n', " ").as_str().into();
        let raw = raw_of(composer(), &dispatch).await;
        assert!(parsed(&raw).reply_to().is_none());
        assert!(raw.contains(LINK));
    }
}

#[tokio::test]
async fn reply_to_lists_every_address_of_the_library() {
    let mut dispatch = received(1);
    dispatch.from.emails = "ill@exämple.org, josé@example.org, loans@lakeside.example.org".into();
    let raw = raw_of(composer(), &dispatch).await;
    let message = parsed(&raw);
    let answers: Vec<_> =
        message.reply_to().unwrap().iter().map(|to| to.address().unwrap()).collect();
    // With a local part beyond ASCII, the patron's server would also need SMTPUTF8.
    assert_eq!(answers, ["ill@xn--exmple-cua.org", "loans@lakeside.example.org"]);
    let shown = html_of(&message);
    assert!(shown.contains("href=\"mailto:ill@ex%C3%A4mple.org\""), "{shown}");
}

#[tokio::test]
async fn the_installation_sets_the_sender() {
    let sender = Sender::new("ill@example.org")
        .and_then(|sender| sender.with_message_id_domain("delivery.example.org"))
        .unwrap();
    let raw = raw_of(Composer::new(sender), &received(1)).await;
    assert_eq!(parsed(&raw).message_id(), Some("000102ab040506ff.1@delivery.example.org"));
    let idn = Sender::new("ill@bibliothèque.example.org").unwrap();
    let raw = raw_of(Composer::new(idn), &received(1)).await;
    let from = parsed(&raw).from().unwrap().first().unwrap().address().unwrap().to_owned();
    assert_eq!(from, "ill@xn--bibliothque-59a.example.org");
    assert!(Sender::new("desk@localhost").is_ok(), "an installation for trying things out");
    for wrong in ["", "ill", "ill@", "ill@example.org\r\nBcc: eve@example.org", "prêt@example.org"]
    {
        assert!(Sender::new(wrong).is_err(), "{wrong}");
    }
    assert!(Sender::new("a@example.org").unwrap().with_message_id_domain("a b").is_err());
}

#[test]
fn every_notice_has_its_own_texts_in_every_language() {
    for (kind, to) in NOTICES {
        for language in [Language::ENGLISH, Language::FRENCH] {
            for part in [Part::Subject, Part::Text, Part::Html] {
                let source = Templates::builtin(kind, to, part).unwrap();
                let other = (NoticeKind::Shipped, Recipient::SupplierStaff);
                assert_ne!(Some(source), Templates::builtin(other.0, other.1, part));
                // The built-in texts pass the checks for replacements.
                Templates::new().with(kind, to, language, part, source).unwrap();
            }
        }
    }
}

#[test]
fn every_notice_matches_its_stored_text() {
    let mut all = String::new();
    for language in [Language::ENGLISH, Language::FRENCH] {
        for (kind, to) in NOTICES.into_iter().chain([(NoticeKind::Shipped, Recipient::Patron)]) {
            let rendered = composer().render(&notice(1, kind, to, language)).unwrap();
            all.push_str(&format!("=== {} {kind:?} to {to:?}\n", language));
            all.push_str(&format!("Subject: {}\n\n{}\n", rendered.subject, rendered.text));
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/notices.txt");
    if std::env::var_os("UPDATE_NOTICES").is_some() {
        fs::write(path, &all).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap();
    assert!(all == expected, "run with UPDATE_NOTICES=1 and read the difference; now:\n{all}");
}

/// The sentence of a document that cannot be downloaded yet, in each language.
const STARTS: [(&str, &str, &str); 3] = [
    ("en", "You can download it now", "You can download it from December\u{a0}1,\u{a0}2026"),
    ("fr", "Vous pouvez maintenant", "Vous pourrez le télécharger à partir du 1er\u{a0}décembre"),
    ("es", "ha llegado de", "Podrá descargarlo a partir del 1\u{a0}de\u{a0}diciembre"),
];

#[test]
fn an_email_says_from_when_each_document_can_be_downloaded() {
    let composer = composer().with_templates(Templates::with_texts(four_languages()));
    // 2026-12-01T00:00:00Z in the zone of the library.
    let midnight = Timestamp::from_seconds(1_796_083_200);
    for (language, now, from) in STARTS {
        let language = language.parse().unwrap();
        for (kind, to) in
            [(NoticeKind::Received, Recipient::Patron), (NoticeKind::Shipped, Recipient::Partner)]
        {
            let mut dispatch = notice(1, kind, to, language);
            (dispatch.from.zone, dispatch.other.zone) = (Zone::utc(), Zone::utc());
            let open = composer.render(&dispatch).unwrap();
            dispatch.files[0].available_from = Some(midnight);
            let one = composer.render(&dispatch).unwrap();
            assert_ne!(one.subject, open.subject);
            let mut other = dispatch.files[0].clone();
            other.available_from = None;
            dispatch.files.push(other);
            let two = composer.render(&dispatch).unwrap();
            assert_eq!(two.subject, one.subject);
            for rendered in [one, two] {
                for text in [rendered.text, rendered.html.replace("&nbsp;", "\u{a0}")] {
                    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                    let from = from.split_whitespace().collect::<Vec<_>>().join(" ");
                    assert_eq!(text.matches(&from).count(), 1, "{from}: {text}");
                    assert!(!text.contains(now), "{text}");
                }
            }
        }
    }
}

/// The sentences of a document that cannot be downloaded yet, to the staff of the borrowing and the
/// lending library, in each language.
const STARTS_FOR_STAFF: [(&str, &str, &str); 3] = [
    ("en", "You can download it from December 1,", "It can be downloaded from December 1,"),
    ("fr", "Vous pourrez le télécharger à partir", "Il pourra être téléchargé à partir du"),
    ("es", "Podrá descargarlo a partir del 1 de", "Podrá descargarse a partir del 1 de"),
];

#[test]
fn an_email_to_staff_says_from_when_each_document_can_be_downloaded() {
    let composer = composer().with_templates(Templates::with_texts(four_languages()));
    let lists_documents =
        |(kind, _): &(NoticeKind, Recipient)| *kind != NoticeKind::CancelRequested;
    for (kind, to) in NOTICES.into_iter().filter(lists_documents) {
        for (language, borrower, lender) in STARTS_FOR_STAFF {
            let (sentence, other) = match to {
                Recipient::RequesterStaff => (borrower, lender),
                Recipient::SupplierStaff => (lender, borrower),
                _ => continue,
            };
            let mut dispatch = notice(1, kind, to, language.parse().unwrap());
            (dispatch.from.zone, dispatch.other.zone) = (Zone::utc(), Zone::utc());
            let texts = |dispatch: &OutgoingNotice| {
                let rendered = composer.render(dispatch).unwrap();
                [rendered.text, rendered.html.replace("&nbsp;", " ")]
                    .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            };
            for text in texts(&dispatch) {
                assert!(!text.contains(sentence) && !text.contains(other), "{kind:?}: {text}");
            }
            dispatch.files[0].available_from = Some(Timestamp::from_seconds(1_796_083_200));
            for text in texts(&dispatch) {
                assert_eq!(text.matches(sentence).count(), 1, "{kind:?}: {text}");
                assert!(!text.contains(other), "{kind:?}: {text}");
            }
        }
    }
}

#[test]
fn a_start_within_the_day_is_in_the_time_zone_of_the_borrowing_library() {
    let mut dispatch = notice(1, NoticeKind::Shipped, Recipient::Partner, Language::ENGLISH);
    dispatch.from.zone = Zone::utc();
    dispatch.other.zone = Zone::new("America/Toronto").unwrap();
    dispatch.files[0].available_from = Some(Timestamp::from_seconds(1_796_083_200));
    let text = composer().render(&dispatch).unwrap().text;
    assert!(
        text.contains("You can download it from November\u{a0}30,\u{a0}2026, 19:00."),
        "{text}"
    );
}

/// Returns the texts with Spanish, added only by files, and a right-to-left language.
fn four_languages() -> Catalog {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../text/tests/languages");
    let texts = Catalog::builder().with_folder(std::path::Path::new(folder));
    let texts = texts.expect("the folder can be read").with_pseudo_language().build();
    texts.expect("the messages are right")
}

#[test]
fn a_third_language_needs_only_message_files() {
    let composer = composer().with_templates(Templates::with_texts(four_languages()));
    let spanish = "es-MX".parse().unwrap();
    for (kind, to) in NOTICES {
        let rendered = composer.render(&notice(1, kind, to, spanish)).unwrap();
        assert!(rendered.text.starts_with("Hola, Carla Santos:"), "{}", rendered.text);
        assert!(rendered.html.contains("<html lang=\"es\" dir=\"ltr\">"), "{}", rendered.html);
        let english = composer.render(&notice(1, kind, to, Language::ENGLISH)).unwrap();
        assert_ne!(rendered.subject, english.subject);
        for word in ["Dear ", "Please", "Questions", "downloads left", "Their message", "open this"]
        {
            let is_there = rendered.text.contains(word) || rendered.html.contains(word);
            assert!(!is_there, "{word}: {}", rendered.text);
        }
    }
    let received = notice(1, NoticeKind::Received, Recipient::Patron, spanish);
    let text = composer.render(&received).unwrap().text;
    for part in ["quedan 5 descargas; último día: 22\u{a0}de\u{a0}febrero", "escriba", "navegador."]
    {
        assert!(text.to_lowercase().contains(part), "{part}: {text}");
    }
}

#[test]
fn a_right_to_left_email_keeps_left_to_right_values_intact() {
    let composer = composer().with_templates(Templates::with_texts(four_languages()));
    let pseudo = "ar-XB".parse().unwrap();
    for (kind, to) in NOTICES {
        let rendered = composer.render(&notice(1, kind, to, pseudo)).unwrap();
        let html = rendered.html;
        assert!(html.contains("<html lang=\"ar-XB\" dir=\"rtl\">"), "{html}");
        assert!(html.contains("border-right: 3px") && !html.contains("border-left"), "{html}");
        let is_hebrew = |text: &str| text.chars().any(|c| ('א'..='ת').contains(&c));
        assert!(is_hebrew(&rendered.subject) && is_hebrew(&rendered.text), "{}", rendered.text);
        assert!(rendered.text.contains("\u{2068}Carla Santos\u{2069}"), "{}", rendered.text);
        // Left-to-right links in right-to-left text can still be copied.
        let carries = matches!(to, Recipient::Partner | Recipient::Patron);
        assert_eq!(rendered.text.lines().any(|line| line == LINK), carries, "{}", rendered.text);
    }
}

#[test]
fn a_template_for_all_notices_is_replaced_by_its_name_and_checked() {
    let signed = "{{ library }}\nOpen until five\n";
    let templates = Templates::new().with_template("foot.txt", signed).unwrap();
    let composer = composer().with_templates(templates);
    for language in [Language::ENGLISH, Language::FRENCH] {
        let dispatch = notice(1, NoticeKind::Received, Recipient::Patron, language);
        let text = composer.render(&dispatch).unwrap().text;
        assert!(text.ends_with("Lakeside University Library\nOpen until five\n"), "{text}");
    }
    for (name, source, problem) in [
        ("foot.text", "", "template foot.text: there is no template of this name"),
        ("link.txt", "none", "template link.txt: omits the link"),
        ("hello.txt", "{{ t('mail-hello') }}", "there is no message `mail-hello`"),
        ("layout.html", "{% block body %}", "template layout.html, line 1"),
    ] {
        let error = Templates::new().with_template(name, source).unwrap_err().to_string();
        assert!(error.contains(problem), "{name}: {error}");
    }
}

#[test]
fn an_operators_template_must_mention_that_a_wrong_document_was_replaced() {
    let templates = Templates::new()
        .with_template("replaced-patron.txt", "{{ library }} has a new scan: {{ link }}\n")
        .unwrap()
        .with_template(
            "replaced-patron.html",
            "<html><body><a href=\"{{ link }}\">A new scan</a></body></html>",
        )
        .unwrap();
    let composer = composer().with_templates(templates);
    let mut dispatch = notice(1, NoticeKind::Replaced, Recipient::Patron, Language::ENGLISH);
    let request = "he lending library sent the wrong";
    let recalled = composer.render(&dispatch).unwrap();
    assert!(recalled.text.contains(&format!("{LINK}\n\ntides.pdf: ")), "{}", recalled.text);
    assert!(recalled.text.contains(request), "{}", recalled.text);
    assert!(recalled.html.contains(request), "{}", recalled.html);
    assert!(recalled.html.ends_with("</body></html>"), "{}", recalled.html);
    dispatch.files.iter_mut().for_each(|file| file.recalled_on = None);
    let plain = composer.render(&dispatch).unwrap();
    assert!(!plain.text.contains(request) && !plain.html.contains(request), "{}", plain.html);
}

/// Quebec's usage: a non-breaking space before a colon, and none before the other signs.
#[test]
fn french_punctuation_is_spaced_as_in_quebec() {
    for (kind, to) in NOTICES {
        let mut dispatch = notice(1, kind, to, Language::FRENCH);
        dispatch.note = String::new();
        dispatch.problems[0].note = String::new();
        dispatch.link = None;
        let rendered = composer().render(&dispatch).unwrap();
        for text in [rendered.subject, rendered.text] {
            let mut before = ' ';
            for c in text.chars() {
                match c {
                    ':' => assert_eq!(before, '\u{a0}', "{text}"),
                    ';' | '?' | '!' => assert!(!before.is_whitespace(), "{text}"),
                    _ => {}
                }
                before = c;
            }
        }
    }
}

#[test]
fn texts_for_one_file_and_no_files_are_correct() {
    let mut dispatch = received(1);
    dispatch.files[0].downloads_left = 1;
    dispatch.files[0].last_day = None;
    let text = composer().render(&dispatch).unwrap().text;
    assert!(text.contains("1 download left\n"), "{text}");
    dispatch.files.clear();
    let rendered = composer().render(&dispatch).unwrap();
    assert!(rendered.text.contains(LINK) && !rendered.html.contains("<ul"));
}

mod replacing {
    use super::*;

    const KIND: (NoticeKind, Recipient, Language) =
        (NoticeKind::Received, Recipient::Patron, Language::ENGLISH);

    fn with(part: Part, source: &str) -> Result<Templates, String> {
        let (kind, to, language) = KIND;
        Templates::new().with(kind, to, language, part, source).map_err(|error| error.to_string())
    }

    #[test]
    fn a_librarys_text_takes_precedence_over_the_installations() {
        let (kind, to, _) = KIND;
        let lakeside = AgencyId::new("CA-BVAU").unwrap();
        let templates =
            with(Part::Subject, "For everyone: {{ title }}").unwrap().with_library_subject(
                &lakeside,
                KIND,
                LibraryText::subject(kind, to, "From {library}").unwrap(),
            );
        let composer = composer().with_templates(templates);
        let subject = |dispatch: &OutgoingNotice| composer.render(dispatch).unwrap().subject;
        let mut dispatch = received(1);
        assert_eq!(subject(&dispatch), "From Lakeside University Library");
        dispatch.from.id = AgencyId::new("CA-OTU").unwrap();
        assert_eq!(subject(&dispatch), "For everyone: On the tides of inland seas");
        composer.set_templates(Templates::new());
        assert_eq!(subject(&dispatch), "Ready to download: On the tides of inland seas");
    }

    #[test]
    fn errors_contain_the_line() {
        let file = "template en/received-patron";
        let cases = [
            (Part::Text, "{{ link }}\n{% if %}", format!("{file}.txt, line 2: ")),
            (
                Part::Text,
                "Hello\n\n{{ link }} {{ titel }}",
                format!("{file}.txt, line 3: unknown variable `titel`"),
            ),
            (Part::Text, "{{ link }}\n{{ title|shorten }}", format!("{file}.txt, line 2: ")),
            (
                Part::Text,
                "{{ link }}\n{% for f in files %}\n{{ f.pages }}{% endfor %}",
                format!("{file}.txt, line 3: "),
            ),
            (Part::Text, "no link here", format!("{file}.txt: omits the link")),
            (Part::Html, "<p>{{ link }}</p>{{ title|safe }}", format!("{file}.html, line 1: ")),
            (
                Part::Html,
                "{% autoescape false %}{{ link }}{{ title }}{% endautoescape %}",
                format!("{file}.html: does not escape untrusted text"),
            ),
            (
                Part::Text,
                "{{ link }}{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}\
                 {% endfor %}",
                format!("{file}.txt, line 1: does not terminate"),
            ),
            (Part::Subject, "{{ note if false }}", format!("{file}.subject: produces an empty")),
        ];
        for (part, source, expected) in cases {
            let problem = with(part, source).unwrap_err();
            assert!(problem.starts_with(&expected), "{source}: {problem}");
        }
    }

    #[test]
    fn a_text_that_fails_when_sent_falls_back_to_the_standard_text() {
        // The text is valid for every sample, but not for the actual notice.
        let source =
            "Here: {{ link }}{% if title == 'Trouble' %}{{ title.pages.first }}{% endif %}";
        let composer = composer().with_templates(with(Part::Text, source).unwrap());
        let mut dispatch = received(1);
        assert_eq!(composer.render(&dispatch).unwrap().text, format!("Here: {LINK}\n"));
        dispatch.title = "Trouble".to_owned();
        let text = composer.render(&dispatch).unwrap().text;
        assert!(text.contains("has sent what you requested"), "{text}");
        assert!(text.contains(LINK));
    }

    #[test]
    fn built_in_partial_templates_can_be_used() {
        let html = "{% extends \"layout.html\" %}{% block body %}<h1>Ahoy</h1>\
                    {% include \"link.html\" %}{% endblock %}";
        let composer = composer().with_templates(with(Part::Html, html).unwrap());
        let html = composer.render(&received(1)).unwrap().html;
        assert!(html.contains("<h1>Ahoy</h1>") && html.contains(LINK));
    }
}
