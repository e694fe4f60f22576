use super::supplied::Supplied;
use desktop_delivery::Audience;
use desktop_delivery::participants::Channel;
use desktop_delivery_text::Texts;
use serde::Serialize;

/// The link of an audience, with its texts.
#[derive(Serialize)]
pub(super) struct LinkRow {
    pub(super) audience: &'static str,
    /// The name of the audience.
    pub(super) audience_name: String,
    /// The number of the active link, if any.
    pub(super) active: Option<u16>,
    /// When the link was issued or revoked, or a note that there is none.
    pub(super) state: String,
    /// Whether the address can be shown. A new link for the patron requires that the request names
    /// one.
    pub(super) may_show: bool,
}

/// The address of a link, shown only in response to its form.
#[derive(Serialize)]
pub(super) struct ShownLink {
    /// The name of the audience.
    pub(super) audience_name: String,
    pub(super) url: String,
}

impl LinkRow {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self {
            audience: "patron",
            audience_name: text(),
            active: Some(1),
            state: text(),
            may_show: true,
        }
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
        let state = match (active, revoked_at) {
            (Some(link), _) => t
                .message("supply-link-since")
                .set("day", t.day_of(link.issued_at, zone))
                .to_string(),
            (None, Some(at)) => {
                t.message("supply-link-revoked").set("day", t.day_of(at, zone)).to_string()
            }
            (None, None) if !may_make => t.text("supply-link-no-patron"),
            (None, None) => t.text("supply-link-none"),
        };
        Self {
            audience: audience.as_str(),
            audience_name: audience_name(audience, t),
            active: active.map(|link| link.no.get()),
            state,
            may_show: may_make || active.is_some(),
        }
    }
}

/// Returns the name of the audience of a link.
pub(super) fn audience_name(audience: Audience, t: &Texts) -> String {
    t.text(&format!("supply-link-of-{}", audience.as_str()))
}
