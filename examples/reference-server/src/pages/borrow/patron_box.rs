use crate::assemble::Server;
use crate::web::StaffMember;
use desktop_delivery::decide::StaffView;
use desktop_delivery::{Audience, Error, NoticeKind, NoticeState, Recipient, RequestHandle};

/// What concerns the patron: the mail with the link, and the link itself.
pub(super) struct PatronBox {
    /// The patron's number; empty where none is known.
    pub(super) id: String,
    /// Whether the link opens something, so that there is something to send.
    pub(super) is_visible: bool,
    /// The address of the documents; empty where no link is made yet.
    pub(super) url: String,
    /// Whether the library has switched the mail off that Received sends.
    pub(super) is_silenced: bool,
    /// What became of the last mail with the link: `sent`, `waiting`, `failed`, or `never`.
    pub(super) mail: &'static str,
}

impl PatronBox {
    pub(super) async fn of(
        server: &Server,
        member: &StaffMember,
        handle: RequestHandle,
        view: &StaffView,
    ) -> Result<Self, Error> {
        let is_visible = view.status.is_visible();
        let link = if is_visible {
            server.desk.issued_link(handle, &member.actor, Audience::Patron).await?
        } else {
            None
        };
        let is_mail = |kind| matches!(kind, NoticeKind::Received);
        let last = view
            .notices
            .iter()
            .rev()
            .find(|notice| notice.to == Recipient::Patron && is_mail(notice.kind));
        let mail = match last.map(|notice| notice.state) {
            Some(NoticeState::Sent { .. }) => "sent",
            Some(NoticeState::Waiting { .. }) => "waiting",
            Some(NoticeState::Failed { .. }) => "failed",
            _ => "never",
        };
        Ok(Self {
            id: view.facts.patron.as_ref().map_or(String::new(), |id| id.as_str().to_owned()),
            is_visible,
            url: link.map_or(String::new(), |link| link.url.expose().to_owned()),
            is_silenced: member.library.silenced.contains(&NoticeKind::Received),
            mail,
        })
    }

    /// The name of the text that says what happens at Received.
    pub(super) fn at_received(&self) -> &'static str {
        match (self.id.is_empty(), self.is_silenced) {
            (true, _) => "borrow-receive-nobody",
            (false, true) => "borrow-receive-silent",
            (false, false) => "borrow-receive-mail",
        }
    }

    /// The name of the text that says what became of the mail with the link.
    pub(super) fn mail_key(&self) -> String {
        format!("borrow-mail-{}", self.mail)
    }
}
