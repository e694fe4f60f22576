//! The simplest model of budgets, without revisions, stores or tokens.

use desktop_delivery::token::TicketToken;
use desktop_delivery::{ClaimKey, Timestamp};

const DAY: i64 = 86_400;

/// The expected outcome of a claim.
#[derive(Debug)]
pub enum Expected {
    Counted,
    /// The same ticket, with this end.
    Repeated(Timestamp),
    /// A refusal with this code.
    Refused(&'static str),
}

/// A claim that the model counted.
struct Counted {
    who: usize,
    repeat: ClaimKey,
    claimed_at: Timestamp,
    ends_at: Timestamp,
    ticket: TicketToken,
    version: usize,
}

/// The claims made from one link's page.
#[derive(Clone, Copy, Default)]
pub struct Made {
    pub count: u32,
}

/// The budgets of one version: patron and partner, or one for both.
#[derive(Clone, Copy, Default)]
struct Version {
    used: [u32; 2],
    granted: [u32; 2],
}

pub struct Model {
    shared: bool,
    max_downloads: u32,
    versions: Vec<Version>,
    claims: Vec<Counted>,
    refunded: u32,
    pub made: [Made; 2],
    pub revoked: [bool; 2],
    pub expires_at: Option<Timestamp>,
}

impl Model {
    pub fn new(shared: bool) -> Self {
        Self {
            shared,
            max_downloads: 5,
            versions: vec![Version::default()],
            claims: Vec::new(),
            refunded: 0,
            made: [Made::default(); 2],
            revoked: [false; 2],
            expires_at: None,
        }
    }

    fn budget(&self, who: usize) -> usize {
        if self.shared { 0 } else { who }
    }

    fn current(&self) -> &Version {
        &self.versions[self.versions.len() - 1]
    }

    fn current_mut(&mut self) -> &mut Version {
        let last = self.versions.len() - 1;
        &mut self.versions[last]
    }

    pub fn left(&self, who: usize) -> u32 {
        let (budget, version) = (self.budget(who), self.current());
        (self.max_downloads + version.granted[budget]).saturating_sub(version.used[budget])
    }

    pub fn expect(
        &self,
        who: usize,
        repeat: &ClaimKey,
        acknowledged: bool,
        now: Timestamp,
    ) -> Expected {
        if self.revoked[who] {
            return Expected::Refused("revoked");
        }
        if !acknowledged {
            return Expected::Refused("unacknowledged");
        }
        let same = |claim: &&Counted| claim.who == who && claim.repeat == *repeat;
        if let Some(claim) = self.claims.iter().rev().find(same) {
            if now < claim.ends_at {
                return Expected::Repeated(claim.ends_at);
            }
            let is_key = matches!(repeat, ClaimKey::Key(_));
            if !is_key || now.seconds_since(claim.claimed_at) < DAY {
                return Expected::Refused("ended");
            }
        }
        if let ClaimKey::Ordinal(ordinal) = repeat {
            let count = self.made[who].count;
            if *ordinal == 0 {
                return Expected::Refused("stale");
            }
            if *ordinal <= count {
                return Expected::Refused("ended");
            }
        }
        if self.expires_at.is_some_and(|end| now >= end) {
            Expected::Refused("expired")
        } else if self.left(who) == 0 {
            Expected::Refused("exhausted")
        } else {
            Expected::Counted
        }
    }

    pub fn counted(
        &mut self,
        who: usize,
        repeat: ClaimKey,
        claimed_at: Timestamp,
        ends_at: Timestamp,
        ticket: TicketToken,
    ) {
        let (budget, version) = (self.budget(who), self.versions.len() - 1);
        self.current_mut().used[budget] += 1;
        if let ClaimKey::Ordinal(ordinal) = repeat {
            self.made[who].count = ordinal;
        }
        self.claims.push(Counted { who, repeat, claimed_at, ends_at, ticket, version });
    }

    /// Changes the number of downloads. Returns `None` if the number is not allowed.
    pub fn change_terms(&mut self, downloads: u32) -> Option<u32> {
        if !(1..=5).contains(&downloads) {
            return None;
        }
        let version = self.current();
        let spent = |budget: usize| version.used[budget].saturating_sub(version.granted[budget]);
        self.max_downloads = downloads.max(spent(0)).max(spent(1));
        Some(self.max_downloads)
    }

    /// Grants an extension. Returns whether it is allowed.
    pub fn grant(&mut self, who: usize, downloads: u32, days: Option<u16>) -> bool {
        let budget = self.budget(who);
        let granted = self.current().granted[budget] + downloads;
        if granted > 5 && downloads > 0 || days.is_some_and(|days| days > 90) {
            return false;
        }
        self.current_mut().granted[budget] = granted;
        true
    }

    pub fn replaced(&mut self) {
        self.versions.push(Version::default());
    }

    /// Returns the nth ticket with the index of its claim while it is open.
    pub fn open_ticket(&self, nth: usize, now: Timestamp) -> Option<(usize, String)> {
        let claim = self.claims.get(nth)?;
        (now < claim.ends_at).then(|| (nth, claim.ticket.expose().to_owned()))
    }

    /// Refunds a claim. Returns whether that is allowed.
    pub fn refund(&mut self, place: usize) -> bool {
        if self.refunded == 3 {
            return false;
        }
        self.refunded += 1;
        let claim = self.claims.remove(place);
        let budget = self.budget(claim.who);
        self.versions[claim.version].used[budget] -= 1;
        // The page shown before remains valid if no later claim was made from it.
        if let ClaimKey::Ordinal(ordinal) = claim.repeat
            && self.made[claim.who].count == ordinal
        {
            self.made[claim.who].count -= 1;
        }
        true
    }
}
