use super::request_page::RequestPage;
use super::supplied::{Place, Supplied, answer};
use super::waiting::{AUDIENCES, audience_word};
use crate::Pages;
use crate::requests::{Handle, NUMBERS};
use crate::web::{Entered, Field, Form, Refused, Reply, StaffMember, page};
use axum::extract::State;
use desktop_delivery::Audience;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::participants::Channel;
use desktop_delivery_text::Texts;
use serde::Serialize;

const AUDIENCE: Field = Field::hidden("audience");
const NO: Field = Field::hidden("no");

/// The link of an audience, with its texts.
#[derive(Serialize)]
pub(super) struct LinkRow {
    pub(super) audience: &'static str,
    /// The name of the audience.
    pub(super) whose: String,
    /// The number of the active link, if any.
    pub(super) active: Option<u16>,
    /// When the link was issued or revoked, or a note that there is none.
    pub(super) words: String,
    /// Whether the address can be shown. A new link for the patron requires that the request names
    /// one.
    pub(super) may_show: bool,
}

/// The address of a link, shown only in response to its form.
#[derive(Serialize)]
pub(super) struct ShownLink {
    /// The name of the audience.
    pub(super) whose: String,
    pub(super) url: String,
}

impl LinkRow {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { audience: "patron", whose: text(), active: Some(1), words: text(), may_show: true }
    }

    /// Returns the link of the patron, and that of the partner if the library has no account or
    /// already has a link.
    pub(super) fn all(supplied: &Supplied) -> Vec<Self> {
        let has_partner = supplied.view.links.iter().any(|l| l.audience == Audience::Partner)
            || supplied.requester.as_ref().is_some_and(|r| r.channel == Channel::Email);
        let mut audiences = vec![Audience::Patron];
        audiences.extend(has_partner.then_some(Audience::Partner));
        audiences.into_iter().map(|audience| Self::of(audience, supplied)).collect()
    }

    fn of(audience: Audience, supplied: &Supplied) -> Self {
        let (t, zone) = (&supplied.frame.t, &supplied.frame.zone);
        let links = || supplied.view.links.iter().filter(|link| link.audience == audience);
        let active = links().rev().find(|link| link.is_active(supplied.now));
        let may_make = audience != Audience::Patron || supplied.view.facts.patron.is_some();
        let revoked_at = links().filter_map(|link| link.revoked_at).max();
        let words = match (active, revoked_at) {
            (Some(link), _) => t
                .message("supply-link-since")
                .set("day", t.day_of(link.issued_at, zone))
                .to_string(),
            (None, Some(at)) => {
                t.message("supply-link-closed").set("day", t.day_of(at, zone)).to_string()
            }
            (None, None) if !may_make => t.text("supply-link-nobody"),
            (None, None) => t.text("supply-link-none"),
        };
        Self {
            audience: audience_word(audience),
            whose: whose(audience, t),
            active: active.map(|link| link.no.get()),
            words,
            may_show: may_make || active.is_some(),
        }
    }
}

fn whose(audience: Audience, t: &Texts) -> String {
    t.text(&format!("supply-link-of-{}", audience_word(audience)))
}

/// Shows the address of an audience's link, and issues the link if there is none.
pub(super) async fn show(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let issued = async {
        let audience = sent.read(|form| form.choice(AUDIENCE, &AUDIENCES))?;
        let link = pages.desk.issue_link(handle, &member.actor, audience).await?;
        let whose = whose(audience, &member.frame.t);
        Ok::<_, Refused>(ShownLink { whose, url: link.url.expose().to_owned() })
    };
    match issued.await {
        Ok(link) => {
            let supplied = Supplied::load(&pages, member, handle).await?;
            let shown = RequestPage::of(&pages, supplied, None, Entered::nothing()).await?;
            Ok(page(&shown.with_link(link)))
        }
        Err(refused) => {
            let (outcome, entered) = (Err(refused), Entered::nothing());
            answer(&pages, member, handle, outcome, entered, Place::Request).await
        }
    }
}

pub(super) async fn revoke(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    Form(sent): Form,
) -> Reply {
    let revoked = async {
        let no = sent.read(|form| form.number(NO, NUMBERS))?;
        pages.desk.revoke_link(handle, &member.actor, LinkNo::new(no)).await?;
        Ok::<_, Refused>("supply-revoked")
    };
    let outcome = revoked.await;
    answer(&pages, member, handle, outcome, Entered::nothing(), Place::Request).await
}
