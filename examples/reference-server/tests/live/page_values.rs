//! Unreadable values in forms and addresses are reported with what is expected.

use crate::support::browser::Browser;
use crate::support::sample::Sample;
use crate::support::signed::Signed;
use serde_json::json;

/// The fields of a form.
type Fields<'a> = Vec<(&'a str, &'a str)>;

#[tokio::test]
async fn an_unreadable_value_is_reported_with_what_is_expected() {
    let here = Sample::start();
    let lender = Signed::staff(&here, "toronto").await;
    let borrower = Signed::staff(&here, "vancouver").await;
    let request = here.handle("2026-00417").await;
    let at = |rest: &str| format!("/supply/{request}{rest}");
    let (edit, grant) = (at("/files/1/edit"), at("/files/1/grant"));
    let whole = "Enter a whole number from";
    let options = "Choose one of the options on the page.";
    // For fields that people do not type.
    let reload = "Go back, reload it and try again.".to_owned();
    let cases: Vec<(&Signed<'_>, String, Fields<'_>, String)> = vec![
        (
            &lender,
            edit.clone(),
            vec![("days", "-3")],
            format!("“Days after shipping” cannot be “-3”. {whole} 0 to 90."),
        ),
        (
            &lender,
            edit.clone(),
            vec![("days", "x")],
            format!("“Days after shipping” cannot be “x”. {whole} 0 to 90."),
        ),
        (
            &lender,
            edit.clone(),
            vec![("downloads", "70000000000")],
            format!("“Downloads” cannot be “70000000000”. {whole} 1 to 5."),
        ),
        (
            &lender,
            edit.clone(),
            vec![("downloads", "")],
            format!("“Downloads” is missing. {whole} 1 to 5."),
        ),
        (
            &lender,
            edit,
            vec![("until", "2026-02-30")],
            "“Last day (instead of days)” cannot be “2026-02-30”. Enter the year, month and day"
                .to_owned(),
        ),
        (
            &lender,
            grant.clone(),
            vec![("audience", "patron"), ("days", "-3")],
            format!("“Days from today” cannot be “-3”. {whole} 0 to 90."),
        ),
        (
            &lender,
            grant.clone(),
            vec![("audience", "patron"), ("downloads", "1.5")],
            format!("“Extra downloads” cannot be “1.5”. {whole} 0 to "),
        ),
        (
            &lender,
            grant.clone(),
            vec![("audience", "nobody"), ("days", "3")],
            format!("“Who can use the extra downloads” cannot be “nobody”. {options}"),
        ),
        (
            &lender,
            grant,
            vec![("days", "3")],
            "“Who can use the extra downloads” is missing.".to_owned(),
        ),
        (&lender, at("/cancel"), vec![("answer", "maybe")], reload.clone()),
        (&lender, at("/ship"), vec![("deliberate", "no")], format!("cannot be “no”. {options}")),
        (&lender, at("/move"), vec![], reload.clone()),
        (&lender, at("/revoke"), vec![("no", "x")], reload.clone()),
        (&lender, at("/link"), vec![], reload.clone()),
        (
            &lender,
            "/account/language".to_owned(),
            vec![("language", "de")],
            format!("cannot be “de”. {options}"),
        ),
        (
            &lender,
            "/account/password".to_owned(),
            vec![("current", "x"), ("new", "y")],
            "“Confirm the new password” is missing.".to_owned(),
        ),
        (
            &lender,
            "/library/accounts/toronto/access".to_owned(),
            vec![("disabled", "maybe")],
            reload.clone(),
        ),
        (
            &lender,
            "/library/accounts/make".to_owned(),
            vec![("login", "a b"), ("name", "X"), ("role", "staff")],
            "“Username” cannot be “a b”. Enter 1 to 64".to_owned(),
        ),
        (
            &lender,
            "/library/accounts/make".to_owned(),
            vec![("login", "a"), ("name", " "), ("role", "staff")],
            "“Name” is missing.".to_owned(),
        ),
        (
            &lender,
            "/library/accounts/make".to_owned(),
            vec![("login", "a"), ("name", "X"), ("role", "king")],
            "“Role” cannot be “king”".to_owned(),
        ),
        (
            &lender,
            "/library/copyright/save".to_owned(),
            vec![],
            "“Text of the notice” is missing.".to_owned(),
        ),
        (
            &lender,
            "/library/notices/active".to_owned(),
            vec![("received", "maybe")],
            reload.clone(),
        ),
        (
            &borrower,
            format!("/borrow/{request}/download"),
            vec![("file", "1"), ("ordinal", "x"), ("copyright_version", "0")],
            reload.clone(),
        ),
    ];
    for (sender, path, fields, expected) in cases {
        let said = sender.post("en", &path, &fields).await.expect(422).text();
        assert!(said.contains(&expected), "{path} {fields:?}: {expected}: {said}");
        assert!(said.contains("role=\"alert\""), "it stands on top of the page: {said}");
    }
    let (path, fields) = (at("/files/1/grant"), [("audience", "patron"), ("days", "-3")]);
    let said = lender.post("fr", &path, &fields).await.expect(422).text();
    let french = "«\u{a0}Jours à partir d’aujourd’hui\u{a0}» ne peut pas contenir «\u{a0}-3\u{a0}». Entrez un nombre \
                  entier de 0 à 90.";
    assert!(said.contains(french), "{said}");

    // The entered values stay in their fields.
    let fields =
        [("description", "The map"), ("downloads", "x"), ("days", "7"), ("why", "a course")];
    let said = lender.post("en", &at("/files/1/edit"), &fields).await.expect(422).text();
    for kept in ["value=\"The map\"", "value=\"7\"", "value=\"a course\""] {
        assert!(said.contains(kept), "{kept}: {said}");
    }
    let marked = "value=\"x\" aria-invalid=\"true\" aria-errormessage=\"alert\"";
    assert!(said.contains(marked) && said.contains("id=\"alert\""), "{said}");
    let problem = [("file", "1"), ("kind", "bogus"), ("note", "Page 12 is cut off")];
    let path = format!("/borrow/{request}/problem");
    let said = borrower.post("en", &path, &problem).await.expect(422).text();
    assert!(said.contains(&format!("cannot be “bogus”. {options}")), "{said}");
    assert!(said.contains(">Page 12 is cut off</textarea>"), "{said}");
    for more in [("file", "x"), ("bogus", "1"), ("note", "and page 13")] {
        let fields = [("file", "1"), ("kind", "other"), ("note", "Page 12 is cut off"), more];
        let said = borrower.post("en", &path, &fields).await.expect(422).text();
        assert!(said.contains(">Page 12 is cut off"), "{more:?}: the note stays: {said}");
        assert!(said.contains("value=\"other\" required checked"), "{more:?}: {said}");
        let is_named = said.contains("missing-page,") || said.contains("kind, note");
        assert!(!is_named, "no name that only programs have: {said}");
    }
    let fields = [("file", "x"), ("kind", "other"), ("note", "Page 12 is cut off")];
    let said = borrower.post("fr", &path, &fields).await.expect(422).text();
    assert!(said.contains(">Page 12 is cut off</textarea>"), "{said}");
    assert!(said.contains("Revenez en arrière, rechargez-la"), "{said}");
    let fields = [("why", "a course"), ("why", "of Paul Chan"), ("days", "7")];
    let said = lender.post("en", &at("/files/1/edit"), &fields).await.expect(422).text();
    assert!(said.contains("value=\"a course of Paul Chan\""), "{said}");
    let record = [
        ("name", "Coast Library"),
        ("email", "ill@example.org; bad, x@example.org"),
        ("zone", "America/Edmonton"),
        ("language", "fr"),
        ("policy", "recommended"),
        ("channel", "email"),
    ];
    let said = lender.post("en", "/library/record", &record).await.expect(422).text();
    let expected = "cannot be “bad”. Email address has no @ sign. Enter one complete address";
    assert!(said.contains(expected), "{said}");
    for kept in [
        "value=\"Coast Library\"",
        "value=\"ill@example.org; bad, x@example.org\"",
        "value=\"America/Edmonton\"",
        "value=\"fr\" lang=\"fr\" selected",
        "value=\"recommended\" required checked",
        "value=\"email\" checked",
    ] {
        assert!(said.contains(kept), "{kept}: {said}");
    }
}

#[tokio::test]
async fn an_unreadable_address_gets_a_page_in_the_readers_language() {
    let here = Sample::start();
    let cookie = here.cookie("toronto").await;
    let request = here.handle("2026-00417").await;
    let pages = format!("/supply/{request}/files/1/pages");
    for (path, english, french) in [
        (
            "/supply?q=ice&status=bogus",
            "“Status” cannot be “bogus”. Choose one of the options on the page.",
            "ne peut pas contenir «\u{a0}bogus\u{a0}»",
        ),
        (
            "/supply?q=ice&waiting=maybe",
            "cannot be “maybe”",
            "ne peut pas contenir «\u{a0}maybe\u{a0}»",
        ),
        ("/supply?q=ice&q=ice", "was sent more than once", "a été envoyé plusieurs fois"),
        (
            &format!("{pages}?page=x"),
            "“page” cannot be “x”. Enter a whole number from 1 to",
            "«\u{a0}page\u{a0}» ne peut pas contenir «\u{a0}x\u{a0}». Entrez un nombre entier de 1 à",
        ),
        (
            "/language?to=de",
            "“to” cannot be “de”",
            "«\u{a0}to\u{a0}» ne peut pas contenir «\u{a0}de\u{a0}»",
        ),
        ("/language", "“to” is missing", "Il manque le champ «\u{a0}to\u{a0}»"),
    ] {
        let said = here.get(path, &cookie, "en").await.expect(422).text();
        assert!(said.contains(english), "{path}: {said}");
        assert!(!path.contains("q=ice") || said.contains("value=\"ice\""), "{path}: {said}");
        let said = here.get(path, &cookie, "fr").await.expect(422).text();
        assert!(said.contains(french), "{path}: {said}");
    }
    // Parameters added by others are ignored.
    here.get("/supply?q=ice&utm_source=mail", &cookie, "en").await.expect(200);
}

#[tokio::test]
async fn browsers_accept_every_address_that_the_server_accepts() {
    let here = Sample::start();
    let browser = Browser::start().await;
    browser.sign_in(&here.server, "vancouver").await;
    browser.sees("Paul Chan").await;
    browser.open(&format!("{}/library", here.server.address)).await;
    browser.fill("email", "prêt@exemple.org; ill@example.org").await;
    browser.press("Save changes").await;
    browser.sees("Your changes to the library record have been saved").await;
    let known = here.host.get("/api/v1/participants").await.expect(200).json();
    let known = known.as_array().expect("it is a list").iter().find(|one| one["id"] == "CA-BVAU");
    let emails = &known.expect("it is known")["emails"];
    assert_eq!(*emails, json!(["prêt@exemple.org", "ill@example.org"]));
}

#[tokio::test]
async fn errors_in_the_subject_mention_the_subject() {
    let here = Sample::start();
    let lender = Signed::staff(&here, "toronto").await;
    let save = "/library/notices/received-patron/en/save";
    for (subject, english, french) in [
        (" ", "The subject is empty.", "L’objet est vide."),
        (
            "Here: {link}",
            "You cannot use {link} in the subject.",
            "{link} ne peut pas servir dans l’objet.",
        ),
        (
            "{titel}",
            "There is no placeholder {titel} for the subject.",
            "Il n’y a pas de champ {titel} pour l’objet.",
        ),
        ("{title", "Subject: There is a { without a }", "Objet\u{a0}: "),
    ] {
        let fields = [("subject", subject), ("text", "{link}")];
        let said = lender.post("en", save, &fields).await.expect(422).text();
        assert!(said.contains(english), "{subject}: {said}");
        assert!(!said.contains("Line 1") && !said.contains("The text is empty"), "{said}");
        let said = lender.post("fr", save, &fields).await.expect(422).text();
        assert!(said.contains(french) && !said.contains("Ligne 1"), "{subject}: {said}");
    }
    let fields = [("subject", "{title}"), ("text", " ")];
    let said = lender.post("en", save, &fields).await.expect(422).text();
    assert!(said.contains("The text is empty."), "{said}");
}
