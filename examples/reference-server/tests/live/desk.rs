//! The operator's command, with and without a running server.

use crate::support::desk::Desk;
use crate::support::documents::{by_ghostscript, by_weasyprint};
use crate::support::installation::{Installation, PATRON_ADDRESS};
use crate::support::patron::Patron;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn a_delivery_can_be_made_by_commands() {
    let here = Installation::start().await;
    here.request("2026-00417").await;
    let desk = Desk::on(&here.data);
    let place = tempfile::tempdir().unwrap();
    let (article, figures) = (place.path().join("ice-ages.pdf"), place.path().join("figures.pdf"));
    std::fs::write(&article, by_weasyprint()).unwrap();
    std::fs::write(&figures, by_ghostscript()).unwrap();
    let stopped = here.restart(|server| {
        server.ask_to_stop();
        assert!(server.wait().0.success());
        // No server is running.
        let refused = desk.run("ship 2026-00417").expect(1);
        assert!(refused.err.contains("--without-attachment"), "{}", refused.err);
        let words = "attach 2026-00417 {} {} --description Pages_3_to_18 --downloads 4 --days 30";
        desk.run_with(words, &[&article, &figures]).expect(0);
        let unknown = desk.run("link 2026-00417 --audience patron").expect(2);
        assert!(unknown.err.contains("DESKTOP_DELIVERY_ADDRESS"), "{}", unknown.err);
        desk.run("ship 2026-00417").expect(0);
    });
    let here = stopped;

    // From here on, a server is running.
    let printed = desk.run("link 2026-00417 --audience patron").expect(0).out;
    let url = printed.strip_suffix('\n').unwrap();
    assert!(url.starts_with(&here.server.address) && !url.contains('\n'), "the address alone");
    assert_eq!(desk.json("link 2026-00417 --audience patron")["url"], url, "the same again");
    let patron = Patron::new(&here.server.address, url);
    let page = patron.page().await.expect(200).text();
    assert!(page.contains("Pages 3 to 18") && page.contains("4 of 4 downloads left"), "{page}");
    for (file, path) in [(1, &article), (2, &figures)] {
        let ticket = patron.ticket(file, "key").await;
        let got = patron.fetch(&ticket).await.expect(200).bytes;
        assert!(got == std::fs::read(path).unwrap(), "file {file} differs");
    }

    let shown = desk.json("request show 2026-00417");
    assert_eq!(
        shown["files"][0]["budgets"][0],
        json!({"of": "shared", "used": 1, "limit": 4, "left": 3})
    );
    assert_eq!(desk.json(&format!("request show {}", shown["handle"].as_str().unwrap())), shown);
    let text = desk.run("request show 2026-00417").expect(0).out;
    assert!(text.contains("ice-ages.pdf") && text.contains("shared 1 of 4"), "{text}");

    let extended = desk.json("extend 2026-00417 --file 1 --days 60 --why Exams");
    assert_ne!(extended["last_day"], shown["files"][0]["last_day"]);
    let too_far = desk.run("extend 2026-00417 --file 1 --until 2099-01-01 --why Exams").expect(1);
    assert!(too_far.err.contains("desk grant"), "{}", too_far.err);
    for nothing in ["--downloads 0", "--downloads 0 --days 0", "--days 1"] {
        let refused = desk.run(&format!("grant 2026-00417 --file 1 {nothing}")).expect(1);
        assert!(refused.err.contains("this grants nothing"), "{}", refused.err);
    }
    let granted = desk.json("grant 2026-00417 --file 1 --downloads 2");
    assert_eq!(granted["budgets"][0]["left"], 5);
    desk.run("receive 2026-00417").expect(0);
    desk.run("revoke 2026-00417 --link 1").expect(0);
    assert_eq!(patron.page().await.status, 410);
    desk.run("withdraw 2026-00417 --why Wrong_article").expect(0);

    let events = desk.json("events 2026-00417");
    let events = events["events"].as_array().unwrap();
    for what in ["attached", "shipped", "terms-changed", "granted", "link-revoked", "withdrawn"] {
        let event = events.iter().find(|event| event["event"] == what);
        let event = event.unwrap_or_else(|| panic!("no {what}: {events:?}"));
        assert_eq!(event["by"], "host", "{event}");
    }
    let text = desk.run("events 2026-00417").expect(0).out;
    assert!(text.contains("why=Wrong article"), "{text}");
    assert!(!format!("{events:?}{text}").contains("/d/"), "no link in the audit");
}

#[tokio::test]
async fn due_mail_contains_the_address_of_the_running_server() {
    let here = Installation::start_with(|launch| launch.with("WORKER_SECONDS", 3_600)).await;
    let (request, _) = here.shipped(&by_ghostscript()).await;
    let desk = Desk::on(&here.data);
    let set = desk.clone().with_input("other@example.org\n");
    let set = set.run("patron set CA-BVAU p-2041 --name Carla").expect(0);
    assert!(set.out.contains("o****@example.org"), "{}", set.out);
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let swept = desk.json("sweep");
    assert_eq!((&swept["notices_sent"], &swept["errors"]), (&json!(1), &json!([])));
    let mail: String = std::fs::read_dir(here.data.join("mail"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    assert!(mail.contains("other@example.org") && !mail.contains(PATRON_ADDRESS), "{mail}");
    let link = mail.lines().find(|line| line.starts_with(&here.server.address)).unwrap();
    Patron::new(&here.server.address, link).page().await.expect(200);

    let forgotten = desk.json("patron forget CA-BVAU p-2041");
    assert_eq!(forgotten["forgotten"], true);
    desk.run("patron show CA-BVAU p-2041").expect(1);
}

#[tokio::test]
async fn libraries_and_keys_can_be_managed_by_commands() {
    let here = Installation::start().await;
    let desk = Desk::on(&here.data);
    let nameless = desk.run("participant set CA-QMU --language fr").expect(2);
    assert!(nameless.err.contains("--name"), "{}", nameless.err);
    let blank = desk.run("participant set CA-QMU --name= --email pret@example.org").expect(2);
    assert!(blank.err.contains("name is empty"), "{}", blank.err);
    desk.run("participant set CA-QMU --name Bibliothèque --email pret@example.org --language fr")
        .expect(0);
    desk.run("participant set CA-QMU --zone america/montreal --policy recommended").expect(0);
    let shown = desk.json("participant show CA-QMU");
    for (name, value) in [
        ("name", "Bibliothèque"),
        ("zone", "America/Montreal"),
        ("policy", "recommended"),
        ("language", "fr"),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert_eq!(shown["emails"], serde_json::json!(["pret@example.org"]));
    let both =
        "participant set CA-QMU --email pret@example.org,ill@example.org --email a@exämple.org";
    desk.run(both).expect(0);
    let addresses = ["pret@example.org", "ill@example.org", "a@exämple.org"];
    assert_eq!(desk.json("participant show CA-QMU")["emails"], serde_json::json!(addresses));
    for wrong in ["bad", "a@x.org;b", "@x.org", "a@x"] {
        let refused = desk.run(&format!("participant set CA-QMU --email {wrong}")).expect(2);
        assert!(refused.err.contains("email address"), "{}", refused.err);
    }
    desk.run("participant set CA-QMU --email pret@example.org").expect(0);
    let wrong = desk.run("participant set CA-QMU --policy strict").expect(2);
    assert!(wrong.err.contains("illume"), "which there are: {}", wrong.err);
    let listed = here.host.get("/api/v1/participants").await.expect(200).json();
    assert!(listed.as_array().unwrap().contains(&shown), "the server has the same");

    let words = "key make --role staff --agency CA-QMU --id s-9 --note A_scanner";
    let key = desk.run(words).expect(0).out;
    let caller = crate::support::caller::Caller::new(&here.server.address, Some(key.trim()));
    caller.get("/api/v1/requests").await.expect(200);
    let list = desk.json("key list");
    let made = list["keys"].as_array().unwrap().iter().find(|key| key["staff"] == "s-9").unwrap();
    let id = made["id"].as_str().unwrap();
    assert!(!list.to_string().contains(key.trim()), "shown once");
    desk.run("key revoke ffff").expect(1);
    desk.run(&format!("key revoke {}", &id[..12])).expect(0);
    caller.get("/api/v1/requests").await.expect(401);
}

#[tokio::test]
async fn accounts_can_be_managed_by_commands() {
    let here = Installation::start().await;
    let desk = Desk::on(&here.data);
    let words = "account make anne.roy --agency CA-OTU --name Anne_Roy --role administrator";
    let made = desk.json(words);
    let made_up = made["password"].as_str().unwrap();
    let taken = desk.run(words).expect(1);
    assert!(taken.err.contains("is taken"), "{}", taken.err);
    let with_password = |password: &str| desk.clone().with_input(&format!("{password}\n"));
    let short = with_password("short").run("account password anne.roy --password-stdin").expect(2);
    assert!(short.err.contains("fewer than 10"), "{}", short.err);
    let changed = with_password("a long sentence");
    let changed = changed.run("account password anne.roy --password-stdin").expect(0);
    assert!(!changed.out.contains("a long sentence"), "known to whoever typed it");
    assert_eq!(desk.json("account disable anne.roy")["disabled"], true);
    let list = desk.json("account list --agency CA-OTU");
    assert_eq!(list["accounts"][0]["login"], "anne.roy");
    let said = list.to_string();
    assert!(!said.contains(made_up) && !said.contains("argon2"), "{said}");
    desk.run("account sign-out nobody").expect(1);
}

#[tokio::test]
async fn requests_can_be_searched_by_command() {
    let here = Installation::start().await;
    here.request("2026-00417").await;
    here.request_of("2026-00418", "CA-NSHPL").await;
    let desk = Desk::on(&here.data);
    let found = |words: &str| {
        let list = desk.json(&format!("request list {words}"));
        let requests = list["requests"].as_array().unwrap().iter();
        let references = requests.map(|request| request["facts"]["reference"].to_string());
        (references.collect::<BTreeSet<_>>().into_iter().collect::<String>(), list["more"] == true)
    };
    let (first, second) = ("\"2026-00417\"", "\"2026-00418\"");
    assert_eq!(found(""), (format!("{first}{second}"), false));
    assert!(found("--limit 1").1, "there are more");
    assert_eq!(found("--search ice_00417").0, first);
    assert_eq!(found("--agency CA-NSHPL --role requester").0, second);
    assert_eq!(found("--agency CA-OTU").0, format!("{first}{second}"));
    assert_eq!((found("--status shipped").0, found("--waiting").0), Default::default());
    desk.run("request list --role requester").expect(2);
    let text = desk.run("request list --search glaciology").expect(0).out;
    assert!(text.contains("On Ice Ages") && text.contains("CA-OTU"), "{text}");
}

#[tokio::test]
async fn every_command_prints_one_json_value_with_json() {
    let here = Installation::start().await;
    here.request("2026-00417").await;
    let desk = Desk::on(&here.data).with_input("carla@example.org\n");
    let place = tempfile::tempdir().unwrap();
    let article = place.path().join("ice-ages.pdf");
    std::fs::write(&article, by_ghostscript()).unwrap();
    let [backup, restored, export, imported, keys] =
        ["backup", "restored", "export", "imported", "keys.json"]
            .map(|name| place.path().join(name));
    let commands = [
        "participant set CA-QMU --name Montréal",
        "participant show CA-QMU",
        "participant list",
        "patron set CA-QMU p-1",
        "patron show CA-QMU p-1",
        "patron forget CA-QMU p-1",
        "account make anne.roy --agency CA-QMU --name Anne_Roy --role administrator",
        "account list",
        "account password anne.roy",
        "account disable anne.roy",
        "account enable anne.roy",
        "account sign-out anne.roy",
        "key make --role host",
        "key list",
        "webhook add https://hooks.example.org/desk",
        "webhook list",
        "attach 2026-00417 {}",
        "ship 2026-00417",
        "receive 2026-00417",
        "link 2026-00417 --audience partner",
        "extend 2026-00417 --file 1 --days 9 --why Less",
        "grant 2026-00417 --file 1 --days 30",
        "revoke 2026-00417 --link 1",
        "request list --agency CA-BVAU --role requester --status received --limit 1",
        "request show 2026-00417",
        "events 2026-00417",
        "withdraw 2026-00417 --why Enough",
        "keys list",
        "keys rotate",
        "keys retire 1 --yes",
        "sweep",
        "verify",
        "completions bash",
    ];
    let mut seen: BTreeSet<&str> = BTreeSet::from(["serve"]);
    for words in commands {
        seen.insert(words.split(' ').next().unwrap());
        let value = desk.run_with(&format!("{words} --json"), &[&article]).expect(0).json();
        assert!(value.is_object(), "{words}: {value}");
    }
    let id = desk.json("key list")["keys"][0]["id"].as_str().unwrap().to_owned();
    desk.json(&format!("key revoke {id}"));
    desk.run_with("backup {} --with-keys --json", &[&backup]).expect(0).json();
    let restored = Desk::on(&restored).run_with("restore {} --json", &[&backup]).expect(0).json();
    assert_eq!(restored["faults"], json!([]));
    desk.run_with("export {} --json", &[&export]).expect(0).json();
    desk.run_with("keys save {} --json", &[&keys]).expect(0).json();
    let imported = Desk::on(&imported);
    let imported =
        imported.run_with("import {} --keys {} --json", &[&export, &keys]).expect(0).json();
    assert_eq!(imported["faults"], json!([]));
    let pages = tempfile::tempdir().unwrap();
    desk.run_with("man {} --json", &[pages.path()]).expect(0).json();
    seen.extend(["backup", "restore", "export", "import", "man"]);

    let help = desk.run("--help").expect(0).out;
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let listed: BTreeSet<&str> =
        listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(seen, listed, "each command is run here");
    assert!(help.contains("Exit codes:"), "{help}");
}

#[test]
fn completions_contain_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish"] {
        let script = Desk::on(folder.path()).run(&format!("completions {shell}")).expect(0).out;
        assert!(script.contains("participant") && script.contains("rotate"), "{shell}: {script}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::on(folder.path());
    let written = desk.run_with("man {} --json", &[folder.path()]).expect(0).json();
    let written: Vec<&str> =
        written["pages"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for name in ["desk", "desk-serve", "desk-participant-set", "desk-keys-rotate", "desk-man"] {
        assert!(written.contains(&name), "{name}: {written:?}");
    }
    for name in written {
        let page = std::fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}: {page}");
    }
    let error = desk.run("man /nowhere").expect(1).err;
    assert!(error.contains("name a folder that exists"), "{error}");
}

#[tokio::test]
async fn files_are_attached_with_warnings_or_refused_with_a_reason() {
    let here = Installation::start().await;
    here.request("2026-00417").await;
    let desk = Desk::on(&here.data);
    let place = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = place.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    for (name, bytes, said) in [
        ("a.pdf", &b"MZ\x90\0"[..], "the file contains a Windows program"),
        ("b.pdf", b"only text", "ends in .pdf, but the file contains plain text"),
        ("e.htm", b"%PDF-1.7", "files whose names end in .htm are not accepted"),
        ("f.zip", b"PK\x03\x04cut off", "the archive is damaged"),
        (".htaccess", b"x", "files whose names end in .htaccess are not accepted"),
    ] {
        let refused = desk.run_with("attach 2026-00417 {}", &[&file(name, bytes)]).expect(1);
        assert!(refused.err.contains(said), "{name}: {}", refused.err);
    }
    let (name, article) = ("می\u{200c}خواهم \"1\" %22.pdf", by_weasyprint());
    let paths = [file(name, &article), file("again.pdf", &article)];
    let done = desk.run_with("attach 2026-00417 {} {}", &[&paths[0], &paths[1]]).expect(0);
    let warning =
        format!("warning: again.pdf: the same file is already attached as {name} (file 1)");
    assert!(done.out.contains(&warning), "{}", done.out);
    let shown = desk.json("request show 2026-00417");
    assert_eq!(shown["files"][0]["file_name"], name);
    assert_eq!(shown["files"][1]["warnings"][0]["code"], "same-bytes");
    let text = desk.run("request show 2026-00417").expect(0).out;
    assert!(text.contains("the same file is already attached"), "{text}");
}

#[tokio::test]
async fn errors_give_a_reason_and_a_remedy() {
    let empty = tempfile::tempdir().unwrap();
    let nothing = Desk::on(empty.path()).run("request list").expect(1);
    assert!(nothing.err.contains("DESKTOP_DELIVERY_DATA"), "{}", nothing.err);
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "and nothing is made there");

    let here = Installation::start().await;
    here.request("2026-00417").await;
    let desk = Desk::on(&here.data);
    let cases = [
        ("request show 2026-99999", 1, "desk request list"),
        ("receive 2026-00417", 1, "desk ship"),
        ("attach 2026-00417 /no/such/file.pdf", 1, "nothing was attached"),
        ("attach 2026-00417 /tmp", 2, "is not a file"),
        ("revoke 2026-00417 --link 7", 1, "request 2026-00417 has no link 7"),
        ("grant 2026-00417 --file 9 --downloads 1", 1, "request 2026-00417 has no file 9"),
        ("grant 2026-00417 --file 1", 2, "--downloads <N>|--days <D>"),
        ("extend 2026-00417 --file 9 --days 1 --why Exams", 1, "request 2026-00417 has no file 9"),
        ("extend 2026-00417 --file 1 --why Exams", 2, "--days"),
        ("patron set CA-XX p-1 a@example.org", 1, "desk participant list"),
        ("patron set CA-BVAU p-1 nobody", 2, "name@example.org"),
        ("patron set CA-BVAU p-1 a@x.org;b@x.org", 2, "one address only"),
        ("key make --role staff", 2, "--agency"),
        ("participant set CA-BVAU --zone Mars", 2, "IANA"),
        ("keys retire 1 --yes", 1, "desk keys rotate"),
        ("keys retire 9 --yes", 1, "desk keys list"),
        ("ship", 2, "--help"),
    ];
    for (words, code, said) in cases {
        let done = desk.run(words).expect(code);
        assert!(done.err.contains(said), "{words}: {}", done.err);
        assert_eq!(done.out, "", "{words}: what programs read stays empty");
    }
    let news = json!({
        "reference": "2026-00418", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Moraines", "status": "pending",
    });
    here.host.post("/api/v1/requests", news).await.expect(200);
    let unnamed = desk.run("link 2026-00418 --audience patron").expect(1);
    assert!(unnamed.err.contains("request 2026-00418 has no patron"), "{}", unnamed.err);
    let second: Value = desk.json("request list --search 00417");
    assert_eq!(second["requests"].as_array().map(Vec::len), Some(1));
}
