//! [`SmtpNotifier`] keeps every promise of its trait, with a real SMTP server at the other end.

mod support;

use desktop_delivery::Notifier;
use desktop_delivery_conformance::{Mailbox, NotifierFixture, Received, Suite};
use desktop_delivery_mail::{SmtpNotifier, SmtpServer};
use std::sync::Arc;
use support::{MailServer, composer};
use tokio::runtime::Runtime;

/// What the server took, without the line of its own above each message.
struct Inbox(Arc<std::sync::Mutex<MailServer>>);

impl Mailbox for Inbox {
    fn received(&self) -> Vec<Received> {
        let server = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let message = |text: String| {
            let raw = text.split_once('\n').map_or_else(String::new, |(_, raw)| raw.to_owned());
            Received { raw: raw.into_bytes() }
        };
        server.inbox().into_iter().map(message).collect()
    }
}

fn notifier(port: u16) -> Arc<dyn Notifier> {
    let server = SmtpServer::loopback().with_port(port);
    Arc::new(SmtpNotifier::new(server, Arc::new(composer())).expect("the settings are whole"))
}

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = || {
        let server = MailServer::start();
        let taken = notifier(server.port);
        let server = Arc::new(std::sync::Mutex::new(server));
        // Nobody listens where a listener has just been closed.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = closed.local_addr().expect("it is bound").port();
        drop(closed);
        let inbox = Arc::new(Inbox(Arc::clone(&server)));
        NotifierFixture::new(taken, inbox, "unknown@example.org", notifier(port)).with_guard(server)
    };
    Suite::notifier(fresh, move |check| runtime.block_on(check)).main("SMTP");
}
