use crate::Pages;
use crate::web::StaffMember;
use desktop_delivery::Error;
use desktop_delivery::desk::RequesterPage;
use desktop_delivery::notices::{NoticeKind, NoticeState, Recipient};
use serde::Serialize;

/// The patron's link, and the email with it.
#[derive(Serialize)]
pub(super) struct PatronBox {
    /// The id of the patron; empty if unknown.
    pub(super) id: String,
    /// Whether the link already shows documents, so that it can be sent.
    pub(super) is_visible: bool,
    /// The address of the link; empty if none has been issued.
    pub(super) url: String,
    /// Whether the library has silenced the notice sent when the request is received.
    pub(super) is_silenced: bool,
    /// Whether an email address of the patron is known.
    pub(super) is_reachable: bool,
    /// The address of the tracking page; empty if the patron has no password.
    pub(super) tracking: String,
    /// The state of the last email with the link: `sent`, `waiting`, `failed` or `never`.
    pub(super) mail: &'static str,
    /// The description of that state.
    pub(super) mail_text: String,
    /// Whether the patron has no email address, so that staff must pass on the link.
    pub(super) is_unreachable: bool,
    /// Whether there is a link or one can be issued.
    pub(super) has_link: bool,
    /// A description of what *Mark as received* does.
    pub(super) at_received: String,
}

impl PatronBox {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self {
            id: text(),
            is_visible: true,
            url: text(),
            is_silenced: true,
            is_reachable: true,
            is_unreachable: true,
            has_link: true,
            tracking: text(),
            mail: "sent",
            mail_text: text(),
            at_received: text(),
        }
    }

    pub(super) async fn of(
        pages: &Pages,
        member: &StaffMember,
        shown: &RequesterPage,
    ) -> Result<Self, Error> {
        let view = &shown.view;
        let is_visible = view.status.is_visible();
        let link = shown.patron_link.as_ref().filter(|_| is_visible);
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
        let (is_reachable, tracks) = match &view.facts.patron {
            Some(patron) => {
                let tracks = pages.sign_in.can_track(&view.facts.requester, patron).await?;
                let contact = pages.directory.patron(&view.facts).await?;
                (contact.is_some_and(|it| !it.emails.is_empty()), tracks)
            }
            None => (false, false),
        };
        let tracking = match tracks {
            true => {
                let address = pages.desk.address().as_str();
                format!("{address}/track?library={}", view.facts.requester)
            }
            false => String::new(),
        };
        let t = &member.frame.t;
        let id = view.facts.patron.as_ref().map_or(String::new(), |id| id.as_str().to_owned());
        let url = link.map_or(String::new(), |link| link.url.expose().to_owned());
        let is_silenced = member.library.silenced.contains(&NoticeKind::Received);
        let is_unreachable = !id.is_empty() && !is_reachable;
        let mail_text = match (is_unreachable && mail != "sent", url.is_empty()) {
            (false, _) => t.text(&format!("borrow-mail-{mail}")),
            (true, false) => t.text("borrow-mail-no-address"),
            (true, true) => t.text("borrow-mail-no-address-yet"),
        };
        let at_received = match (id.is_empty(), is_silenced, is_reachable) {
            (true, ..) => "borrow-receive-nobody",
            (false, true, _) => "borrow-receive-silent",
            (false, false, true) => "borrow-receive-mail",
            (false, false, false) => "borrow-receive-no-address",
        };
        Ok(Self {
            is_reachable,
            tracking,
            is_visible,
            is_silenced,
            mail,
            mail_text,
            is_unreachable,
            has_link: !id.is_empty() || !url.is_empty(),
            at_received: t.text(at_received),
            id,
            url,
        })
    }
}
