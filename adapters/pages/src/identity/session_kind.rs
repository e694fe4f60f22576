use desktop_delivery_identity::accounts::Who;

/// The kind of a session.
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

    /// Returns the name of the session cookie.
    pub(super) const fn session_cookie(self) -> &'static str {
        match self {
            Self::Patron => "desk_tracking",
            Self::Staff => "desk_session",
        }
    }

    /// Returns the name of the cookie that identifies a browser with an earlier sign-in.
    pub(super) const fn browser_cookie(self) -> &'static str {
        match self {
            Self::Patron => "desk_tracking_browser",
            Self::Staff => "desk_browser",
        }
    }
}
