//! A receiver of webhooks: an HTTP server that answers as a test wants and remembers everything.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A delivery as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The status that it was answered with.
    pub(crate) status: u16,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("the header is ASCII"))
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn reference(&self) -> String {
        self.json()["data"]["reference"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn revision(&self) -> u64 {
        self.json()["data"]["revision"].as_u64().unwrap_or_default()
    }

    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn is_accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// How a delivery is answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) delay: Duration,
}

impl Reply {
    pub(crate) fn of(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

type Behavior = Box<dyn FnMut(&Received) -> Reply + Send>;

#[derive(Clone)]
struct Shared {
    received: Arc<Mutex<Vec<Received>>>,
    behavior: Arc<Mutex<Behavior>>,
    open: Arc<Mutex<HashMap<String, usize>>>,
    /// The most deliveries of one request, and of all, that were open at once.
    most: Arc<Mutex<(usize, usize)>>,
}

pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    shared: Shared,
    task: Option<JoinHandle<()>>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let shared = Shared {
            received: Arc::default(),
            behavior: Arc::new(Mutex::new(Box::new(|_| Reply::of(204)))),
            open: Arc::default(),
            most: Arc::default(),
        };
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut receiver = Self { address, shared, task: None };
        receiver.restart().await;
        receiver
    }

    /// Listens again, on the same port as before.
    pub(crate) async fn restart(&mut self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is free");
        self.address = listener.local_addr().expect("the listener has an address");
        let app = Router::new().fallback(answer).with_state(self.shared.clone());
        self.task = Some(tokio::spawn(async move {
            axum::serve(listener, app).await.expect("the receiver does not fail");
        }));
    }

    /// Stops listening. Connections are refused from then on.
    pub(crate) fn stop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    pub(crate) fn behave(&self, behavior: impl FnMut(&Received) -> Reply + Send + 'static) {
        *lock(&self.shared.behavior) = Box::new(behavior);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    pub(crate) fn accepted(&self) -> Vec<Received> {
        self.received().into_iter().filter(Received::is_accepted).collect()
    }

    /// Returns the most deliveries that were open at once: of one request, and of all.
    pub(crate) fn most_open(&self) -> (usize, usize) {
        *lock(&self.shared.most)
    }

    /// Waits until a condition holds for what was received.
    pub(crate) async fn until(&self, what: &str, condition: impl Fn(&[Received]) -> bool) {
        for _ in 0..1_000 {
            if condition(&self.received()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what}: {} deliveries arrived", self.received().len());
    }

    pub(crate) async fn until_accepted(&self, count: usize) {
        let accepted =
            |all: &[Received]| all.iter().filter(|one| one.is_accepted()).count() >= count;
        self.until(&format!("{count} accepted"), accepted).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics while it holds the lock")
}

async fn answer(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut received = Received { headers, body, status: 0 };
    let reply = (lock(&shared.behavior))(&received);
    received.status = reply.status;
    let reference = received.reference();
    {
        let mut open = lock(&shared.open);
        *open.entry(reference.clone()).or_default() += 1;
        let (of_one, of_all) = (open[&reference], open.values().sum());
        let mut most = lock(&shared.most);
        *most = (most.0.max(of_one), most.1.max(of_all));
    }
    lock(&shared.received).push(received);
    tokio::time::sleep(reply.delay).await;
    *lock(&shared.open).entry(reference).or_default() -= 1;
    let status = StatusCode::from_u16(reply.status).expect("the status is valid");
    let mut response = status.into_response();
    for (name, value) in reply.headers {
        response.headers_mut().insert(name, value.parse().expect("the header is valid"));
    }
    response
}
