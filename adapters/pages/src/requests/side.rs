use desktop_delivery::ledger::Party;
use desktop_delivery::{AgencyId, Facts};

/// The role of a library in the requests shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// The library borrows.
    Borrowing,
    /// The library lends.
    Lending,
}

impl Side {
    pub(crate) const fn lends(self) -> bool {
        matches!(self, Self::Lending)
    }

    /// Returns the path of the pages for this role.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Borrowing => "/borrow",
            Self::Lending => "/supply",
        }
    }

    /// Returns the name in message keys.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Borrowing => "borrow",
            Self::Lending => "supply",
        }
    }

    /// Selects the requests of a library in this role.
    pub(crate) const fn party(self, agency: AgencyId) -> Party {
        match self {
            Self::Borrowing => Party::Requester(agency),
            Self::Lending => Party::Supplier(agency),
        }
    }

    /// Returns the other library of a request.
    pub(crate) const fn other(self, facts: &Facts) -> &AgencyId {
        match self {
            Self::Borrowing => &facts.supplier,
            Self::Lending => &facts.requester,
        }
    }
}
