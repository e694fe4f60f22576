use async_trait::async_trait;
use desktop_delivery::Notifier;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::{NoticeKind, OutgoingNotice};
use desktop_delivery_conformance::{
    MailInbox, MailNotifierFixture, Mailbox, NotifierFixture, Received, Suite,
};
use futures_executor::block_on;
use std::sync::{Arc, Mutex};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    ErrorsContainTheAddress,
    EvaluatesText,
    GivesUpTooEarly,
    NeverGivesUp,
    NewIdEachTime,
    SkipsReplacements,
    TrustsText,
    WrapsLinks,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (
        Flaw::ErrorsContainTheAddress,
        &["a_refused_address_is_a_permanent_failure", "an_unreachable_peer_is_a_transient_failure"],
    ),
    (Flaw::EvaluatesText, &["untrusted_text_stays_text"]),
    (Flaw::GivesUpTooEarly, &["an_unreachable_peer_is_a_transient_failure"]),
    (Flaw::NeverGivesUp, &["a_refused_address_is_a_permanent_failure"]),
    (Flaw::NewIdEachTime, &["a_repeated_notice_is_recognized"]),
    (Flaw::SkipsReplacements, &["every_kind_is_written_in_every_language"]),
    (Flaw::WrapsLinks, &["a_notice_arrives_with_its_link"]),
];

pub(crate) const MAIL_FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::NewIdEachTime, &["a_repeated_message_has_the_same_message_id"]),
    (Flaw::TrustsText, &["untrusted_text_cannot_change_the_structure"]),
    (Flaw::WrapsLinks, &["a_message_shows_its_link_unbroken"]),
];

const NOBODY: &str = "nobody@example.org";

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let taken = Arc::new(Taken::default());
        let notifier = |reachable| {
            let taken = Arc::clone(&taken);
            Arc::new(Writer { taken, reachable, flaw }) as Arc<dyn Notifier>
        };
        let inbox = Arc::new(MailInbox(Arc::clone(&taken) as _));
        NotifierFixture::new(notifier(true), inbox, NOBODY, notifier(false))
    };
    Suite::notifier(fresh, block_on)
}

pub(crate) fn mail_suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let taken = Arc::new(Taken::default());
        let writer = Writer { taken: Arc::clone(&taken), reachable: true, flaw };
        MailNotifierFixture::new(Arc::new(writer), taken)
    };
    Suite::mail_notifier(fresh, block_on)
}

#[derive(Debug, Default)]
struct Taken(Mutex<Vec<Received>>);

impl Mailbox for Taken {
    fn received(&self) -> Vec<Received> {
        self.0.lock().expect("the lock is not poisoned").clone()
    }
}

/// Writes the simplest messages that pass every check, except for its flaw.
#[derive(Debug)]
struct Writer {
    taken: Arc<Taken>,
    reachable: bool,
    flaw: Option<Flaw>,
}

impl Writer {
    fn failure(&self, transient: bool, dispatch: &OutgoingNotice) -> NotifyError {
        let error = if transient {
            NotifyError::transient("writer")
        } else {
            NotifyError::permanent("writer")
        };
        match self.flaw {
            Some(Flaw::ErrorsContainTheAddress) => {
                error.with_source(format!("{} was refused", dispatch.address.as_str()))
            }
            _ => error,
        }
    }

    fn text(&self, text: &str) -> String {
        match self.flaw {
            Some(Flaw::TrustsText) => text.to_owned(),
            Some(Flaw::EvaluatesText) => text.replace("{{ 7*7 }}", "49"),
            _ => text.replace(['\r', '\n'], " "),
        }
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Notifier for Writer {
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError> {
        if !self.reachable {
            return Err(self.failure(self.flaw != Some(Flaw::GivesUpTooEarly), dispatch));
        }
        if dispatch.address.as_str() == NOBODY {
            return Err(self.failure(self.flaw == Some(Flaw::NeverGivesUp), dispatch));
        }
        let mut taken = self.taken.0.lock().expect("the lock is not poisoned");
        let mut link = dispatch.link.as_ref().map_or("", |link| link.expose()).to_owned();
        if self.flaw == Some(Flaw::WrapsLinks) && !link.is_empty() {
            link.insert_str(40, "\r\n");
        }
        let id = match self.flaw {
            Some(Flaw::NewIdEachTime) => taken.len().to_string(),
            _ => dispatch.id.clone(),
        };
        let body = match (self.flaw, dispatch.kind) {
            (Some(Flaw::SkipsReplacements), NoticeKind::Replaced) => String::new(),
            _ => format!(
                "Request {} has changed:\r\n{}\r\n\r\n{link}\r\n",
                self.text(&dispatch.request_no),
                self.text(&dispatch.title),
            ),
        };
        let raw = format!(
            "From: ill@example.org\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{id}@example.org>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}",
            dispatch.address.as_str(),
            self.text(&dispatch.title),
        );
        taken.push(Received { raw: raw.into_bytes() });
        Ok(())
    }
}
