use super::supplied::Supplied;
use crate::Pages;
use axum::response::Response;
use desktop_delivery::Participant;
use desktop_delivery::notices::NoticeKind;
use desktop_delivery::participants::Channel;
use serde::Serialize;

/// A description of what shipping will do: who will see the files, until when, and who will be
/// notified.
#[derive(Serialize)]
pub(super) struct ShipPlan {
    pub(super) lines: Vec<String>,
    /// Consequences that may be unintended.
    pub(super) warnings: Vec<String>,
    pub(super) is_empty: bool,
}

impl ShipPlan {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { lines: vec![text()], warnings: vec![text()], is_empty: true }
    }

    pub(super) async fn of(pages: &Pages, supplied: &Supplied) -> Result<Self, Response> {
        let (t, library) = (&supplied.frame.t, supplied.requester_name());
        let mut plan = Self { lines: Vec::new(), warnings: Vec::new(), is_empty: false };
        let files = supplied.live().count();
        plan.is_empty = files == 0;
        // A library without an account gets a link instead of seeing the request here.
        let is_partner = supplied.requester.as_ref().is_some_and(|r| r.channel == Channel::Email);
        let sees = match (plan.is_empty, is_partner, supplied.view.facts.patron.is_some()) {
            (true, true, _) => "supply-ship-nothing-partner",
            (true, false, _) => "supply-ship-nothing",
            (false, true, _) => "supply-ship-sees-partner",
            (false, false, false) => "supply-ship-sees-alone",
            (false, false, true) => "supply-ship-sees",
        };
        plan.lines.push(t.message(sees).set("library", &library).set("n", files).to_string());
        plan.lines.extend(ends(supplied));
        match &supplied.requester {
            Some(partner) if partner.channel == Channel::Email => plan.partner(partner, supplied),
            Some(requester) => plan.patron(pages, requester, supplied).await?,
            None => {}
        }
        if supplied.view.cancel_requested_at.is_some() {
            let declines = t.message("supply-ship-declines").set("library", &library);
            plan.warnings.push(declines.to_string());
        }
        Ok(plan)
    }

    /// Describes the notice to a library without an account, sent at once or as soon as a file is
    /// attached.
    fn partner(&mut self, partner: &Participant, supplied: &Supplied) {
        let t = &supplied.frame.t;
        let is_unreachable = partner.emails.is_empty();
        let key = match (is_unreachable, self.is_empty) {
            (true, _) => "supply-ship-partner-unreachable",
            (false, true) => "supply-ship-partner-later",
            (false, false) => "supply-ship-partner",
        };
        let line =
            t.message(key).set("library", &partner.name).set("address", partner.emails.mask());
        let lines = if is_unreachable { &mut self.warnings } else { &mut self.lines };
        lines.push(line.to_string());
    }

    /// Describes the notice to the patron, sent when the request is marked as received.
    async fn patron(
        &mut self,
        pages: &Pages,
        requester: &Participant,
        supplied: &Supplied,
    ) -> Result<(), Response> {
        let has_patron = supplied.view.facts.patron.is_some();
        let has_address = supplied.has_patron_address(pages).await?;
        let key = match (has_patron, requester.is_notified_of(NoticeKind::Received), has_address) {
            (false, ..) => "supply-ship-no-patron",
            (true, false, _) => "supply-ship-patron-silenced",
            (true, true, false) => "supply-ship-patron-unreachable",
            (true, true, true) => "supply-ship-patron",
        };
        let line = supplied.frame.t.message(key).set("library", &requester.name);
        self.lines.push(line.to_string());
        Ok(())
    }
}

/// Describes until when the files will be available if shipped now.
fn ends(supplied: &Supplied) -> Option<String> {
    let (t, zone) = (&supplied.frame.t, supplied.zone());
    let end = |expiry: desktop_delivery::delivery::Expiry| expiry.resolve(supplied.now, zone);
    let ends = supplied.live().map(|file| end(file.attachment.terms.expiry));
    let (first, last) = (ends.clone().min()?, ends.max()?);
    let day = |end: desktop_delivery::Timestamp| t.day_of(end.plus_seconds(-1), zone);
    Some(if first == last {
        let files = supplied.live().count();
        t.message("supply-ship-ends").set("n", files).set("day", day(last)).to_string()
    } else {
        let message = t.message("supply-ship-ends-differ").set("first", day(first));
        message.set("last", day(last)).to_string()
    })
}
