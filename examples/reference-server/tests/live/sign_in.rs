//! Sign-in, guessing, and floods of the sign-in page.

use crate::support::caller::Answer;
use crate::support::desk::Desk;
use crate::support::installation::Installation;
use crate::support::server::Launch;
use crate::support::sign_in::{Guest, form_key, set_cookies};
use desktop_delivery::Clock as _;
use desktop_delivery::time::SystemClock;
use desktop_delivery_postgres_testing::TestServer;
use futures_util::future::join_all;
use serde_json::json;
use std::net::TcpListener;
use std::time::Duration;
use tokio::time::Instant;

const PASSWORD: &str = "a long sentence";

/// An installation with a member of staff, `anne.roy`, and a patron, `p-2041`, who have the same
/// password.
async fn with_people(settings: impl FnOnce(Launch) -> Launch) -> Installation {
    let here = Installation::start_with(settings).await;
    add_people(&here, &Desk::on(&here.data), PASSWORD, PASSWORD).await;
    here
}

async fn add_people(here: &Installation, desk: &Desk, of_staff: &str, of_patron: &str) {
    let make = "account make anne.roy --agency CA-OTU --name Anne_Roy --password-stdin";
    desk.clone().with_input(&format!("{of_staff}\n")).run(make).expect(0);
    set_patron(here, "p-2041", of_patron).await;
}

async fn set_patron(here: &Installation, number: &str, password: &str) {
    let email = if number.is_ascii() { "carla.santos@example.org" } else { "paul@example.org" };
    let patron = json!({ "email": email, "tracking_password": password });
    let path = reqwest::Url::parse("http://x").and_then(|base| base.join(number));
    let number = path.expect("it is a path").path().to_owned();
    let path = format!("/api/v1/participants/CA-BVAU/patrons{number}");
    here.host.put(&path, patron).await.expect(204);
}

/// Waits for the next counting window of 15 minutes if the current one is about to end.
async fn within_one_window() {
    let left = 900 - SystemClock.now().as_seconds().rem_euclid(900);
    if left < 45 {
        tokio::time::sleep(Duration::from_secs(left.unsigned_abs())).await;
    }
}

/// Returns the number of responses with status 303, 403 and 429.
fn counted(answers: &[Answer]) -> [usize; 3] {
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    let [signed_in, wrong, later] = [303, 403, 429].map(count);
    assert_eq!(signed_in + wrong + later, answers.len(), "every answer is one of the three");
    [signed_in, wrong, later]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_of_many_concurrent_guesses_are_checked() {
    let here = with_people(|launch| launch).await;
    let guest = Guest::new(&here.server.address);
    within_one_window().await;
    for is_staff in [true, false] {
        let attempt = async |password: &str| match is_staff {
            true => guest.staff("anne.roy", password).await,
            false => guest.patron("p-2041", password).await,
        };
        // One of them is right: it comes too late, or refunds its own attempt only.
        let words: Vec<String> = (0..200)
            .map(|number| match number {
                3 => PASSWORD.to_owned(),
                _ => format!("guess number {number}"),
            })
            .collect();
        let answers = join_all(words.iter().map(|word| attempt(word))).await;
        let [signed_in, mut wrong, later] = counted(&answers);
        assert!(wrong <= 5 && signed_in <= 1 && later >= 190, "{signed_in} {wrong} {later}");
        for answer in answers.iter().filter(|answer| answer.status == 429) {
            let seconds: u32 = answer.header("retry-after").parse().unwrap();
            assert!((1..=900).contains(&seconds), "{seconds}");
        }
        while attempt("one guess more").await.status == 403 {
            wrong += 1;
        }
        assert_eq!(wrong, 5, "so many were checked");
        let refused = attempt(PASSWORD).await.expect(429);
        assert!(refused.text().contains("Wait 15 minutes"), "{}", refused.text());
    }
    // Neither locks out the other, nor another name.
    guest.staff("paul.chan", "a wrong guess").await.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_count_concurrent_guesses_together() {
    let postgres = TestServer::start();
    let address = postgres.url(&postgres.create_database());
    let place = tempfile::tempdir().unwrap();
    let first = place.path().join("first");
    let here =
        Installation::start_in(&first, |launch| launch.with("DATABASE__ADDRESS", &address)).await;
    let desk = Desk::on(&first).with("DATABASE__ADDRESS", &address);
    add_people(&here, &desk, PASSWORD, PASSWORD).await;
    let second = place.path().join("second");
    std::fs::create_dir(&second).unwrap();
    let other = Launch::new(&second).with("DATABASE__ADDRESS", &address).joining().start();
    within_one_window().await;
    let guests = [&here.server, &other].map(|server| Guest::new(&server.address));
    let guesses = (0..120).map(|number| guests[number % 2].staff("anne.roy", "a wrong guess"));
    let [_, mut wrong, _] = counted(&join_all(guesses).await);
    for number in 0..12 {
        let [_, more, _] = counted(&[guests[number % 2].staff("anne.roy", "a wrong guess").await]);
        wrong += more;
    }
    assert_eq!(wrong, 5, "so many were checked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_from_elsewhere_do_not_lock_out_a_known_browser() {
    let here = with_people(|launch| launch.with("LIMITS__TRUSTED_PROXIES", "127.0.0.1, ::1")).await;
    let guest = Guest::new(&here.server.address);
    let own = guest.clone().from("198.51.100.7");
    let [staff, patron] =
        [own.staff("anne.roy", PASSWORD).await, own.patron("p-2041", PASSWORD).await];
    let own = own.keeping(&staff.expect(303)).keeping(&patron.expect(303));
    within_one_window().await;
    for number in 0..60 {
        let attacker = guest.clone().from(&format!("203.0.113.{number}"));
        attacker.staff("anne.roy", "a wrong guess").await;
        attacker.patron("p-2041", "a wrong guess").await;
    }
    let stranger = guest.clone().from("192.0.2.1");
    stranger.staff("anne.roy", PASSWORD).await.expect(429);
    stranger.patron("p-2041", PASSWORD).await.expect(429);
    own.staff("anne.roy", PASSWORD).await.expect(303);
    own.patron("p-2041", PASSWORD).await.expect(303);
    // The value identifies no other person's browser.
    let stolen = own.staff("paul.chan", "a wrong guess").await;
    stolen.expect(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_sign_ins_is_refused_and_pages_stay_responsive() {
    let here = with_people(|launch| launch.with("LIMITS__TRUSTED_PROXIES", "127.0.0.1")).await;
    let guest = Guest::new(&here.server.address);
    guest.clone().from("192.0.2.1").staff("anne.roy", PASSWORD).await.expect(303);
    let before = here.server.peak_memory();
    let started = Instant::now();
    let flood = (0..600).map(|number| {
        let guest = guest.clone().from(&format!("203.0.{}.{}", number / 200, number % 200));
        async move { guest.staff(&format!("name{number}"), "a wrong guess").await }
    });
    let page = async {
        let mut slowest = Duration::ZERO;
        for _ in 0..10 {
            let asked = Instant::now();
            guest.get("/sign-in").await.expect(200);
            slowest = slowest.max(asked.elapsed());
        }
        slowest
    };
    let (answers, slowest) = tokio::join!(join_all(flood), page);
    let [_, wrong, later] = counted(&answers);
    // As many at once as there are slots; the others are told when to retry.
    assert!(wrong >= 32 && later > 0, "{wrong} checked, {later} refused");
    for answer in answers.iter().filter(|answer| answer.status == 429) {
        assert_eq!(answer.header("retry-after"), "2");
        assert!(answer.text().contains("Try again in a few seconds"), "{}", answer.text());
    }
    let grown = here.server.peak_memory().saturating_sub(before);
    assert!(grown < 120_000_000, "{grown} bytes");
    assert!(slowest < Duration::from_secs(5), "{slowest:?} for a page");
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    guest.from("192.0.2.1").staff("anne.roy", PASSWORD).await.expect(303);
}

#[tokio::test]
async fn equivalent_forms_of_passwords_and_numbers_match() {
    let here = Installation::start().await;
    // As composed on a Mac, and with characters pasted from a spreadsheet.
    let stored = "Cre\u{300}me bru\u{302}le\u{301}e, deux fois";
    add_people(&here, &Desk::on(&here.data), stored, &format!(" {stored}\u{a0}")).await;
    set_patron(&here, "Cafe\u{301}-77", stored).await;
    let guest = Guest::new(&here.server.address);
    for typed in [
        "Crème brûlée, deux fois",
        stored,
        " Crème brûlée, deux fois \t",
        "Crème\u{a0}brûlée, deux fois\u{200b}",
    ] {
        guest.staff("anne.roy", typed).await.expect(303);
        guest.staff(" ａｎｎｅ.ＲＯＹ ", typed).await.expect(303);
        guest.patron("p-2041", typed).await.expect(303);
        guest.patron("ｐ-２０４１\u{3000}", typed).await.expect(303);
        guest.patron("Café-77", typed).await.expect(303);
        guest.patron(" Carla.Santos@Example.ORG", typed).await.expect(303);
    }
    guest.staff("anne.roy", "crème brûlée, deux fois").await.expect(403);
    guest.patron("p-2041", "Creme brulee, deux fois").await.expect(403);

    // The page where staff change it accepts the same forms.
    let signed_in = guest.staff("anne.roy", stored).await.expect(303);
    let anne = guest.clone().keeping(&signed_in);
    let key = form_key(&anne.get("/account").await.expect(200));
    let new = [
        ("form_key", &*key),
        ("current", "Crème brûlée, deux fois "),
        ("new", "encore une cre\u{300}me"),
        ("again", "encore une crème "),
    ];
    anne.post("/account/password", &new).await.expect(303);
    guest.staff("anne.roy", "encore une crème").await.expect(303);
    let desk = Desk::on(&here.data).with_input("troisie\u{300}me mot de passe \n");
    desk.run("account password anne.roy --password-stdin").expect(0);
    guest.staff("anne.roy", "troisième mot de passe").await.expect(303);
    let bell = Desk::on(&here.data).with_input("a bell \u{7} in the middle\n");
    let refused = bell.run("account password anne.roy --password-stdin").expect(2);
    assert!(refused.err.contains("password"), "{}", refused.err);
    let bell = json!({ "email": "a@example.org", "tracking_password": "a \u{7} bell" });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/p-1", bell).await.expect(422);
}

#[tokio::test]
async fn staff_and_patron_forms_reject_each_others_keys() {
    let here = with_people(|launch| launch).await;
    let guest = Guest::new(&here.server.address);
    let staff = guest.staff("anne.roy", PASSWORD).await.expect(303);
    let patron = guest.patron("p-2041", PASSWORD).await.expect(303);
    let both = guest.keeping(&staff).keeping(&patron);
    let of_staff = form_key(&both.get("/account").await.expect(200));
    let of_patron = form_key(&both.get("/track/requests").await.expect(200));
    assert_ne!(of_staff, of_patron);
    let language = async |key: &str| {
        both.post("/account/language", &[("form_key", key), ("language", "fr")]).await.status
    };
    assert_eq!(language(&of_patron).await, 403);
    assert_eq!(language("").await, 403);
    assert_eq!(language(&of_staff).await, 303);
    let sign_out =
        async |key: &str| both.post("/track/sign-out", &[("form_key", key)]).await.status;
    assert_eq!(sign_out(&of_staff).await, 403);
    assert_eq!(sign_out(&of_patron).await, 303);
    both.get("/account").await.expect(200);
}

#[tokio::test]
async fn staff_and_patron_sessions_are_separate() {
    let here = with_people(|launch| launch).await;
    let guest = Guest::new(&here.server.address);
    let patron = guest.patron("p-2041", PASSWORD).await.expect(303);
    let (_, session, _) = set_cookies(&patron).remove(0);
    // Forms there have no key either.
    let posing = guest.with_cookie("desk_session", &session);
    posing.get("/account").await.expect(303);
    let key = form_key(&posing.clone().keeping(&patron).get("/track/requests").await.expect(200));
    let sent = [("form_key", &*key), ("language", "fr")];
    let answer = posing.post("/account/language", &sent).await;
    assert_ne!(answer.status, 200);
    assert!(!answer.header("location").contains("done="), "{}", answer.header("location"));
}

#[tokio::test]
async fn over_https_cookies_are_limited_to_this_host() {
    for (address, prefix, path) in [
        ("https://ill.example.org", "__Host-", "Path=/;"),
        ("https://example.org/desk", "__Secure-", "Path=/desk;"),
    ] {
        let mut here = with_people(|launch| launch).await;
        // As behind a proxy that serves HTTPS.
        let free = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).unwrap();
        here.launch = here.launch.with("ADDRESS", address).with("LISTEN", free);
        let here = here.restart(|server| server.kill());
        assert_eq!(here.server.address, address);
        let guest = Guest::new(&format!("http://{free}"));
        let staff = guest.staff("anne.roy", PASSWORD).await.expect(303);
        let patron = guest.patron("p-2041", PASSWORD).await.expect(303);
        for answer in [&staff, &patron] {
            let cookies = set_cookies(answer);
            assert_eq!(cookies.len(), 2, "a session and a browser: {cookies:?}");
            for (name, _, attributes) in cookies {
                let attributes = format!("{attributes};");
                assert!(name.starts_with(prefix), "{name}");
                for part in [path, "Secure;", "HttpOnly;", "SameSite=Lax;"] {
                    assert!(attributes.contains(part), "{name}: {attributes}");
                }
                assert!(!attributes.contains("Domain"), "{attributes}");
            }
        }
        guest.clone().keeping(&staff).get("/account").await.expect(200);
        // Without the prefix, it could come from another host.
        let (name, session, _) = set_cookies(&staff).remove(0);
        let plain = name.trim_start_matches(prefix);
        guest.with_cookie(plain, &session).get("/account").await.expect(303);
    }
}
