//! [`SmtpNotifier`](desktop_delivery_mail::SmtpNotifier) passes the suite of its trait, with a real
//! SMTP server at the other end.

#[path = "support/smtp_inbox.rs"]
mod smtp_inbox;
mod support;

use desktop_delivery_conformance::{MailInbox, NotifierFixture, Suite};
use smtp_inbox::{Inbox, notifier};
use std::sync::Arc;
use support::MailServer;
use tokio::runtime::Runtime;

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = || {
        let server = MailServer::start();
        let taken = notifier(server.port);
        let server = Arc::new(std::sync::Mutex::new(server));
        // No server listens on the port of a listener that was just closed.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = closed.local_addr().expect("it is bound").port();
        drop(closed);
        let inbox = Arc::new(MailInbox(Arc::new(Inbox(Arc::clone(&server)))));
        NotifierFixture::new(taken, inbox, "unknown@example.org", notifier(port)).with_guard(server)
    };
    Suite::notifier(fresh, move |check| runtime.block_on(check)).main("SMTP");
}
