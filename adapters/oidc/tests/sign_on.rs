//! Signing in at a provider that behaves, and at one that does not.

mod support;

use axum::response::{IntoResponse as _, Response};
use desktop_delivery::AgencyId;
use desktop_delivery_identity::accounts::{Login, Role, Who};
use desktop_delivery_identity::single_sign_on::{Callback, SignOnError};
use http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use support::{
    Behavior, CODE, FakeProvider, Log, SECRET, SHORT, SUBJECT, Signer, Site, hs256, refusal,
    unsigned,
};

#[tokio::test]
async fn a_person_signs_in_and_returns_to_their_page() {
    let provider = FakeProvider::start().await;
    let site = Site::new(&provider).await;
    let visit = site.visit(&provider).await;
    let query = &visit.query;
    assert_eq!(query["scope"], "openid profile");
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["tenant"], "1", "the endpoint's own query is kept");
    assert_eq!(query["redirect_uri"], "https://ill.example.org/desk/sign-in/callback/campus");
    assert!(visit.begun.cookie_name.starts_with("desk_sign_on_"));

    let signed = site.sign_in(&provider).await.unwrap();
    assert_eq!(signed.next, "/supply?page=2");
    let provider_id = Some("campus".to_owned());
    let who = Who::Staff { login: "anne.roy".to_owned(), epoch: 0, provider: provider_id };
    assert_eq!(signed.who, who);
    let anne = Login::new("anne.roy").unwrap();
    let account = site.identity.accounts.find(&anne).await.unwrap().unwrap();
    assert_eq!((&*account.name, account.role), ("Anne Roy", Role::Staff), "of the userinfo");
    assert_eq!(account.agency, AgencyId::new("CA-OTU").unwrap());

    // The role follows the provider; a disabled account stays disabled.
    let promoted = json!(["ill-staff", "ill-admins"]);
    provider.behave(Behavior::claims(move |claims| claims["groups"] = promoted.clone()));
    site.sign_in(&provider).await.unwrap();
    let account = site.identity.accounts.find(&anne).await.unwrap().unwrap();
    assert_eq!(account.role, Role::Administrator);
    site.identity.accounts.set_disabled(&anne, true).await.unwrap();
    assert_eq!(refusal(site.sign_in(&provider).await), "account-disabled");

    let out = site.sign_on.sign_out_address("campus", "/sign-in").await.unwrap();
    let back = "https%3A%2F%2Fill.example.org%2Fdesk%2Fsign-in";
    let issuer = &provider.issuer;
    let expected = format!("{issuer}/end?tenant=1&client_id=desk&post_logout_redirect_uri={back}");
    assert_eq!(out, expected);
}

#[tokio::test]
async fn a_token_that_is_not_for_this_attempt_is_refused_with_its_code() {
    fn set(name: &'static str, value: Value) -> Behavior {
        Behavior::claims(move |claims| claims[name] = value.clone())
    }
    fn shifted(name: &'static str, seconds: i64) -> Behavior {
        Behavior::claims(move |claims| {
            claims[name] = json!(claims["iat"].as_i64().expect("it is a time") + seconds);
        })
    }
    let provider = FakeProvider::start().await;
    let site = Site::new(&provider).await;
    let other = Arc::new(Signer::new("first"));
    let unknown = Arc::new(Signer::new("unknown"));
    let cases = [
        ("token-nonce", set("nonce", json!("another"))),
        ("token-nonce", Behavior::claims(|claims| drop(claims["nonce"].take()))),
        ("token-audience", set("aud", json!("another-client"))),
        ("token-audience", set("aud", json!(["desk", "another-client"]))),
        ("token-audience", set("aud", json!([]))),
        ("token-issuer", set("iss", json!("https://evil.example.org"))),
        ("token-expired", shifted("exp", -61)),
        ("token-expired", shifted("iat", 61)),
        ("token-expired", shifted("nbf", 61)),
        ("token-algorithm", Behavior::issues(|claims, _| unsigned(&claims))),
        ("token-algorithm", Behavior::issues(|claims, _| hs256(&claims, SECRET))),
        ("token-signature", Behavior::issues(move |claims, _| other.sign(&claims))),
        ("token-signature", Behavior::issues(move |claims, _| unknown.sign(&claims))),
        ("token-signature", Behavior::issues(tampered)),
        ("provider-error", Behavior::issues(|_, _| "not.a.token".to_owned())),
        ("provider-error", Behavior::issues(|_, _| String::new())),
        ("no-role", set("groups", json!("other"))),
    ];
    for (number, (code, behavior)) in cases.into_iter().enumerate() {
        provider.behave(behavior);
        assert_eq!(refusal(site.sign_in(&provider).await), code, "case {number}");
        assert!(site.identity.accounts.list(None).await.unwrap().is_empty(), "case {number}");
    }
    for tolerated in [shifted("exp", -59), shifted("iat", 59), shifted("nbf", 59)] {
        provider.behave(tolerated);
        site.sign_in(&provider).await.unwrap();
    }
}

/// Returns a token whose claims were changed after it was signed.
fn tampered(claims: Value, signer: &Signer) -> String {
    let signed = signer.sign(&claims);
    let mut other = claims;
    other["sub"] = json!("someone-else");
    let other = signer.sign(&other);
    let [head, _, signature] = signed.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    format!("{head}.{}.{signature}", other.split('.').nth(1).expect("there are three parts"))
}

#[tokio::test]
async fn a_failing_token_or_userinfo_endpoint_is_refused_with_its_code() {
    fn error(status: StatusCode, body: &'static str) -> Behavior {
        Behavior::answers(move || {
            (status, [("content-type", "application/json")], body).into_response()
        })
    }
    let provider = FakeProvider::start().await;
    let site = Site::with(&provider, |options| options.with_timeout(SHORT)).await;
    let someone = json!({ "sub": "someone-else", "groups": ["ill-staff"] });
    let cases = [
        ("code-refused", error(StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#)),
        ("code-refused", error(StatusCode::UNAUTHORIZED, r#"{"error":"invalid_client"}"#)),
        ("provider-error", error(StatusCode::OK, r#"{"access_token":"#)),
        ("provider-error", error(StatusCode::OK, r#"{"access_token":"a","token_type":"Bearer"}"#)),
        ("provider-unreachable", error(StatusCode::BAD_GATEWAY, "")),
        ("provider-unreachable", Behavior::answers(Behavior::redirect)),
        ("provider-unreachable", Behavior::answers(Behavior::endless)),
        ("provider-unreachable", Behavior::answers(Behavior::silent)),
        ("provider-error", Behavior { user_info: someone, ..Behavior::default() }),
        ("no-role", Behavior { user_info: json!({ "sub": SUBJECT }), ..Behavior::default() }),
    ];
    for (number, (code, behavior)) in cases.into_iter().enumerate() {
        provider.behave(behavior);
        assert_eq!(refusal(site.sign_in(&provider).await), code, "case {number}");
    }
    // Another secret of the client.
    provider.behave(Behavior::default());
    let wrong = Site::with(&provider, |options| options.with_secret("x".to_owned())).await;
    assert_eq!(refusal(wrong.sign_in(&provider).await), "code-refused");
}

#[tokio::test]
async fn a_callback_counts_once_in_its_browser_and_from_its_issuer() {
    let provider = FakeProvider::start().await;
    let site = Site::new(&provider).await;
    let visit = site.visit(&provider).await;
    let other = site.visit(&provider).await;
    let of = |state| Callback { state: Some(state), code: Some(CODE), ..Callback::default() };
    let (state, code) = (&*visit.query["state"], Some(CODE));
    let answers = [
        ("attempt-unknown", site.finish(&other, of(state)).await),
        ("attempt-unknown", site.finish(&visit, Callback { code, ..Callback::default() }).await),
        ("attempt-unknown", site.finish(&visit, of("another")).await),
        ("attempt-unknown", site.sign_on.finish("campus", of(state), None).await),
        ("provider-unknown", site.sign_on.finish("city", of(state), None).await),
    ];
    for (expected, answer) in answers {
        assert_eq!(refusal(answer), expected);
    }
    assert_eq!(provider.token_requests(), 0, "the provider is not asked");

    let other_state = &*other.query["state"];
    let denied = Callback { error: Some("access_denied"), code: None, ..of(other_state) };
    assert_eq!(refusal(site.finish(&other, denied).await), "access-denied");
    assert_eq!(refusal(site.finish(&other, of(other_state)).await), "attempt-used");
    let failed = site.visit(&provider).await;
    let error = Some("temporarily_unavailable");
    let callback = Callback { error, ..of(&failed.query["state"]) };
    assert_eq!(refusal(site.finish(&failed, callback).await), "provider-error");
    let codeless = site.visit(&provider).await;
    let callback = Callback { code: None, ..of(&codeless.query["state"]) };
    assert_eq!(refusal(site.finish(&codeless, callback).await), "provider-error");

    let foreign = site.visit(&provider).await;
    let issuer = Some("https://evil.example.org");
    let callback = Callback { issuer, ..of(&foreign.query["state"]) };
    assert_eq!(refusal(site.finish(&foreign, callback).await), "issuer-mismatch");
    assert_eq!(provider.token_requests(), 0, "the code is not sent");

    let late = site.visit(&provider).await;
    let visit = site.visit(&provider).await;
    let callback = Callback { issuer: Some(&provider.issuer), ..of(&visit.query["state"]) };
    site.finish(&visit, callback).await.unwrap();
    assert_eq!(refusal(site.finish(&visit, callback).await), "attempt-used");
    assert_eq!(provider.token_requests(), 1);
    site.clock.advance(600);
    let answer = site.finish(&late, of(&late.query["state"])).await;
    assert_eq!(refusal(answer), "attempt-expired");
}

#[tokio::test]
async fn a_provider_that_announces_its_issuer_must_name_it() {
    let provider = FakeProvider::start().await;
    let announced = |metadata: &mut Value| {
        metadata["authorization_response_iss_parameter_supported"] = json!(true);
    };
    provider.behave(Behavior { metadata: Arc::new(announced), ..Behavior::default() });
    let site = Site::new(&provider).await;
    assert_eq!(refusal(site.sign_in(&provider).await), "issuer-mismatch");
}

#[tokio::test]
async fn discovery_is_lazy_and_retried_and_must_name_the_issuer() {
    let provider = FakeProvider::start().await;
    let site = Site::new(&provider).await;
    let begin = async || match site.sign_on.begin("campus", "/").await {
        Err(SignOnError::Refused(refusal)) => refusal.code(),
        other => panic!("it is refused: {other:?}"),
    };
    let discovery = |answer: fn() -> Response| Behavior {
        discovery: Some(Arc::new(answer)),
        ..Behavior::default()
    };
    for (expected, answer) in [
        ("provider-unreachable", (|| StatusCode::SERVICE_UNAVAILABLE.into_response()) as fn() -> _),
        ("provider-unreachable", || StatusCode::NOT_FOUND.into_response()),
        ("provider-unreachable", Behavior::endless),
        ("provider-unreachable", Behavior::redirect),
        ("provider-error", || "{}".into_response()),
    ] {
        provider.behave(discovery(answer));
        assert_eq!(begin().await, expected);
        assert_eq!(begin().await, "provider-unreachable", "it is not asked again at once");
        site.clock.advance(5);
    }
    let changes: [fn(&mut Value); 3] = [
        |metadata| metadata["issuer"] = json!("https://evil.example.org"),
        |metadata| metadata["token_endpoint"] = json!("http://evil.example.org/token"),
        |metadata| metadata["authorization_endpoint"] = json!("http://evil.example.org/auth"),
    ];
    for change in changes {
        provider.behave(Behavior { metadata: Arc::new(change), ..Behavior::default() });
        assert_eq!(begin().await, "provider-error");
        site.clock.advance(5);
    }
    provider.behave(Behavior::default());
    site.sign_in(&provider).await.unwrap();
    // An outage an hour later does not matter while the earlier metadata and keys are valid.
    provider.behave(discovery(|| StatusCode::SERVICE_UNAVAILABLE.into_response()));
    site.clock.advance(3_600);
    site.sign_in(&provider).await.unwrap();
}

#[tokio::test]
async fn a_new_key_is_fetched_at_most_every_30_seconds() {
    let provider = FakeProvider::start().await;
    let site = Site::new(&provider).await;
    site.sign_in(&provider).await.unwrap();
    provider.sign_with(Signer::new("second"));
    assert_eq!(refusal(site.sign_in(&provider).await), "token-signature");
    site.clock.advance(30);
    site.sign_in(&provider).await.unwrap();
}

#[tokio::test]
async fn logs_and_errors_contain_no_secrets_and_no_claims() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let provider = FakeProvider::start().await;
    let site = Site::with(&provider, |options| options.with_timeout(SHORT)).await;
    let nameless = json!({ "sub": SUBJECT });
    let mut printed = String::new();
    for behavior in [
        Behavior::claims(|claims| claims["nonce"] = json!("another")),
        Behavior::claims(|claims| claims["aud"] = json!("another")),
        Behavior::answers(|| format!("{{ {SUBJECT} {SECRET}").into_response()),
        Behavior::answers(Behavior::redirect),
        Behavior::answers(Behavior::silent),
        Behavior { user_info: nameless, ..Behavior::default() },
    ] {
        provider.behave(behavior);
        let visit = site.visit(&provider).await;
        let state = Some(&*visit.query["state"]);
        let callback = Callback { state, code: Some(CODE), ..Callback::default() };
        let error = site.finish(&visit, callback).await.unwrap_err();
        printed.push_str(&format!("{error} {error:?} {callback:?} {:?}", visit.begun));
        for secret in [&visit.query["state"], &visit.query["nonce"]] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }
    printed.push_str(&format!("{:?} {:?}", site.sign_on, site.identity.pending_sign_ins));
    printed.push_str(&log.text());
    assert!(printed.contains("token-nonce"), "refusals are logged: {printed}");
    for secret in [CODE, SECRET, SUBJECT, "a-secret-token", "Anne Roy", "anne.roy", "desk_sign_on"]
    {
        assert!(!printed.contains(secret), "{secret}: {printed}");
    }
}
