use desktop_delivery::ledger::Party;
use desktop_delivery::{AgencyId, Facts};

/// On which side of its requests a library is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The library borrows: it asked.
    Borrowing,
    /// The library lends: it supplies.
    Lending,
}

impl Side {
    pub(crate) const fn lends(self) -> bool {
        matches!(self, Self::Lending)
    }

    /// The path under which this side's pages are.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Borrowing => "/borrow",
            Self::Lending => "/supply",
        }
    }

    /// The name in texts.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Borrowing => "borrow",
            Self::Lending => "supply",
        }
    }

    /// The requests of a library on this side.
    pub(crate) const fn party(self, agency: AgencyId) -> Party {
        match self {
            Self::Borrowing => Party::Requester(agency),
            Self::Lending => Party::Supplier(agency),
        }
    }

    /// The library on the other side of a request.
    pub(crate) const fn other(self, facts: &Facts) -> &AgencyId {
        match self {
            Self::Borrowing => &facts.supplier,
            Self::Lending => &facts.requester,
        }
    }
}
