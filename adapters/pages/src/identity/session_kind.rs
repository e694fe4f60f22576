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

    /// Returns the path of the sign-in page.
    pub(super) const fn sign_in_page(self) -> &'static str {
        match self {
            Self::Patron => "/track",
            Self::Staff => "/sign-in",
        }
    }

    /// Returns the page to show after sign-in: the requested one, or that of this kind of session.
    pub(super) fn page_after_sign_in(self, next: &str) -> &str {
        match self {
            _ if next != "/" => next,
            Self::Patron => "/track/requests",
            Self::Staff => "/supply",
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
