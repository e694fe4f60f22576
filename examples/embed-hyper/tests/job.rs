//! The whole job: the service is started as a process and called over HTTP.

use reqwest::header::LOCATION;
use reqwest::{Client, Method, Response};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const ARTICLE: &[u8] = include_bytes!("../../../docs/article.pdf");

/// The service; stopped on drop.
struct App {
    process: Child,
    address: String,
    keys: Vec<(String, String)>,
    http: Client,
}

impl App {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_embed-hyper"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo built it");
        let out = BufReader::new(process.stdout.take().expect("it is piped"));
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let http = http.expect("a client can be made");
        let mut app = Self { process, address: String::new(), keys: Vec::new(), http };
        for line in out.lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["Requests", "are", "at", list] => {
                    list.trim_end_matches("/requests").clone_into(&mut app.address);
                    return app;
                }
                ["Key", "of", name, .., key] => app.keys.push((name.to_owned(), key.to_owned())),
                _ => panic!("it prints nothing else: {line}"),
            }
        }
        panic!("it never said where it is");
    }

    /// Sends a request with a person's key, or without one.
    async fn send(&self, who: &str, method: Method, path: &str, body: &[u8]) -> Response {
        let path = path.strip_prefix(&self.address).unwrap_or(path);
        let mut request = self.http.request(method, format!("{}{path}", self.address));
        if let Some((_, key)) = self.keys.iter().find(|(name, _)| name == who) {
            request = request.bearer_auth(key);
        }
        if path.ends_with("/claim") {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        request.body(body.to_vec()).send().await.expect("it answers")
    }

    /// Returns the last column of the only line in a person's list.
    async fn listed(&self, who: &str) -> String {
        let answer = self.send(who, Method::GET, "/requests", b"").await;
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.expect("it is text");
        assert_eq!(text.lines().count(), 1, "{text}");
        text.trim_end().rsplit('\t').next().unwrap_or_default().to_owned()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The process may have ended on its own.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_request_of_the_service_is_delivered() {
    let app = App::start();
    let asked = app.send("carla", Method::POST, "/requests", b"On Ice Ages").await;
    assert_eq!(asked.status(), 201);
    assert_eq!(app.listed("carla").await, "pending");

    let request = app.listed("lena").await;
    let upload = format!("{request}/uploads/ice-ages.pdf");
    for (who, status) in [("carla", 401), ("nobody", 401), ("ben", 403), ("lena", 201)] {
        assert_eq!(app.send(who, Method::PUT, &upload, ARTICLE).await.status(), status, "{who}");
    }
    let shipped = app.send("lena", Method::POST, &format!("{request}/ship"), b"").await;
    assert!(shipped.status().is_success());

    let link = app.listed("carla").await;
    let page = app.send("nobody", Method::GET, &link, b"").await.text().await.unwrap();
    assert!(page.contains("ice-ages.pdf"), "{page}");
    let form = b"ordinal=1&acknowledged=yes";
    let claimed = app.send("nobody", Method::POST, &format!("{link}/1/claim"), form).await;
    assert_eq!(claimed.status(), 303);
    let ticket = claimed.headers()[LOCATION].to_str().unwrap();
    let got = app.send("nobody", Method::GET, ticket, b"").await;
    assert_eq!(got.bytes().await.unwrap(), ARTICLE);
    let view = app.send("lena", Method::GET, &request, b"").await.json::<Value>().await.unwrap();
    assert_eq!(view["files"][0]["budgets"][0]["used"], 1);
}

#[tokio::test]
async fn the_list_contains_only_the_callers_requests() {
    let app = App::start();
    assert_eq!(app.send("nobody", Method::GET, "/requests", b"").await.status(), 401);
    assert_eq!(app.send("lena", Method::POST, "/requests", b"A title").await.status(), 403);
    for wrong in [&b"two\nlines"[..], &[b'x'; 501], b"\xff"] {
        assert_eq!(app.send("carla", Method::POST, "/requests", wrong).await.status(), 400);
    }
    assert_eq!(app.send("carla", Method::GET, "/nothing", b"").await.status(), 404);
}
