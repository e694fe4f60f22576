use crate::support::{MailServer, composer};
use desktop_delivery::Notifier;
use desktop_delivery_conformance::{Mailbox, Received};
use desktop_delivery_mail::{SmtpNotifier, SmtpServer};
use std::sync::Arc;

/// The accepted messages, without the test server's line above each.
pub(crate) struct Inbox(pub(crate) Arc<std::sync::Mutex<MailServer>>);

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

pub(crate) fn notifier(port: u16) -> Arc<dyn Notifier> {
    let server = SmtpServer::loopback().with_port(port);
    Arc::new(SmtpNotifier::new(server, Arc::new(composer())).expect("the settings are whole"))
}
