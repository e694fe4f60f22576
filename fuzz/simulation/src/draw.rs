//! How the arguments of operations are drawn.

use crate::model::Request;
use crate::operation::Draw;
use crate::shared::{HeldLink, HeldTicket};
use desktop_delivery::ids::LinkNo;
use desktop_delivery::{Actor, AttachmentNo, Audience, Download, RequestHandle};
use std::sync::Arc;

impl Draw<'_> {
    /// Draws a request, more often one that has been shipped than one that is over.
    pub(crate) fn request(&mut self) -> Option<(RequestHandle, Arc<Request>)> {
        let handles = self.state.model.handles();
        let rank = |request: &Request| (!request.is_over(), request.live().count() > 0);
        let mut best: Option<(RequestHandle, Arc<Request>)> = None;
        for _ in 0..3 {
            let handle = *self.choices.pick(&handles)?;
            let request = Arc::clone(self.state.model.latest(handle)?);
            if best.as_ref().is_none_or(|(_, other)| rank(&request) > rank(other)) {
                best = Some((handle, request));
            }
        }
        best
    }

    /// Draws a document of a request, seldom one that is gone or never was.
    pub(crate) fn document(&mut self, request: &Request) -> AttachmentNo {
        let live: Vec<u16> = request.live().map(|(no, _)| no).collect();
        let no = match self.choices.below(20) {
            0 => 9,
            1 => u16::try_from(1 + self.choices.below(request.documents.len())).unwrap_or(1),
            _ => self.choices.pick(&live).copied().unwrap_or(1),
        };
        AttachmentNo::new(no)
    }

    pub(crate) fn supplier(&mut self, request: &Request) -> Actor {
        self.actor(&[&request.facts.supplier, &request.facts.requester])
    }

    pub(crate) fn requester(&mut self, request: &Request) -> Actor {
        self.actor(&[&request.facts.requester, &request.facts.supplier])
    }

    /// Draws staff of the first agency, seldom of the second, of a third, or the host.
    fn actor(&mut self, agencies: &[&desktop_delivery::AgencyId; 2]) -> Actor {
        match self.choices.below(24) {
            0 => self.cast.staff_of(agencies[1], self.choices),
            1 => {
                let all = [&self.cast.suppliers[..], &self.cast.requesters[..]].concat();
                let agency = self.choices.pick(&all).unwrap_or(agencies[0]).clone();
                self.cast.staff_of(&agency, self.choices)
            }
            2 | 3 => Actor::Host,
            _ => self.cast.staff_of(agencies[0], self.choices),
        }
    }

    pub(crate) fn patron(&mut self, request: &Request) -> Actor {
        let named = request.facts.patron.clone();
        let other = self.choices.pick(&self.cast.patrons).cloned();
        let id = match named {
            Some(id) if !self.choices.chance(10) => Some(id),
            _ => other,
        };
        let id = id.unwrap_or_else(|| self.cast.patrons[0].clone());
        Actor::patron(request.facts.requester.clone(), id)
    }

    pub(crate) fn audience(&mut self) -> Audience {
        *self
            .choices
            .pick(&[Audience::Patron, Audience::Patron, Audience::Partner])
            .unwrap_or(&Audience::Patron)
    }

    /// Draws a link that somebody holds, mostly one that may open something.
    pub(crate) fn link(&mut self) -> Option<HeldLink> {
        let opens = |link: &HeldLink| {
            let request = self.state.model.latest(link.handle);
            request.is_some_and(|request| {
                request.closed_link(link.no.get(), self.now).is_none()
                    && request.live().next().is_some()
            })
        };
        let open: Vec<_> = self.state.links.iter().filter(|link| opens(link)).collect();
        if !open.is_empty() && self.choices.chance(80) {
            return self.choices.pick(&open).map(|link| (*link).clone());
        }
        self.choices.pick(&self.state.links).cloned()
    }

    /// Draws a ticket that somebody holds, mostly one that has not ended.
    pub(crate) fn ticket(&mut self) -> Option<HeldTicket> {
        let is_open = |ticket: &HeldTicket| {
            let request = self.state.model.latest(ticket.handle);
            request.is_some_and(|r| r.closed_ticket(ticket.claim.get(), self.now).is_none())
        };
        let open: Vec<_> = self.state.tickets.iter().filter(|ticket| is_open(ticket)).collect();
        if !open.is_empty() && self.choices.chance(80) {
            return self.choices.pick(&open).map(|ticket| (*ticket).clone());
        }
        self.choices.pick(&self.state.tickets).cloned()
    }

    pub(crate) fn download(&mut self) -> Option<Download> {
        let downloads = &self.state.downloads;
        let is_open = |download: &&Download| download.ends_at.is_none_or(|end| self.now < end);
        let open: Vec<_> = downloads.iter().filter(is_open).collect();
        if !open.is_empty() && self.choices.chance(70) {
            return self.choices.pick(&open).map(|download| (*download).clone());
        }
        let from = downloads.len().saturating_sub(8);
        self.choices.pick(downloads.get(from..)?).cloned()
    }

    /// Draws the number of a link, seldom one that never was.
    pub(crate) fn link_no(&mut self, request: &Request) -> LinkNo {
        let last = request.links.len() + usize::from(self.choices.chance(10));
        LinkNo::new(u16::try_from(1 + self.choices.below(last)).unwrap_or(1))
    }

    pub(crate) fn note(&mut self) -> String {
        let long = "n".repeat(1_001);
        self.choices.pick(&["", "pages 3 and 4", "please", &long]).copied().unwrap_or("").to_owned()
    }

    /// Draws a reason, a description or a note of at most 500 bytes.
    pub(crate) fn words(&mut self) -> String {
        self.choices
            .pick(&["", "part 1", "sent by mistake", "as agreed"])
            .copied()
            .unwrap_or("")
            .to_owned()
    }
}
