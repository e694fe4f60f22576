use desktop_delivery_identity::accounts::Who;

/// Who signs in, and on which pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionKind {
    Patron,
    Staff,
}

impl SessionKind {
    pub(super) const fn of(who: &Who) -> Self {
        match who {
            Who::Patron { .. } => Self::Patron,
            Who::Staff { .. } => Self::Staff,
        }
    }

    /// The cookie with the session.
    pub(super) const fn session_cookie(self) -> &'static str {
        match self {
            Self::Patron => "desk_tracking",
            Self::Staff => "desk_session",
        }
    }

    /// The cookie that shows that somebody has signed in in this browser before.
    pub(super) const fn browser_cookie(self) -> &'static str {
        match self {
            Self::Patron => "desk_tracking_browser",
            Self::Staff => "desk_browser",
        }
    }
}
