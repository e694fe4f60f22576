//! Forms that differ from those on the page are refused, and the field is named.

use crate::support::caller::send;
use crate::support::documents::by_ghostscript;
use crate::support::sample::Sample;
use crate::support::signed::Signed;
use crate::support::webhooks::make_webhook;
use crate::support::window::OpenWindow;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use std::path::Path;

/// The fields of a form.
type Fields<'a> = Vec<(&'a str, &'a str)>;

/// Collects the last segment of each address to which the templates' forms are sent.
fn actions(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("there are templates") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            actions(&path, found);
            continue;
        }
        let template = std::fs::read_to_string(&path).expect("it is text");
        for before in ["method=\"post\" action=\"", "formaction=\""] {
            for rest in template.split(before).skip(1) {
                let action = rest.split('"').next().unwrap_or_default();
                found.push(action.rsplit('/').next().unwrap_or_default().to_owned());
            }
        }
    }
}

#[tokio::test]
async fn every_form_reports_unknown_and_repeated_fields() {
    let here = Sample::start();
    let request = here.handle("2026-00417").await;
    // Everything except mail in transit.
    let view = async || {
        let view = here.host.get(&format!("/api/v1/requests/{request}")).await.expect(200).json();
        ["status", "files", "links", "problems", "cancel_requested_at"].map(|of| view[of].clone())
    };
    let before = view().await;
    let at = |rest: &str| format!("/supply/{request}{rest}");
    let text = "/library/notices/received-patron/en";
    let own = "/library/accounts/toronto";
    let cookie = here.cookie("toronto").await;
    let webhook = make_webhook(&here, &cookie, "https://ill.example.org/webhook").await;
    let fields = [("url", "https://ill.example.org/"), ("events", ""), ("description", "")];
    let passwords = vec![("current", "x"), ("new", "a long sentence"), ("again", "y")];
    let record = vec![
        ("name", "Toronto"),
        ("email", "ill@example.org"),
        ("zone", "America/Toronto"),
        ("language", "en"),
        ("policy", "illume"),
        ("channel", "account"),
    ];
    let mail = || vec![("subject", "{title}"), ("text", "{link}")];
    let of_lender: Vec<(String, Fields<'_>)> = vec![
        ("/account/password".to_owned(), passwords),
        ("/account/language".to_owned(), vec![("language", "")]),
        ("/account/sign-out-everywhere".to_owned(), vec![]),
        ("/sign-out".to_owned(), vec![]),
        ("/library/record".to_owned(), record),
        ("/library/logo/remove".to_owned(), vec![]),
        ("/library/notices/active".to_owned(), vec![("received", "on")]),
        (format!("{text}/save"), mail()),
        (format!("{text}/preview"), mail()),
        (format!("{text}/reset"), vec![]),
        ("/library/copyright/save".to_owned(), vec![("text", "For study.")]),
        (
            "/library/accounts/make".to_owned(),
            vec![("login", "lucie"), ("name", "Lucie"), ("role", "staff")],
        ),
        (format!("{own}/details"), vec![("name", "Lucie"), ("role", "staff")]),
        (format!("{own}/access"), vec![("disabled", "true")]),
        (format!("{own}/password"), vec![]),
        (format!("{own}/sign-out"), vec![]),
        ("/library/webhooks/make".to_owned(), fields.to_vec()),
        (format!("{webhook}/details"), fields.to_vec()),
        (format!("{webhook}/secret"), vec![]),
        (format!("{webhook}/test"), vec![]),
        (format!("{webhook}/resume"), vec![("from", "stopped")]),
        (format!("{webhook}/remove"), vec![]),
        (at("/move"), vec![("up", "1")]),
        (at("/ship"), vec![("deliberate", "yes")]),
        (at("/cancel"), vec![("answer", "decline")]),
        (at("/withdraw"), vec![("why", "The wrong volume")]),
        (at("/link"), vec![("audience", "patron")]),
        (at("/revoke"), vec![("no", "1")]),
        (at("/files/1/edit"), vec![("days", "30"), ("description", "x")]),
        (at("/files/1/grant"), vec![("audience", "patron"), ("days", "3")]),
        (at("/files/1/answer"), vec![("note", "It is whole.")]),
        (at("/files/1/remove"), vec![]),
    ];
    let at = |rest: &str| format!("/borrow/{request}{rest}");
    let of_borrower = vec![
        (at("/download"), vec![("file", "1"), ("ordinal", "1"), ("copyright_version", "0")]),
        (at("/problem"), vec![("file", "1"), ("kind", "other"), ("note", "x")]),
        (at("/receive"), vec![]),
        (at("/cancel"), vec![]),
        (at("/link"), vec![]),
        (at("/notify"), vec![]),
    ];
    let of_patron = vec![
        ("/track/sign-out".to_owned(), vec![]),
        (format!("/track/requests/{request}/open"), vec![]),
    ];
    let of_nobody = vec![
        ("/sign-in".to_owned(), vec![("login", "toronto"), ("password", "x")]),
        (
            "/track/sign-in".to_owned(),
            vec![("library", "CA-BVAU"), ("number", "p-2041"), ("password", "x")],
        ),
    ];
    let with_files = [
        (format!("/supply/{request}/upload"), "file", vec![("days", "3")]),
        (format!("/supply/{request}/files/1/replace"), "file", vec![("reason", "other")]),
        ("/library/logo".to_owned(), "logo", vec![]),
    ];

    let lender = Signed::staff(&here, "toronto").await;
    let nobody = Signed::nobody(&here);
    let mut covered = Vec::new();
    for (sender, forms) in [
        (&lender, of_lender),
        (&Signed::staff(&here, "vancouver").await, of_borrower),
        (&Signed::patron(&here).await, of_patron),
        (&nobody, of_nobody),
    ] {
        for (path, fields) in forms {
            // A preview shows the error in its frame.
            let status = if path.ends_with("/preview") { 200 } else { 422 };
            let more = [&fields[..], &[("bogus", "1")]].concat();
            let said = sender.post("en", &path, &more).await.expect(status).text();
            assert!(said.contains("“bogus”"), "{path}: {said}");
            let said = sender.post("fr", &path, &more).await.expect(status).text();
            assert!(said.contains("«\u{a0}bogus\u{a0}»"), "{path}: {said}");
            if let Some(first) = fields.first() {
                let twice = [&[*first], &fields[..]].concat();
                let said = sender.post("en", &path, &twice).await.expect(status).text();
                let words = ["was sent more than once", "reload it and try again"];
                assert!(words.iter().any(|words| said.contains(words)), "{path}: {said}");
            }
            covered.push(path);
        }
    }
    for (path, name, fields) in with_files {
        let more = [&fields[..], &[("bogus", "1")]].concat();
        let file = || by_ghostscript();
        let said = lender.upload("en", &path, &more, (name, file())).await.expect(422).text();
        assert!(said.contains("“bogus”"), "{path}: {said}");
        let said = lender.upload("fr", &path, &more, (name, file())).await.expect(422).text();
        assert!(said.contains("«\u{a0}bogus\u{a0}»"), "{path}: {said}");
        let said = lender.upload("en", &path, &fields, ("bogus", file())).await.expect(422).text();
        assert!(said.contains("“bogus”"), "a file of another name, {path}: {said}");
        covered.push(path);
    }
    for (language, quoted) in [("en", "“bogus”"), ("fr", "«\u{a0}bogus\u{a0}»")] {
        let person = json!({ "agency": "CA-OTU", "id": "koha-7", "name": "Ana Ruiz" });
        let asked = json!({ "window": "files", "person": person, "language": language });
        let path = format!("/api/v1/requests/{request}");
        let offered = OpenWindow::offer(&here.host, &path, asked).await;
        let window = OpenWindow::of(&here.server.address, &offered).await;
        let done = window.path("/done");
        let said = window.submit(&done, &[("bogus", "1")], 422).await;
        assert!(said.contains(quoted), "{said}");
        assert!(said.contains(&format!("href=\"{}\"", window.start)), "a way back: {said}");
        window.page().await;
        covered.push(done);
    }
    let mut actions_found = Vec::new();
    actions(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../adapters/pages/templates"),
        &mut actions_found,
    );
    assert!(actions_found.len() > 30, "the forms are found: {actions_found:?}");
    for mut action in actions_found {
        // The frame gets the address for signing out from whoever signs people in.
        if action == "{{ frame.sign_out }}" {
            action = "sign-out".to_owned();
        }
        let is_covered = covered.iter().any(|path| path.ends_with(&format!("/{action}")));
        assert!(is_covered, "the form of /{action} is not tried here");
    }
    assert_eq!(view().await, before, "nothing of all that was done");
}

#[tokio::test]
async fn a_form_with_a_file_is_refused_before_its_file_is_attached() {
    let here = Sample::start();
    let lender = Signed::staff(&here, "toronto").await;
    let request = here.handle("2026-00412").await;
    let (upload, replace) =
        (format!("/supply/{request}/upload"), format!("/supply/{request}/files/1/replace"));
    let file = || ("file", by_ghostscript());
    let reasons = "Choose one of the options on the page.";
    let whole = "Enter a whole number from";
    for (path, fields, expected) in [
        (&replace, vec![("reason", "bogus")], format!("“Reason” cannot be “bogus”. {reasons}")),
        (&replace, vec![("reason", "")], format!("“Reason” is missing. {reasons}")),
        (&replace, vec![], format!("“Reason” is missing. {reasons}")),
        (&upload, vec![("downloads", "x")], format!("“Downloads” cannot be “x”. {whole} 1 to 5.")),
        (
            &upload,
            vec![("days", "-3")],
            format!("“Days after shipping” cannot be “-3”. {whole} 0 to 90."),
        ),
        (
            &upload,
            vec![("days", "")],
            format!("“Days after shipping” is missing. {whole} 0 to 90."),
        ),
        (
            &upload,
            vec![("days", "3"), ("days", "4")],
            "“Days after shipping” was sent more than once.".to_owned(),
        ),
    ] {
        let said = lender.upload("en", path, &fields, file()).await.expect(422).text();
        assert!(said.contains(&expected), "{path} {fields:?}: {expected}: {said}");
    }
    let said = lender.upload("fr", &replace, &[("reason", "bogus")], file()).await.expect(422);
    assert!(
        said.text().contains("«\u{a0}Motif\u{a0}» ne peut pas contenir «\u{a0}bogus\u{a0}»"),
        "{}",
        said.text()
    );
    // The script gets the same message.
    let form = Form::new().text("form_key", lender.key.clone()).text("days", "-3");
    let form = form.part("file", Part::bytes(by_ghostscript()).file_name("a.pdf"));
    let sent = lender.request("en", &upload).header("accept", "application/json");
    let told = send(sent.multipart(form)).await.expect(422).json();
    assert!(told["failed"][0].as_str().is_some_and(|why| why.contains("cannot be “-3”")), "{told}");
    let view =
        async || here.host.get(&format!("/api/v1/requests/{request}")).await.expect(200).json();
    let files = view().await["files"].clone();
    assert_eq!((files.as_array().map(Vec::len), &files[0]["version"]), (Some(1), &json!(1)));
    // A field after its file is refused.
    let form = Form::new().text("form_key", lender.key.clone());
    let form = form.part("file", Part::bytes(by_ghostscript()).file_name("late.pdf"));
    let said = send(lender.request("en", &upload).multipart(form.text("days", "3"))).await;
    let said = said.expect(422).text();
    assert!(said.contains("“Days after shipping” came after its file"), "{said}");
    assert!(said.contains("The other file was uploaded"), "{said}");
    assert_eq!(view().await["files"].as_array().map(Vec::len), Some(2));
    lender.upload("en", &replace, &[("reason", "unreadable")], file()).await.expect(303);
}
