//! [`SmtpNotifier`](desktop_delivery_mail::SmtpNotifier) passes the suite for notifiers that
//! send email.

#[path = "support/smtp_inbox.rs"]
mod smtp_inbox;
mod support;

use desktop_delivery_conformance::{MailNotifierFixture, Suite};
use smtp_inbox::{Inbox, notifier};
use std::sync::{Arc, Mutex};
use support::MailServer;
use tokio::runtime::Runtime;

fn main() {
    let runtime = Runtime::new().expect("a runtime can be made");
    let fresh = || {
        let server = MailServer::start();
        let notifier = notifier(server.port);
        let server = Arc::new(Mutex::new(server));
        let inbox = Arc::new(Inbox(Arc::clone(&server)));
        MailNotifierFixture::new(notifier, inbox).with_guard(server)
    };
    Suite::mail_notifier(fresh, move |check| runtime.block_on(check)).main("SMTP");
}
