//! Downloads over the loopback interface: tickets through the router, and the same bytes from a
//! handler that has them in memory.

use crate::scene::{ATTACHMENT, CLAIMS_EACH, Scene};
use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{Actor, ClaimKey, ClaimRequest, Entropy, StoreError};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_http::{Authorizer, HttpParts, router};
use desktop_delivery_sqlite::SqliteStore;
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The length of the file in bytes.
pub const LENGTH: usize = 1 << 20;
/// The number of uses of each ticket, which allows two and a half.
const USES: usize = 2;
/// The number of concurrent connections.
const CONNECTIONS: usize = 8;

/// Two servers, and tickets for one of them.
#[derive(Debug)]
pub struct Loopback {
    ours: Server,
    in_memory: Server,
    tickets: Vec<String>,
    next: AtomicUsize,
    _folder: TempDir,
}

#[derive(Debug)]
struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Nobody;

#[async_trait]
impl Authorizer for Nobody {
    async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(None)
    }
}

impl Loopback {
    /// Starts both servers, and makes enough claims for this many downloads.
    ///
    /// # Panics
    /// If setting up fails.
    pub async fn start(downloads: usize) -> Self {
        let folder = crate::temporary_ledger::folder();
        let mut content = vec![0; LENGTH];
        SystemEntropy.fill(&mut content).expect("random bytes");
        content[..5].copy_from_slice(b"%PDF-");
        let content = Bytes::from(content);
        let store = SqliteStore::open(folder.path().join("delivery.db")).expect("a database");
        let blobs = FsBlobStore::open(folder.path().join("blobs")).expect("a store");
        let claims = downloads.div_ceil(USES);
        let requests = claims.div_ceil(CLAIMS_EACH as usize);
        let ledger = Arc::new(store.ledger());
        let scene = Scene::with_files(ledger, Arc::new(blobs), content.clone(), requests).await;
        let claim = |number: usize| {
            let token = &scene.tokens[number % requests];
            let repeat = ClaimKey::Key(format!("key {number}"));
            let request = ClaimRequest::new(ATTACHMENT, repeat).with_acknowledged(true);
            let desk = &scene.desk;
            async move { desk.claim(token.expose(), &request).await.expect("a claim") }
        };
        let granted = join_all((0..claims).map(claim)).await;
        let tickets = granted.iter().map(|granted| granted.ticket.expose().to_owned()).collect();
        let parts = HttpParts::new(Arc::clone(&scene.desk), Arc::new(Nobody));
        let in_memory = Router::new().route("/file", get(move || async move { content }));
        Self {
            ours: Server::start(router(parts)).await,
            in_memory: Server::start(in_memory).await,
            tickets,
            next: AtomicUsize::new(0),
            _folder: folder,
        }
    }

    /// Downloads this many times by ticket.
    ///
    /// # Panics
    /// If a download fails or the tickets are used up.
    pub async fn by_ticket(&self, downloads: usize) {
        let path = || {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            format!("/t/{}", self.tickets[number / USES])
        };
        fetch(self.ours.address, downloads, path).await;
    }

    /// Downloads this many times from memory.
    ///
    /// # Panics
    /// If a download fails.
    pub async fn from_memory(&self, downloads: usize) {
        fetch(self.in_memory.address, downloads, || "/file".to_owned()).await;
    }
}

impl Server {
    async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let listener = listener.tap_io(|connection| {
            let _slower = connection.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            let _ended = axum::serve(listener, router).await;
        });
        Self { address, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn fetch(address: SocketAddr, downloads: usize, path: impl Fn() -> String) {
    let left = AtomicUsize::new(downloads);
    let connection = || async {
        let mut connection = TcpStream::connect(address).await.expect("a connection");
        let mut buffer = vec![0; 256 << 10];
        let one_less = |left: usize| left.checked_sub(1);
        while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
            let request = format!("GET {} HTTP/1.1\r\nHost: delivery.example.org\r\n\r\n", path());
            connection.write_all(request.as_bytes()).await.expect("a request");
            read_answer(&mut connection, &mut buffer).await;
        }
    };
    join_all((0..CONNECTIONS).map(|_| connection())).await;
}

/// Reads a response with status 200 and [`LENGTH`] bytes.
async fn read_answer(connection: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    let head = loop {
        let read = connection.read(&mut buffer[filled..]).await.expect("an answer");
        assert!(read > 0, "the connection was closed");
        filled += read;
        if let Some(end) = buffer[..filled].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..head]));
    let mut left = LENGTH - (filled - head);
    while left > 0 {
        let most = left.min(buffer.len());
        let read = connection.read(&mut buffer[..most]).await.expect("a body");
        assert!(read > 0, "the body ended early");
        left -= read;
    }
}
