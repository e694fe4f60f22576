//! The site of a host: pages that open a window in an iframe or as a pop-up, and write down what
//! the window tells them.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use std::net::SocketAddr;

/// A running site; it ends with the test.
pub(crate) struct HostSite {
    port: u16,
}

/// Writes down each message with its origin.
const LISTENS: &str = "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Host</title>
<meta name=viewport content='width=device-width, initial-scale=1'>
<style>body { margin: 0 } iframe { border: 0; width: 100%; height: 100vh; display: block }</style>
<script>
window.heard = [];
addEventListener('message', (event) => {
  heard.push({ ...event.data, origin: event.origin });
});
</script>";

impl HostSite {
    pub(crate) async fn start() -> Self {
        let page =
            |body: &'static str| move || std::future::ready(Html(format!("{LISTENS}{body}")));
        // The address of the window is in the fragment, which is not sent.
        let frame = "<iframe id=window title=Window></iframe>
            <script>document.getElementById('window').src = location.hash.slice(1)</script>";
        let pop_up = "<button id=open>Open</button>
            <script>document.getElementById('open').addEventListener('click', () => {
              window.opened = window.open(location.hash.slice(1), 'delivery', 'popup,width=900,height=800');
            })</script>";
        let app =
            Router::new().route("/frame", get(page(frame))).route("/pop-up", get(page(pop_up)));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = tokio::net::TcpListener::bind(any).await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port }
    }

    /// Returns the origin. To a browser, `localhost` is another site than `127.0.0.1`.
    pub(crate) fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Returns the address of the page that shows a window in an iframe.
    pub(crate) fn frame(&self, window: &str) -> String {
        format!("{}/frame#{window}", self.origin())
    }

    /// Returns the address of the page that opens a window as a pop-up.
    pub(crate) fn pop_up(&self, window: &str) -> String {
        format!("{}/pop-up#{window}", self.origin())
    }
}
