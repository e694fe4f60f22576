use crate::Pages;
use crate::web::StaffMember;
use desktop_delivery::Error;
use desktop_delivery::desk::RequesterPage;
use desktop_delivery::notices::{NoticeKind, NoticeState, Recipient};

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
    /// Whether mail can reach them: the library has an address of theirs.
    pub(super) is_reachable: bool,
    /// Where they follow their requests by a password of their own; empty where they have none.
    pub(super) tracking: String,
    /// What became of the last mail with the link: `sent`, `waiting`, `failed`, or `never`.
    pub(super) mail: &'static str,
}

impl PatronBox {
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
        Ok(Self {
            is_reachable,
            tracking,
            id: view.facts.patron.as_ref().map_or(String::new(), |id| id.as_str().to_owned()),
            is_visible,
            url: link.map_or(String::new(), |link| link.url.expose().to_owned()),
            is_silenced: member.library.silenced.contains(&NoticeKind::Received),
            mail,
        })
    }

    /// Whether there is a link, or somebody for whom one can be made.
    pub(super) const fn has_link(&self) -> bool {
        !self.id.is_empty() || !self.url.is_empty()
    }

    /// The name of the text that says what happens at Received.
    pub(super) fn at_received(&self) -> &'static str {
        match (self.id.is_empty(), self.is_silenced, self.is_reachable) {
            (true, ..) => "borrow-receive-nobody",
            (false, true, _) => "borrow-receive-silent",
            (false, false, true) => "borrow-receive-mail",
            (false, false, false) => "borrow-receive-no-address",
        }
    }

    /// Whether a patron is named whom no mail can reach, so that somebody has to hand over the link.
    pub(super) fn is_unreachable(&self) -> bool {
        !self.id.is_empty() && !self.is_reachable
    }

    /// The name of the text that says what became of the mail with the link.
    pub(super) fn mail_key(&self) -> String {
        if self.is_unreachable() && self.mail != "sent" {
            let is_made = !self.url.is_empty();
            let key = if is_made { "borrow-mail-no-address" } else { "borrow-mail-no-address-yet" };
            return key.to_owned();
        }
        format!("borrow-mail-{}", self.mail)
    }
}
