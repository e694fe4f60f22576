//! A host opens windows in its own pages: what they show, what they do, and what they refuse.

use crate::host::{Answer, Host, agency, send};
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{Error, PatronId, Refusal, StaffId, Terms};
use desktop_delivery_http::Route;
use desktop_delivery_identity::Holder;
use desktop_delivery_identity::windows::{WindowId, WindowKind};
use desktop_delivery_pages::{Templates, WindowOffer, WindowPerson, WindowPlace, routes};
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

const SITE: &str = "https://host.example.org";
const MOUNT: &str = "/ill/delivery";

/// An open window.
struct Open {
    id: WindowId,
    cookie: String,
    /// The address of its first page.
    start: String,
}

fn place() -> WindowPlace {
    WindowPlace::new(WebOrigin::new(SITE).expect("it is valid"))
}

fn person(library: &str) -> WindowPerson {
    WindowPerson::new(agency(library), StaffId::new("host-7").expect("it is valid"), "Ana Ruiz")
}

impl Host {
    async fn offer(&self, kind: WindowKind, library: &str) -> WindowOffer {
        let offered = self.windows.offer(self.handle, kind, &person(library), &place()).await;
        offered.expect("the library is a party")
    }

    async fn offer_to_patron(&self) -> WindowOffer {
        let patron = PatronId::new("p-2041").expect("it is valid");
        let offered = self.windows.offer_to_patron(&agency("CA-BVAU"), &patron, &place()).await;
        offered.expect("the library is known")
    }

    async fn open(&self, offer: &WindowOffer) -> Open {
        let answer = send(&self.app, Request::post(path_of(offer)), "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.headers[header::SET_COOKIE].to_str().expect("it is text");
        assert!(cookie.starts_with("__Secure-desk_window="), "{cookie}");
        for part in ["Path=/ill/delivery", "Secure", "HttpOnly", "SameSite=None", "Partitioned"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Open { id: offer.id.clone(), cookie, start: answer.location }
    }

    async fn get(&self, window: &Open, path: &str) -> Answer {
        send(&self.app, Request::get(path).header(header::COOKIE, &window.cookie), "").await
    }

    /// Sends a form of the window's first page, with the key from that page.
    async fn submit(&self, window: &Open, path: &str, fields: &str) -> Answer {
        let key = form_key(&self.get(window, &window.start).await.text);
        let request = Request::post(path)
            .header(header::COOKIE, &window.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(&self.app, request, &format!("form_key={key}{fields}")).await
    }
}

fn path_of(offer: &WindowOffer) -> String {
    let address = offer.address.expose();
    let path = address.strip_prefix("https://library.example.org").expect("it is absolute");
    assert!(path.starts_with("/ill/delivery/w/"), "{path}");
    path.to_owned()
}

fn form_key(page: &str) -> String {
    let key = page.split("name=\"form_key\" value=\"").nth(1).expect("the page has a form");
    key.split('"').next().unwrap_or_default().to_owned()
}

fn policy(answer: &Answer) -> &str {
    answer.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("it is text")
}

fn filled(path: &str, handle: &str) -> String {
    path.replace("{handle}", handle)
        .replace("{no}", "1")
        .replace("{page}", "1")
        .replace("{key}", "x")
        .replace("{token}", "x")
        .replace("{ticket}", "x")
        .replace("{attachment}", "1")
        .replace("{file_name}", "a.pdf")
}

#[tokio::test]
async fn getting_an_address_does_not_redeem_it_and_posting_it_opens_one_window() {
    let here = Host::new(Templates::default()).await;
    let offer = here.offer(WindowKind::Upload, "CA-OTU").await;
    let path = path_of(&offer);
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder().method(method).uri(&path);
        let shown = send(&here.app, request, "").await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(!shown.headers.contains_key(header::SET_COOKIE));
        assert!(policy(&shown).contains(&format!("frame-ancestors {SITE}")), "{}", policy(&shown));
        assert!(!shown.headers.contains_key("x-frame-options"));
    }
    let (one, two) = tokio::join!(
        send(&here.app, Request::post(&path), ""),
        send(&here.app, Request::post(&path), ""),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::GONE]);
    let again = send(&here.app, Request::get(&path), "").await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.text.contains("already been used"), "{}", again.text);

    let late = path_of(&here.offer(WindowKind::Upload, "CA-OTU").await);
    here.clock.advance(60);
    let expired = send(&here.app, Request::post(&late), "").await;
    assert_eq!(expired.status, StatusCode::GONE);
    assert!(expired.text.contains("60 seconds"), "{}", expired.text);
    // A forged address says nothing, and no site may frame it.
    let forged = send(&here.app, Request::post(format!("{}x", &late[..late.len() - 1])), "").await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
    assert!(policy(&forged).contains("frame-ancestors 'none'"), "{}", policy(&forged));
}

#[tokio::test]
async fn a_form_of_another_site_cannot_redeem_an_address() {
    let here = Host::new(Templates::default()).await;
    let path = path_of(&here.offer(WindowKind::Upload, "CA-OTU").await);
    let request = Request::post(&path).header("sec-fetch-site", "cross-site");
    assert_eq!(send(&here.app, request, "").await.status, StatusCode::FORBIDDEN);
    let request = Request::post(&path).header("sec-fetch-site", "same-origin");
    assert_eq!(send(&here.app, request, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_window_shows_its_task_in_a_frame_of_its_site_and_leads_nowhere_else() {
    let here = Host::new(Templates::default()).await;
    here.ship(Terms::new(5, 90)).await;
    let windows = [
        (WindowKind::Upload, "CA-OTU", "Subir", "ice-ages.pdf"),
        (WindowKind::Files, "CA-OTU", "", "ice-ages.pdf"),
        (WindowKind::Request, "CA-OTU", "", "ice-ages.pdf"),
        (WindowKind::History, "CA-OTU", "", "Marcos"),
        (WindowKind::Files, "CA-BVAU", "", "ice-ages.pdf"),
        (WindowKind::Request, "CA-BVAU", "", "ice-ages.pdf"),
        (WindowKind::History, "CA-BVAU", "", "On Ice Ages"),
    ];
    for (kind, library, _, _) in windows {
        let window = here.open(&here.offer(kind, library).await).await;
        let shown = here.get(&window, &window.start).await;
        assert_eq!(shown.status, StatusCode::OK, "{kind:?}: {}", shown.text);
        assert!(shown.text.contains("On Ice Ages"), "{kind:?}: {}", shown.text);
        assert!(shown.text.contains("Ana Ruiz"), "{kind:?}: {}", shown.text);
        assert!(policy(&shown).contains(&format!("frame-ancestors {SITE}")), "{}", policy(&shown));
        assert!(!shown.headers.contains_key("x-frame-options"));
        assert!(shown.text.contains(&format!("data-origin=\"{SITE}\"")), "{}", shown.text);
        // Every link and form leads to a page that the window includes, and exists.
        let inside = format!("{MOUNT}/windows/{}/", window.id);
        let leads = shown.text.split("href=\"").chain(shown.text.split("action=\""));
        let leads = leads.filter_map(|rest| rest.split('"').next());
        for lead in leads.filter(|lead| lead.starts_with('/')) {
            let lead = lead.split('#').next().unwrap_or_default();
            if lead.starts_with(&format!("{MOUNT}/assets/")) || lead.ends_with("/done") {
                continue;
            }
            assert!(lead.starts_with(&inside), "{kind:?} {library}: {lead}");
            let led = here.get(&window, lead).await;
            let is_form = led.status == StatusCode::NOT_FOUND;
            let posted = Request::post(lead).header(header::COOKIE, &window.cookie);
            let posted = send(&here.app, posted, "").await;
            assert!(
                !is_form || matches!(posted.status.as_u16(), 400 | 403),
                "{kind:?} {library}: {lead}: {} {}",
                led.status,
                posted.status
            );
        }
    }
}

#[tokio::test]
async fn a_window_reports_its_actions_and_the_history_names_the_person() {
    let here = Host::new(Templates::default()).await;
    here.ship(Terms::new(5, 90)).await;
    let window = here.open(&here.offer(WindowKind::Files, "CA-OTU").await).await;
    let edit = format!("{}/files/1/edit", window.start);
    let edited = here.submit(&window, &edit, "&description=The+map&downloads=2").await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text);
    assert_eq!(edited.location, format!("{}#done", window.start));
    let cookie = edited.headers[header::SET_COOKIE].to_str().expect("it is text");
    assert!(cookie.starts_with("__Secure-desk_window_done=") && cookie.contains("Partitioned"));
    let cookies = format!("{}; {}", window.cookie, cookie.split(';').next().unwrap_or_default());
    let request = Request::get(&window.start).header(header::COOKIE, cookies);
    let shown = send(&here.app, request, "").await;
    assert!(shown.text.contains("Your changes to the document have been saved"), "{}", shown.text);
    assert!(shown.text.contains("data-event=\"changed\""), "{}", shown.text);
    let again = here.get(&window, &window.start).await;
    assert!(again.text.contains("data-event=\"\""), "only once: {}", again.text);

    let (_, history) = here.staff_page(&format!("/borrow/{}/history", here.handle)).await;
    assert!(history.contains("Ana Ruiz"), "{history}");
}

#[tokio::test]
async fn forms_of_a_window_require_its_own_key() {
    let here = Host::new(Templates::default()).await;
    let window = here.open(&here.offer(WindowKind::Upload, "CA-OTU").await).await;
    // Another window of the same person in the same browser.
    let path = path_of(&here.offer(WindowKind::Upload, "CA-OTU").await);
    let other = Request::post(path).header(header::COOKIE, &window.cookie);
    let other = send(&here.app, other, "").await;
    let (id, cookie) = (window.id.clone(), window.cookie.clone());
    let other = Open { id, cookie, start: other.location };
    let stolen = form_key(&here.get(&other, &other.start).await.text);
    for (key, site) in [("", "same-origin"), ("x", "same-origin"), (&*stolen, "same-origin")] {
        for form in ["ship", "done"] {
            let path = match form {
                "done" => format!("{MOUNT}/windows/{}/done", window.id),
                _ => format!("{MOUNT}/windows/{}/supply/{}/ship", window.id, here.handle),
            };
            let request = Request::post(path)
                .header(header::COOKIE, &window.cookie)
                .header("sec-fetch-site", site)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let answer = send(&here.app, request, &format!("form_key={key}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form} {key}");
            assert!(answer.text.contains("Send the form again"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_window_session_opens_no_route_but_its_own() {
    let here = Host::new(Templates::default()).await;
    here.ship(Terms::new(5, 90)).await;
    let own = here.handle.to_string();
    let request = here.open(&here.offer(WindowKind::Request, "CA-OTU").await).await;
    let upload = here.open(&here.offer(WindowKind::Upload, "CA-OTU").await).await;
    let patron = here.open(&here.offer_to_patron().await).await;
    let mut listed = routes();
    listed.extend(desktop_delivery_http::routes());
    listed.extend(desktop_delivery_pages::window_api_routes());
    assert!(listed.len() > 80, "{}", listed.len());
    for window in [&request, &upload, &patron] {
        for Route { method, path, .. } in &listed {
            let path = filled(path, &own);
            // Outside of the window's path, its session is nobody's.
            let send_to = |path: String, cookie: Option<&str>| {
                let request = Request::builder().method(method).uri(path);
                let request = match cookie {
                    Some(cookie) => request.header(header::COOKIE, cookie),
                    None => request,
                };
                async { send(&here.app, request, "form_key=x").await }
            };
            let path = format!("{MOUNT}{path}");
            let stranger = send_to(path.clone(), None).await;
            let answer = send_to(path.clone(), Some(&window.cookie)).await;
            assert_eq!(answer.status, stranger.status, "{method} {path}");
            assert_eq!(answer.location, stranger.location, "{method} {path}");
        }
    }
    // Below the window's path, the other pages are not included.
    let lists = ["/supply", "/borrow", "/library", "/account", "/w/x", "/language?to=fr&back=/"];
    for window in [&request, &upload, &patron] {
        let inside = |path: &str| format!("{MOUNT}/windows/{}{path}", window.id);
        for path in lists {
            let answer = here.get(window, &inside(path)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.text.contains("does not include that page"), "{}", answer.text);
            let back = format!("href=\"{}\"", window.start);
            assert!(answer.text.contains(&back), "a way on: {}", answer.text);
        }
        let other = here.get(window, &inside("/supply/000102ab040506aa")).await;
        assert_eq!(other.status, StatusCode::NOT_FOUND);
    }
    let withdrawn = here.submit(&upload, &format!("{}/withdraw", upload.start), "&why=").await;
    assert_eq!(withdrawn.status, StatusCode::NOT_FOUND, "that is for the window of a request");
    // One window's cookie does not open another person's window.
    let answer = here.get(&patron, &upload.start).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text.contains("not open in this browser"), "{}", answer.text);
}

#[tokio::test]
async fn a_patron_reads_their_list_and_opens_their_link() {
    let here = Host::new(Templates::default()).await;
    here.ship(Terms::new(5, 90)).await;
    let window = here.open(&here.offer_to_patron().await).await;
    assert!(window.start.ends_with("/track/requests"), "{}", window.start);
    let list = here.get(&window, &window.start).await;
    assert!(list.text.contains("On Ice Ages") && !list.text.contains("sign-out"), "{}", list.text);
    let request = format!("{}/{}", window.start, here.handle);
    let shown = here.get(&window, &request).await;
    assert!(shown.text.contains("ice-ages.pdf"), "{}", shown.text);
    let opened = here.submit(&window, &format!("{request}/open"), "").await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text);
    assert!(opened.text.contains("href=\"/ill/delivery/d/"), "{}", opened.text);
    assert!(opened.text.contains("target=\"_blank\""), "a frame cannot show it: {}", opened.text);
    assert!(opened.text.contains(&format!("href=\"{request}\"")), "{}", opened.text);
}

#[tokio::test]
async fn a_window_ends_by_its_button_by_the_host_and_when_idle() {
    let here = Host::new(Templates::default()).await;
    let window = here.open(&here.offer(WindowKind::Upload, "CA-OTU").await).await;
    let done = format!("{MOUNT}/windows/{}/done", window.id);
    let ended = here.submit(&window, &done, "").await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text);
    assert!(ended.text.contains("data-event=\"done\""), "{}", ended.text);
    let after = here.get(&window, &window.start).await;
    assert_eq!(after.status, StatusCode::GONE);
    assert!(after.text.contains("data-event=\"ended\""), "{}", after.text);
    assert!(policy(&after).contains(&format!("frame-ancestors {SITE}")), "{}", policy(&after));

    let window = here.open(&here.offer(WindowKind::Upload, "CA-OTU").await).await;
    assert!(here.windows.windows.end(&window.id).await.expect("the registry answers"));
    assert_eq!(here.get(&window, &window.start).await.status, StatusCode::GONE);

    let window = here.open(&here.offer(WindowKind::Upload, "CA-OTU").await).await;
    here.clock.advance(1_799);
    assert_eq!(here.get(&window, &window.start).await.status, StatusCode::OK);
    here.clock.advance(1_800);
    assert_eq!(here.get(&window, &window.start).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn only_a_party_is_offered_a_window_and_only_the_lender_uploads() {
    let here = Host::new(Templates::default()).await;
    let refused = |kind, person: WindowPerson| {
        let windows = here.windows.clone();
        let handle = here.handle;
        async move {
            match windows.offer(handle, kind, &person, &place()).await {
                Err(Error::Refused(refusal)) => refusal.code().to_owned(),
                Err(Error::InvalidInput(input)) => input.fault().code().to_owned(),
                other => panic!("{other:?}"),
            }
        }
    };
    let forbidden = Refusal::Forbidden.code();
    assert_eq!(refused(WindowKind::Upload, person("CA-BVAU")).await, forbidden);
    assert_eq!(refused(WindowKind::Files, person("CA-NOBODY")).await, "unknown-library");
    let mut nameless = person("CA-OTU");
    nameless.name = " ".to_owned();
    assert_eq!(refused(WindowKind::Files, nameless).await, "empty");
}

#[tokio::test]
async fn the_api_offers_windows_to_host_keys_with_the_origin_only() {
    let here = Host::new(Templates::default()).await;
    let origins = vec![WebOrigin::new(SITE).expect("it is valid")];
    let host = here.keys.make_with_origins(Holder::Host, "", origins).await.expect("it is stored");
    let staff = Holder::Staff { agency: agency("CA-OTU"), id: person("CA-OTU").id };
    let staff = here.keys.make(staff, "").await.expect("it is stored");
    let path = format!("{MOUNT}/api/v1/requests/{}/windows", here.handle);
    let body = json!({
        "window": "upload", "origin": SITE, "language": "fr",
        "person": { "agency": "CA-OTU", "id": "host-7", "name": "Ana Ruiz" },
    });
    let ask = |key: String, path: String, body: Value| {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .header(header::CONTENT_TYPE, "application/json");
        let app = here.app.clone();
        async move { send(&app, request, &body.to_string()).await }
    };
    let with = |name: &str, value: Value| {
        let mut changed = body.clone();
        changed[name] = value;
        changed
    };
    let code = |answer: &Answer| {
        let problem: Value = serde_json::from_str(&answer.text).expect("it is JSON");
        (answer.status.as_u16(), problem["code"].as_str().unwrap_or_default().to_owned())
    };
    for (key, body, status, expected) in [
        (String::new(), body.clone(), 401, "unauthorized"),
        (staff.to_string(), body.clone(), 403, "forbidden"),
        (
            host.to_string(),
            with("origin", json!("https://evil.example.org")),
            403,
            "origin-not-allowed",
        ),
    ] {
        let answer = ask(key, path.clone(), body).await;
        assert_eq!(code(&answer), (status, expected.to_owned()), "{}", answer.text);
    }
    for invalid in
        [with("origin", json!("*")), with("window", json!("account")), with("extra", json!(1))]
    {
        let answer = ask(host.to_string(), path.clone(), invalid).await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{}", answer.text);
    }
    let unknown = path.replace(&here.handle.to_string(), "000102ab040506aa");
    assert_eq!(ask(host.to_string(), unknown, body.clone()).await.status, StatusCode::NOT_FOUND);

    let offered = ask(host.to_string(), path.clone(), body).await;
    assert_eq!(offered.status, StatusCode::CREATED, "{}", offered.text);
    let offered: Value = serde_json::from_str(&offered.text).expect("it is JSON");
    let url = offered["url"].as_str().expect("it is text");
    let door = url.strip_prefix("https://library.example.org").expect("it is absolute");
    let shown = send(&here.app, Request::get(door), "").await;
    assert!(shown.text.contains("<html lang=\"fr\""), "{}", shown.text);
    let end = format!("{path}/{}", offered["id"].as_str().expect("it is text"));
    for (path, expected) in [
        (end.replace(&here.handle.to_string(), "000102ab040506aa"), StatusCode::NOT_FOUND),
        (end.clone(), StatusCode::NO_CONTENT),
        (end, StatusCode::NO_CONTENT),
    ] {
        let request = Request::delete(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {}", *host));
        assert_eq!(send(&here.app, request, "").await.status, expected);
    }
    assert_eq!(send(&here.app, Request::post(door), "").await.status, StatusCode::GONE);

    let path = format!("{MOUNT}/api/v1/participants/CA-BVAU/patrons/p-2041/windows");
    let offered = ask(host.to_string(), path, json!({ "origin": SITE })).await;
    assert_eq!(offered.status, StatusCode::CREATED, "{}", offered.text);
}

/// The first response contained the window's address, which is a secret and therefore not kept.
#[tokio::test]
async fn a_repeated_offer_is_refused_and_opens_no_second_window() {
    let here = Host::new(Templates::default()).await;
    let origins = vec![WebOrigin::new(SITE).expect("it is valid")];
    let host = here.keys.make_with_origins(Holder::Host, "", origins).await.expect("it is stored");
    let offer = async || {
        let request = Request::post(format!("{MOUNT}/api/v1/requests/{}/windows", here.handle))
            .header(header::AUTHORIZATION, format!("Bearer {}", *host))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "offer-417");
        let body = json!({
            "window": "upload", "origin": SITE,
            "person": {"agency": "CA-OTU", "id": "host-7", "name": "Ana Ruiz"},
        });
        send(&here.app, request, &body.to_string()).await
    };
    let first = offer().await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let repeated = offer().await;
    assert_eq!(repeated.status, StatusCode::CONFLICT, "{}", repeated.text);
    assert!(repeated.text.contains("already-done"), "{}", repeated.text);
    assert!(!repeated.text.contains("/w/"), "{}", repeated.text);
}
