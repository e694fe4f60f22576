//! Tests of the structured citation of a request.

use crate::stage::Stage;
use desktop_delivery::Policy;
use http::{Method, StatusCode};
use serde_json::{Value, json};

fn update() -> Value {
    json!({
        "reference": "2026-00501", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "Bees of the Okanagan", "status": "pending", "copyright_compliance": "US-CCG",
        "citation": {
            "authors": ["Heron, J.", "Sheffield, C."], "container_title": "Entomological Notes",
            "issn": "0071-0733", "volume": "99", "issue": "2", "date": "2002", "pages": "101-118",
        },
    })
}

async fn send(stage: &Stage, update: &Value) -> (StatusCode, Value) {
    let headers = [("x-actor", "host")];
    let answer = stage.ask(Method::POST, "/api/v1/requests", &headers, update.to_string()).await;
    (answer.status, answer.json())
}

async fn get(stage: &Stage, actor: &str, path: &str) -> Value {
    stage.ask(Method::GET, path, &[("x-actor", actor)], String::new()).await.json()
}

#[tokio::test]
async fn both_libraries_read_the_citation_and_find_the_request_by_it() {
    let stage = Stage::pending(Policy::illume()).await;
    let (status, created) = send(&stage, &update()).await;
    assert_eq!(status, StatusCode::OK, "{created}");
    let handle = created["handle"].as_str().unwrap();
    for library in ["CA-OTU", "CA-BVAU"] {
        let facts =
            get(&stage, library, &format!("/api/v1/requests/{handle}")).await["facts"].clone();
        let mut expected = update()["citation"].clone();
        expected["isbn"] = json!("");
        assert_eq!(facts["citation"], expected);
        assert_eq!(
            (&facts["copyright_compliance"], &facts["source"]),
            (&json!("US-CCG"), &json!(""))
        );
        for words in ["sheffield", "0071-0733", "00710733", "entomological%20101"] {
            let role = if library == "CA-OTU" { "supplier" } else { "requester" };
            let path = format!("/api/v1/requests?agency={library}&role={role}&search={words}");
            let found = get(&stage, library, &path).await;
            assert_eq!(found["requests"][0]["handle"], handle, "{words}: {found}");
        }
    }
    assert_eq!(send(&stage, &update()).await.1["outcome"], "unchanged");
    let mut corrected = update();
    corrected["citation"]["pages"] = json!("101-120");
    assert_eq!(send(&stage, &corrected).await.1["outcome"], "updated");
}

#[tokio::test]
async fn a_part_that_is_unknown_or_too_long_is_refused_with_its_name() {
    let stage = Stage::pending(Policy::illume()).await;
    let mut unknown = update();
    unknown["citation"]["doi"] = json!("10.1000/1");
    let (status, problem) = send(&stage, &unknown).await;
    assert_eq!((status.as_u16(), &problem["code"]), (422, &json!("unknown-field")), "{problem}");
    assert!(problem["title"].as_str().unwrap().starts_with("`citation.doi`"), "{problem}");
    let mut long = update();
    long["citation"]["authors"] = json!(vec!["Heron, J."; 500]);
    let (status, problem) = send(&stage, &long).await;
    assert_eq!((status.as_u16(), &problem["field"]), (422, &json!("authors")), "{problem}");
    let mut typed = update();
    typed["citation"]["volume"] = json!(99);
    let (status, problem) = send(&stage, &typed).await;
    assert!(status.is_client_error(), "{problem}");
    assert!(problem["title"].as_str().unwrap().contains("`citation.volume`"), "{problem}");
}
