//! Webhooks: made by the command, delivered by the server, verified by the programs of the book.

use crate::support::desk::Desk;
use crate::support::documents::by_ghostscript;
use crate::support::installation::Installation;
use crate::support::pages::{blocks, page};
use crate::support::server::Launch;
use crate::support::until;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

const ALLOWED: (&str, &str) = ("WEBHOOKS__ALLOWED_NETWORKS", "127.0.0.0/8");

/// A delivery as it arrived.
#[derive(Clone)]
struct Delivery {
    headers: HeaderMap,
    body: Bytes,
}

#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Vec<Delivery>>>);

impl Receiver {
    /// Starts a receiver; returns it with its address.
    async fn start() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = format!("http://{}/hooks", listener.local_addr().expect("it listens"));
        let app = Router::new().fallback(accept).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, address)
    }

    async fn until(&self, count: usize) -> Vec<Delivery> {
        until("the deliveries", || async {
            let all = self.0.lock().expect("nobody panics").clone();
            (all.len() >= count).then_some(all)
        })
        .await
    }
}

async fn accept(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.0.lock().expect("nobody panics").push(Delivery { headers, body });
    StatusCode::NO_CONTENT
}

impl Delivery {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("the header is ASCII")
    }
}

/// Runs a program of the page on a delivery, three times: as it is, again, and altered. Returns
/// what the program printed.
fn verified(
    program: &str,
    script: &str,
    folder: &Path,
    delivery: &Delivery,
    secret: &str,
) -> String {
    let file = folder.join("receiver");
    std::fs::write(&file, script).expect("the folder is ours");
    let mut command = Command::new(program);
    for (variable, header) in [
        ("HTTP_WEBHOOK_ID", "webhook-id"),
        ("HTTP_WEBHOOK_TIMESTAMP", "webhook-timestamp"),
        ("HTTP_WEBHOOK_SIGNATURE", "webhook-signature"),
    ] {
        command.env(variable, delivery.header(header));
    }
    let mut process = command
        .arg(&file)
        .current_dir(folder)
        .env("WEBHOOK_SECRETS", format!("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA {secret}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    process.stdin.take().expect("it is piped").write_all(&delivery.body).expect("it reads");
    let output = process.wait_with_output().expect("it is our child");
    assert!(output.status.success(), "{program} failed");
    String::from_utf8(output.stdout).expect("it is text")
}

/// Calls the application of the page as a server would.
const PYTHON_SERVER: &str = r#"
import io, sys
body = sys.stdin.buffer.read()
for sent in (body, body, body + b" "):
    environ = dict(os.environ, CONTENT_LENGTH=str(len(sent)))
    environ["wsgi.input"] = io.BytesIO(sent)
    app(environ, lambda status, headers: print(status[:3], flush=True))
"#;

const PERL_SERVER: &str = r#"
$| = 1;
my $sent = do { local $/; <STDIN> };
for my $body ( $sent, $sent, "$sent " ) {
    open my $input, '<', \$body or die;
    say $app->( { %ENV, CONTENT_LENGTH => length $body, 'psgi.input' => $input } )->[0];
}
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shipped_request_reaches_a_receiver_that_the_command_added() {
    let here = Installation::start_with(|launch| launch.with(ALLOWED.0, ALLOWED.1)).await;
    let (receiver, url) = Receiver::start().await;
    let desk = Desk::on(&here.data).with(ALLOWED.0, ALLOWED.1);
    let add =
        format!("webhook add {url} --events shipped,received --agency CA-OTU --description A_test");
    let made = desk.json(&add);
    // In words of commands, `_` stands for a space.
    let id = made["id"].as_str().unwrap().trim_start_matches("wh_");
    let secret = made["secret"].as_str().unwrap();
    assert_eq!((&made["state"], &made["description"]), (&json!("active"), &json!("A test")));

    let (request, _) = here.shipped(&by_ghostscript()).await;
    let delivery = receiver.until(1).await.remove(0);
    let feed = here.host.get("/api/v1/events?kind=shipped").await.expect(200).json();
    let event = delivery.json();
    assert_eq!(event["type"], "request.shipped");
    assert_eq!(event["data"], feed["events"][0], "it is the entry of the feed");
    assert_eq!(format!("/api/v1/requests/{}", event["data"]["handle"].as_str().unwrap()), request);

    let guide = page("how-to/webhooks.md");
    let folder = tempfile::tempdir().unwrap();
    for (program, language, server) in
        [("/usr/bin/python3", "python", PYTHON_SERVER), ("/usr/bin/perl", "perl", PERL_SERVER)]
    {
        let folder = folder.path().join(language);
        std::fs::create_dir(&folder).unwrap();
        let script = blocks(&guide, language).concat() + server;
        let printed = verified(program, &script, &folder, &delivery, secret);
        let expected = ["request.shipped 2026-00417", "204", "204", "401"];
        assert_eq!(printed.lines().collect::<Vec<_>>(), expected, "{program}");
    }

    let tested = desk.run(&format!("webhook test {id}")).expect(0).out;
    assert!(tested.starts_with("Delivered: 204 after "), "{tested}");
    assert_eq!(receiver.until(2).await[1].json()["type"], "webhook.test");

    let rotated = desk.json(&format!("webhook rotate {id}"));
    assert_ne!(rotated["secret"], made["secret"]);
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let received = receiver.until(3).await.remove(2);
    assert_eq!(received.json()["type"], "request.received");
    assert_eq!(received.header("webhook-signature").split(' ').count(), 2);

    let position = feed["events"][0]["position"].as_str().unwrap();
    desk.run(&format!("webhook replay {id} --after {position}")).expect(0);
    let replayed = receiver.until(4).await.remove(3);
    assert_eq!(replayed.header("webhook-id"), received.header("webhook-id"));

    let edited = desk.json(&format!("webhook edit {} --events all --all-agencies", &id[..7]));
    assert_eq!((&edited["events"], &edited["agency"]), (&json!([]), &Value::Null));
    let shown = desk.run(&format!("webhook show {id}")).expect(0).out;
    assert!(shown.contains("No failures.") && shown.contains("active"), "{shown}");
    let listed = desk.run("webhook list").expect(0).out;
    assert!(listed.contains(id) && listed.contains(&url), "{listed}");
    for text in [&shown, &listed, &here.server.log()] {
        assert!(!text.contains("whsec_"), "{text}");
    }
    desk.run(&format!("webhook resume {id} --skip")).expect(0);
    desk.run(&format!("webhook remove {id}")).expect(0);
    assert!(desk.run(&format!("webhook show {id}")).expect(1).err.contains("no webhook"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_pauses_and_reports_a_receiver_that_is_gone() {
    let launch = |launch: Launch| launch.with(ALLOWED.0, ALLOWED.1).with("LOG__FILTER", "trace");
    let here = Installation::start_with(launch).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks?key=hush", listener.local_addr().unwrap());
    let app = Router::new().fallback(async || StatusCode::GONE);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let new = json!({ "url": url });
    let made = here.host.post("/api/v1/webhooks", new).await.expect(201).json();
    let path = format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap());
    here.request("2026-00417").await;
    let paused = until("the webhook to be paused", || async {
        let shown = here.host.get(&path).await.expect(200).json();
        (shown["state"] == "paused").then_some(shown)
    })
    .await;
    assert_eq!(paused["paused_reason"], "gone");
    assert_eq!(paused["delivery"]["failures"][0]["status"], 410);
    let log = until("the warning", || async {
        let log = here.server.log();
        log.contains("a webhook was paused because the receiver answered 410").then_some(log)
    })
    .await;
    let secret = made["secret"].as_str().unwrap();
    assert!(!log.contains("hush") && !log.contains(&secret[..20]), "a secret is in the log");
    until("the metrics", || async {
        let metrics = here.host.get("/metrics").await.expect(200).text();
        let counted = "desktop_delivery_webhooks_paused_total{reason=\"gone\"} 1";
        (metrics.contains(counted) && metrics.contains("desktop_delivery_webhooks_paused 1"))
            .then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_setting_only_public_addresses_are_accepted() {
    let here = Installation::start().await;
    for url in ["http://127.0.0.1:9/", "https://[::ffff:10.0.0.1]/", "https://2130706433/"] {
        let refused = here.host.post("/api/v1/webhooks", json!({ "url": url })).await.expect(422);
        assert_eq!(refused.json()["code"], "invalid");
        let refused = Desk::on(&here.data).run(&format!("webhook add {url}")).expect(2);
        assert!(refused.err.contains("url"), "{}", refused.err);
    }
    let named = json!({ "url": "https://localhost:9/" });
    let made = here.host.post("/api/v1/webhooks", named).await.expect(201).json();
    let test = format!("/api/v1/webhooks/{}/test", made["id"].as_str().unwrap());
    let tested = here.host.post(&test, json!({})).await.expect(200).json();
    assert_eq!(tested["reason"], "address-not-allowed");
}
