use crate::stage::{Answer, NOW, SIZE, Stage, pdf};
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const HOST: &str = "host";
const LENDER: &str = "CA-OTU";
const BORROWER: &str = "CA-BVAU";

async fn call(stage: &Stage, actor: &str, method: Method, path: &str, body: Value) -> Answer {
    let headers = [("x-actor", actor), ("content-type", "application/json")];
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    stage.ask(method, path, &headers, body).await
}

#[tokio::test]
async fn a_request_can_be_handled_from_start_to_end_by_api() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    let update = json!({
        "reference": "2026-00500", "requester": BORROWER, "supplier": LENDER,
        "title": "Bees of the Okanagan", "patron": "p-7", "status": "pending",
        "as_of": NOW.to_string(),
    });
    let synced = call(&stage, HOST, Method::POST, "/api/v1/requests", update.clone()).await;
    assert_eq!(synced.status, StatusCode::OK, "{}", synced.text());
    let again = call(&stage, HOST, Method::POST, "/api/v1/requests", update).await;
    let (first, again) = (synced.json(), again.json());
    assert_eq!((&first["outcome"], &again["outcome"]), (&"created".into(), &"unchanged".into()));
    assert_eq!((&again["handle"], &again["status"]), (&first["handle"], &"pending".into()));
    let handle = synced.json()["handle"].as_str().expect("the response has a handle").to_owned();
    let at = |rest: &str| format!("/api/v1/requests/{handle}{rest}");

    let early = call(&stage, LENDER, Method::POST, &at("/ship"), Value::Null).await;
    assert_eq!(
        (early.status, &early.json()["code"]),
        (StatusCode::CONFLICT, &"nothing-attached".into())
    );
    for name in ["first.pdf", "second.pdf"] {
        let headers = [("x-actor", LENDER)];
        let path = at(&format!("/uploads/{name}?description=Part"));
        let put = stage.ask(Method::PUT, &path, &headers, pdf(500)).await;
        assert_eq!(put.status, StatusCode::CREATED);
    }
    let actions = [
        (LENDER, Method::PUT, at("/order"), json!({"order": [2, 1]})),
        (
            LENDER,
            Method::PATCH,
            at("/files/1"),
            json!({"description": "Better", "terms": {"max_downloads": 2, "days": 30}}),
        ),
        (LENDER, Method::POST, at("/ship"), Value::Null),
        (BORROWER, Method::POST, at("/receive"), Value::Null),
        (LENDER, Method::DELETE, at("/files/2"), Value::Null),
        (LENDER, Method::POST, at("/files/1/grant"), json!({"audience": "patron", "downloads": 1})),
        (BORROWER, Method::POST, at("/cancel"), Value::Null),
        (LENDER, Method::POST, at("/cancel/answer"), json!({"accept": false})),
    ];
    for (actor, method, path, body) in actions {
        let answer = call(&stage, actor, method.clone(), &path, body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{method} {path}: {}", answer.text());
    }
    let shown = call(&stage, BORROWER, Method::GET, &at(""), Value::Null).await.json();
    assert_eq!(shown["status"], "received");
    assert_eq!(shown["seen_by"], "requester-staff");
    assert_eq!(shown["files"][0]["description"], "Better");
    assert_eq!(
        shown["files"][0]["budgets"][0],
        json!({"of": "shared", "used": 0, "limit": 3, "left": 3})
    );

    let headers = [("x-actor", BORROWER), ("idempotency-key", "k1")];
    let yes = json!({"acknowledged": true}).to_string();
    let claim = stage.ask(Method::POST, &at("/files/1/claim"), &headers, yes).await;
    assert_eq!(claim.status, StatusCode::OK, "{}", claim.text());
    let link =
        call(&stage, BORROWER, Method::POST, &at("/links"), json!({"audience": "patron"})).await;
    let (no, url) = (link.json()["no"].clone(), link.json()["url"].clone());
    assert!(url.as_str().is_some_and(|url| url.starts_with("https://ill.example.org/delivery/d/")));
    let revoked =
        call(&stage, LENDER, Method::DELETE, &at(&format!("/links/{no}")), Value::Null).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    let content = call(&stage, LENDER, Method::GET, &at("/files/1/content"), Value::Null).await;
    assert!(content.body == pdf(500), "the supplier reads without a claim");

    let withdrawn =
        call(&stage, LENDER, Method::POST, &at("/withdraw"), json!({"why": "wrong"})).await;
    assert_eq!(withdrawn.status, StatusCode::NO_CONTENT);
    let events = call(&stage, HOST, Method::GET, &at("/events"), Value::Null).await;
    let names: Vec<String> = events.json()["events"]
        .as_array()
        .expect("the field is an array")
        .iter()
        .map(|event| event["event"].as_str().unwrap_or_default().to_owned())
        .collect();
    for expected in [
        "created",
        "attached",
        "reordered",
        "shipped",
        "received",
        "removed",
        "granted",
        "claimed",
        "link-revoked",
        "withdrawn",
    ] {
        assert!(names.iter().any(|name| name == expected), "{expected} is missing in {names:?}");
    }
    assert!(!events.text().contains("/d/"), "no token in the audit");
}

#[tokio::test]
async fn lists_are_paged_and_each_library_lists_its_own() {
    let stage = Stage::shipped().await;
    for number in 0..7 {
        let update = json!({
            "reference": format!("2026-{number:05}"), "requester": BORROWER, "supplier": LENDER,
            "title": "Bees", "status": "pending",
        });
        stage.clock.advance(1);
        call(&stage, HOST, Method::POST, "/api/v1/requests", update).await;
    }
    let (mut cursor, mut found) = (String::new(), Vec::new());
    loop {
        let path = format!("/api/v1/requests?limit=3&role=supplier{cursor}");
        let page = call(&stage, LENDER, Method::GET, &path, Value::Null).await.json();
        for request in page["requests"].as_array().expect("the field is an array") {
            found.push(request["facts"]["reference"].as_str().unwrap_or_default().to_owned());
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found.len(), 8);
    assert_eq!(
        (found[0].as_str(), found[7].as_str()),
        ("2026-00006", "2026-00417"),
        "newest first"
    );
    let cases = [
        (LENDER, "?status=shipped", 200, 1),
        (BORROWER, "?role=requester", 200, 8),
        (BORROWER, "", 200, 0),
        (BORROWER, "?agency=CA-OTU", 403, 0),
        (HOST, "?role=any", 200, 8),
        (HOST, "?role=supplier&agency=CA-OTU", 200, 8),
        (HOST, "?role=requester&agency=CA-BVAU&patron=p-2041", 200, 1),
        (HOST, "?role=requester", 422, 0),
        (LENDER, "?role=nobody", 400, 0),
        (LENDER, "?role=any", 422, 0),
        (LENDER, "?status=nonsense", 400, 0),
        (LENDER, "?cursor=nonsense", 400, 0),
        (LENDER, "?limit=-1", 400, 0),
    ];
    for (actor, query, status, count) in cases {
        let answer =
            call(&stage, actor, Method::GET, &format!("/api/v1/requests{query}"), Value::Null)
                .await;
        assert_eq!(answer.status.as_u16(), status, "{actor} {query}: {}", answer.text());
        if status == 200 {
            let listed = answer.json()["requests"].as_array().map_or(0, Vec::len);
            assert_eq!(listed, count, "{actor} {query}");
        }
    }
}

#[tokio::test]
async fn lists_can_be_searched_and_limited_to_requests_that_wait_for_an_answer() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    let update = json!({
        "reference": "2026-00500", "requester": BORROWER, "supplier": LENDER,
        "title": "L’Érosion des côtes", "status": "pending",
    });
    stage.clock.advance(1);
    let handle =
        call(&stage, HOST, Method::POST, "/api/v1/requests", update).await.json()["handle"]
            .as_str()
            .expect("the response has a handle")
            .to_owned();
    let at = |rest: &str| format!("/api/v1/requests/{handle}{rest}");
    let headers = [("x-actor", LENDER)];
    stage.ask(Method::PUT, &at("/uploads/cotes.pdf"), &headers, pdf(500)).await;
    let list = async |actor, query: &str| {
        let path = format!("/api/v1/requests?{query}");
        let answer = call(&stage, actor, Method::GET, &path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        answer.json()["requests"].as_array().expect("the field is an array").clone()
    };
    let cases = [
        ("search=EROSION", 1),
        ("search=00500+c%C3%B4te", 1),
        ("search=2026", 2),
        ("search=rosion", 0),
        ("search=--", 2),
        ("search=cotes&status=shipped", 0),
        ("search=%22%27%2A", 2),
        ("waiting=true", 0),
        ("waiting=false", 2),
    ];
    for (query, count) in cases {
        assert_eq!(list(LENDER, query).await.len(), count, "{query}");
    }
    let files = async |actor, query| list(actor, query).await[0]["files"].clone();
    assert_eq!(files(LENDER, "search=cotes").await, 1);
    assert_eq!(files(BORROWER, "search=cotes&role=requester").await, 0, "hidden until shipped");
    call(&stage, BORROWER, Method::POST, &at("/cancel"), Value::Null).await;
    let waiting = list(LENDER, "waiting=true&search=cotes").await;
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0]["cancel_requested_at"].is_string(), "{waiting:?}");
    assert_eq!(
        (&waiting[0]["extension_requests"], &waiting[0]["handle"]),
        (&json!(0), &json!(handle))
    );
    assert!(waiting[0]["status_since"].is_string());
    call(&stage, LENDER, Method::POST, &at("/ship"), Value::Null).await;
    assert_eq!(files(BORROWER, "search=cotes&role=requester").await, 1);
    let nonsense = "/api/v1/requests?waiting=perhaps";
    let answer = call(&stage, LENDER, Method::GET, nonsense, Value::Null).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn invalid_json_gets_a_problem_with_a_remedy() {
    let stage = Stage::shipped().await;
    let at = |rest: &str| format!("/api/v1/requests/{}{rest}", stage.handle);
    let cases = [
        ("/api/v1/requests".to_owned(), json!({"reference": "x"}), 400),
        (at("/files/1/grant"), json!({"audience": "nobody"}), 400),
        (at("/files/1/grant"), json!({"audience": "patron", "downloads": -1}), 400),
        (at("/files/1/grant"), json!({"audience": "patron", "downloads": 1_000}), 422),
        (at("/files/9/grant"), json!({"audience": "patron", "downloads": 1}), 404),
        (at("/files/70000/grant"), json!({"audience": "patron", "downloads": 1}), 404),
        (at("/links"), json!({"audience": "requester-staff"}), 403),
        (at("/cancel/answer"), json!({"accept": true}), 409),
    ];
    for (path, body, status) in cases {
        let answer = call(&stage, HOST, Method::POST, &path, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {body}: {}", answer.text());
        assert!(answer.json()["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
    }
    for body in ["", " \n"] {
        let host = [("x-actor", HOST)];
        let answer = stage.ask(Method::POST, "/api/v1/requests", &host, body).await;
        assert_eq!(answer.json()["title"], "the body is empty; expected a JSON object");
    }
    let too_long = json!({"why": "x".repeat(70_000)});
    let answer = call(&stage, LENDER, Method::POST, &at("/withdraw"), too_long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "too-large");
    assert_eq!(
        stage.desk.open_link(&stage.token).await.map(|view| view.files[0].size).ok(),
        Some(SIZE as u64)
    );
}

#[tokio::test]
async fn an_invalid_id_is_reported_with_its_field() {
    let stage = Stage::shipped().await;
    let valid = json!({
        "reference": "2026-00418", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Ice Ages", "patron": "p-2041", "status": "pending",
    });
    for (field, name) in [
        ("reference", "`reference`"),
        ("requester", "`requester`"),
        ("supplier", "`supplier`"),
        ("patron", "`patron`"),
    ] {
        let mut update = valid.clone();
        update[field] = json!(" ");
        let answer = call(&stage, HOST, Method::POST, "/api/v1/requests", update).await;
        let problem = answer.json();
        let actual = (answer.status.as_u16(), &problem["field"], &problem["title"]);
        assert_eq!(actual, (422, &json!(field), &json!(format!("{name} is empty"))));
    }
    // The title is the text of links on pages, so it must not be empty.
    for title in ["", " \u{200b}"] {
        let mut update = valid.clone();
        update["title"] = json!(title);
        let answer = call(&stage, HOST, Method::POST, "/api/v1/requests", update).await;
        let problem = answer.json();
        let actual = (answer.status.as_u16(), &problem["field"], &problem["title"]);
        assert_eq!(actual, (422, &json!("title"), &json!("`title` is empty")));
    }
    for (query, field) in
        [("agency=", "agency"), ("role=requester&agency=CA-QMU&patron=", "patron")]
    {
        let path = format!("/api/v1/requests?{query}");
        let problem = call(&stage, HOST, Method::GET, &path, Value::Null).await.json();
        assert_eq!(problem["field"], field, "{problem}");
    }
    let role = call(&stage, HOST, Method::GET, "/api/v1/requests?role=both", Value::Null).await;
    let title = role.json()["title"].to_string();
    assert!(title.contains("`role` is") && title.contains("both"), "{title}");
    assert!(title.contains("requester") && title.contains("supplier"), "{title}");
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_reported_with_the_expected_form() {
    let stage = Stage::shipped().await;
    let at = |rest: &str| format!("/api/v1/requests/{}{rest}", stage.handle);
    let range = |least: u8, most: u32| format!("expected a whole number from {least} to {most}");
    let cases = [
        (
            Method::GET,
            "/api/v1/requests?limit=x".to_owned(),
            "",
            format!("`limit` is \"x\"; {}", range(1, 999)),
        ),
        (
            Method::GET,
            "/api/v1/requests?limit=0".to_owned(),
            "",
            format!("`limit` is the number 0; {}", range(1, 999)),
        ),
        (
            Method::GET,
            at("/events?limit=1001"),
            "",
            format!("`limit` is the number 1001; {}", range(1, 1_000)),
        ),
        (Method::GET, at("/events?limit="), "", format!("`limit` is empty; {}", range(1, 1_000))),
        (
            Method::GET,
            at("/events?limit=2&limit=3"),
            "",
            "`limit` appears twice; expected once".to_owned(),
        ),
        (
            Method::GET,
            at("/events?cursor=x"),
            "",
            "`cursor` is \"x\"; expected the `next` value of the previous page, unchanged"
                .to_owned(),
        ),
        (
            Method::GET,
            "/api/v1/requests?waiting=perhaps".to_owned(),
            "",
            "`waiting` is \"perhaps\"; expected true or false".to_owned(),
        ),
        (
            Method::PUT,
            at("/uploads/a.pdf?days=-3"),
            "%PDF-1.7",
            format!("`days` is the number -3; {}", range(0, 65_535)),
        ),
        (
            Method::POST,
            at("/files/1/grant"),
            r#"{"audience":"patron","days":"x"}"#,
            format!("`days` is the string \"x\"; {}", range(0, 65_535)),
        ),
        (
            Method::POST,
            at("/files/1/grant"),
            r#"{"audience":7}"#,
            "`audience` is a number; expected one of partner, patron,".to_owned(),
        ),
        (
            Method::POST,
            at("/files/1/grant"),
            "[]",
            "the body is an array; expected an object".to_owned(),
        ),
        (
            Method::POST,
            at("/ship"),
            "[true]",
            "the body is an array; expected an object".to_owned(),
        ),
        (
            Method::PATCH,
            at("/files/1"),
            r#"{"terms":[3,5]}"#,
            "`terms` is an array; expected an object".to_owned(),
        ),
        (
            Method::PATCH,
            at("/files/1"),
            r#"{"terms":{"max_downloads":1,"last_day":"soon"}}"#,
            "`terms.last_day` is \"soon\"; expected a date, such as 2027-02-21".to_owned(),
        ),
    ];
    for (method, path, body, title) in cases {
        let headers = [("x-actor", if path.contains("files/1") { HOST } else { LENDER })];
        let answer = stage.ask(method.clone(), &path, &headers, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method} {path}: {}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["code"], "malformed", "{method} {path}");
        let actual = problem["title"].as_str().unwrap_or_default();
        assert!(actual.starts_with(&title), "{method} {path} {body}: {actual}");
    }
    // An invalid number or handle in the path is a 404.
    for (method, path, title) in [
        (
            Method::DELETE,
            at("/files/x"),
            format!("the attachment number in the path is \"x\"; {}", range(1, 65_535)),
        ),
        (
            Method::DELETE,
            at("/links/70000"),
            format!("the link number in the path is \"70000\"; {}", range(1, 65_535)),
        ),
        (
            Method::GET,
            "/api/v1/requests/2026-00417".to_owned(),
            "the request handle in the path is not 16 hexadecimal digits".to_owned(),
        ),
        (
            Method::GET,
            "/api/v1/requests/%ff".to_owned(),
            "part of the path is not UTF-8".to_owned(),
        ),
    ] {
        let answer = call(&stage, LENDER, method, &path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text());
        assert_eq!(
            (&answer.json()["title"], &answer.json()["code"]),
            (&title.into(), &"unknown".into())
        );
    }
    let claim = at("/files/1/claim");
    for (keys, title) in [
        (&[][..], "the Idempotency-Key header is missing; expected 1 to 255 ASCII characters"),
        (&["a", "b"], "the Idempotency-Key header appears twice; expected once"),
    ] {
        let mut headers = vec![("x-actor", BORROWER)];
        headers.extend(keys.iter().map(|key| ("idempotency-key", *key)));
        let answer = stage.ask(Method::POST, &claim, &headers, r#"{"acknowledged":true}"#).await;
        assert_eq!(answer.json()["title"], title);
    }
}

#[tokio::test]
async fn future_updates_are_refused_and_outcomes_are_returned() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    let sync = async |status: &str, title: &str, as_of: String| {
        let update = json!({
            "reference": "2026-00501", "requester": BORROWER, "supplier": LENDER,
            "title": title, "status": status, "as_of": as_of,
        });
        call(&stage, HOST, Method::POST, "/api/v1/requests", update).await
    };
    let at = |seconds| NOW.plus_seconds(seconds).to_string();
    for (seconds, status) in [(301, 422), (86_400, 422), (300, 200)] {
        let answer = sync("pending", "Bees", at(seconds)).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        if status == 422 {
            let problem = answer.json();
            assert_eq!(problem["code"], "in-future");
            let (sent, now) = (at(seconds), NOW.to_string());
            let title = format!(
                "`as_of` is {sent}, more than 5 minutes ahead of this server's clock, {now}"
            );
            assert_eq!(problem["title"], title);
            assert!(
                problem["remedy"].as_str().is_some_and(|remedy| remedy.contains("milliseconds"))
            );
        }
    }
    // An update from a clock that is ahead blocks later updates for at most 5 minutes.
    for (status, title, seconds, outcome, stored) in [
        ("pending", "Bees", 299, "older-than-known", "pending"),
        ("pending", "Bees", 300, "unchanged", "pending"),
        ("pending", "Bees of the Okanagan", 300, "updated", "pending"),
        ("received", "Bees of the Okanagan", 300, "updated", "received"),
        ("received", "Bees of the Okanagan", 300, "unchanged", "received"),
        ("pending", "Bees of the Okanagan", 300, "status-cannot-go-back", "received"),
        ("pending", "Bees of the Okanagan", 300, "status-cannot-go-back", "received"),
        ("pending", "Bees", 300, "updated", "received"),
        ("withdrawn", "Bees", 300, "updated", "withdrawn"),
        ("pending", "Bees", 300, "status-cannot-go-back", "withdrawn"),
    ] {
        let answer = sync(status, title, at(seconds)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let result = answer.json();
        assert_eq!(
            (&result["outcome"], &result["status"]),
            (&outcome.into(), &stored.into()),
            "{status}"
        );
    }
}

#[tokio::test]
async fn an_undated_cancel_after_an_update_dated_ahead_is_applied() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    let mut update = json!({
        "reference": "2026-00502", "requester": BORROWER, "supplier": LENDER, "title": "Bees",
        "status": "pending", "as_of": NOW.plus_seconds(240).to_string(),
    });
    let created = call(&stage, HOST, Method::POST, "/api/v1/requests", update.clone()).await;
    assert_eq!(created.json()["outcome"], "created");
    update["status"] = "cancelled".into();
    update.as_object_mut().expect("the update is an object").remove("as_of");
    let result = call(&stage, HOST, Method::POST, "/api/v1/requests", update).await.json();
    assert_eq!((&result["outcome"], &result["status"]), (&"updated".into(), &"cancelled".into()));
}

#[tokio::test]
async fn every_error_below_api_is_problem_details_for_any_accept_header() {
    let stage = Stage::shipped().await;
    let request = format!("/api/v1/requests/{}", stage.handle);
    let content = format!("{request}/files/1/content");
    let lender = ("x-actor", LENDER);
    for accept in ["text/html,application/xhtml+xml", "*/*", "application/json", "image/png"] {
        let ask = async |method: Method,
                         path: &str,
                         more: (&str, &str),
                         status: u16,
                         code: &str| {
            let headers = [("accept", accept), more];
            let answer = stage.ask(method.clone(), path, &headers, Body::empty()).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.text());
            assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
            let problem = answer.json();
            assert_eq!((&problem["status"], &problem["code"]), (&status.into(), &code.into()));
            assert!(problem["remedy"].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
            assert_eq!(problem["type"], format!("urn:desktop-delivery:problem:{code}"));
            answer
        };
        for path in ["/api", "/api/", "/api/nothing", "/api/v1/requests/x/y/z", "/api//requests"] {
            ask(Method::GET, path, lender, 404, "unknown").await;
        }
        for (method, path, allowed) in [
            (Method::DELETE, "/api/v1/requests", ["GET", "POST"]),
            (Method::PATCH, request.as_str(), ["GET", "HEAD"]),
            (Method::PUT, "/api/v1/openapi.json", ["GET", "HEAD"]),
        ] {
            let answer = ask(method, path, lender, 405, "method-not-allowed").await;
            let allow = answer.header("allow");
            assert!(allowed.iter().all(|method| allow.contains(method)), "{path}: {allow}");
        }
        ask(Method::GET, &request, ("x-none", ""), 401, "unauthorized").await;
        ask(Method::PUT, &format!("{request}/uploads/%ff%fe.pdf"), lender, 404, "unknown").await;
        let headers = [("accept", accept), lender, ("range", "bytes=99999999-")];
        let beyond = stage.ask(Method::GET, &content, &headers, Body::empty()).await;
        assert_eq!(beyond.status.as_u16(), 416);
        assert!(beyond.header("content-range").starts_with("bytes */"));
        assert_eq!(beyond.json()["code"], "range-not-satisfiable");
        let headers = [("accept", accept), lender, ("if-match", "\"other\"")];
        let other = stage.ask(Method::GET, &content, &headers, Body::empty()).await;
        assert_eq!(
            (other.status.as_u16(), &other.json()["code"]),
            (412, &"precondition-failed".into())
        );
    }
}

#[tokio::test]
async fn query_errors_contain_the_value_and_invalid_utf_8_is_rejected() {
    let stage = Stage::pending(desktop_delivery::Policy::illume()).await;
    let upload = format!("/api/v1/requests/{}/uploads/a.pdf", stage.handle);
    for (method, path, title) in [
        (
            Method::GET,
            "/api/v1/requests?limit=%3Cscript%3E",
            "`limit` is \"<script>\"; expected a whole number from 1 to 999",
        ),
        (
            Method::GET,
            "/api/v1/requests?agency=%FF",
            "`agency` is not UTF-8; percent-encode it as UTF-8",
        ),
        (
            Method::PUT,
            &format!("{upload}?downloads=-1"),
            "`downloads` is the number -1; expected a whole number from 1 to 4294967295",
        ),
        (
            Method::PUT,
            &format!("{upload}?downloads=0"),
            "`downloads` is the number 0; expected a whole number from 1 to 4294967295",
        ),
    ] {
        let answer = stage.ask(method, path, &[("x-actor", LENDER)], vec![b'x'; 10]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
        assert_eq!(answer.json()["title"], title);
    }
}

#[tokio::test]
async fn the_feed_has_the_events_of_all_requests() {
    let stage = Stage::shipped().await;
    for number in 0..3 {
        let update = json!({
            "reference": format!("2026-{number:05}"), "requester": BORROWER, "supplier": LENDER,
            "title": "Bees", "status": "pending",
        });
        call(&stage, HOST, Method::POST, "/api/v1/requests", update).await;
    }
    let (mut after, mut events) = (String::new(), Vec::new());
    loop {
        let path = format!("/api/v1/events?limit=2{after}");
        let page = call(&stage, HOST, Method::GET, &path, Value::Null).await.json();
        events.extend(page["events"].as_array().expect("the field is an array").clone());
        after = format!("&after={}", page["next"].as_str().expect("it is always there"));
        if page["more"] == false {
            break;
        }
    }
    let shipped = events.iter().find(|event| event["event"] == "shipped").expect("it happened");
    assert_eq!(
        (&shipped["reference"], &shipped["requester"], &shipped["supplier"]),
        (&"2026-00417".into(), &BORROWER.into(), &LENDER.into())
    );
    assert_eq!(shipped["handle"], stage.handle.to_string());
    assert_eq!(shipped["attachments"], 1);
    assert_eq!(shipped["at"], NOW.to_string());
    assert!(shipped["position"].is_string() && shipped["revision"].is_u64());
    let created = events.iter().filter(|event| event["event"] == "created").count();
    assert_eq!(created, 4);
    let text = serde_json::to_string(&events).expect("it is JSON");
    for secret in ["carla", "Santos", "p-2041", "/d/", &stage.token] {
        assert!(!text.contains(secret), "{secret}");
    }
    let latest = call(&stage, HOST, Method::GET, "/api/v1/events?after=latest", Value::Null).await;
    assert_eq!(latest.json()["events"], json!([]));
    let next = latest.json()["next"].as_str().expect("a position").to_owned();
    assert_eq!(after, format!("&after={next}"));
    let kinds = "/api/v1/events?kind=shipped,created&agency=CA-BVAU";
    let some = call(&stage, LENDER, Method::GET, kinds, Value::Null).await;
    assert_eq!((some.status, &some.json()["code"]), (StatusCode::FORBIDDEN, &"forbidden".into()));
    let some = call(&stage, BORROWER, Method::GET, kinds, Value::Null).await.json();
    assert_eq!(some["events"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn a_position_or_kind_that_does_not_exist_is_refused_with_a_remedy() {
    let stage = Stage::shipped().await;
    let cases = [
        ("after=5a1f00c0ffee0417.3.9c3e11d0", StatusCode::GONE, "feed-reset"),
        ("after=7.0", StatusCode::BAD_REQUEST, "malformed"),
        ("kind=shiped", StatusCode::BAD_REQUEST, "malformed"),
        ("kind=", StatusCode::BAD_REQUEST, "malformed"),
        ("since=1", StatusCode::UNPROCESSABLE_ENTITY, "unknown-field"),
        ("limit=0", StatusCode::BAD_REQUEST, "malformed"),
    ];
    for (query, status, code) in cases {
        let path = format!("/api/v1/events?{query}");
        let answer = call(&stage, HOST, Method::GET, &path, Value::Null).await;
        assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()), "{query}");
        assert!(answer.json()["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()));
    }
}
