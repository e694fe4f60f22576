use desktop_delivery::error::{ErrorChain, StoreErrorKind, TokenError};
use desktop_delivery::{Error, Refusal};
use http::StatusCode;

/// Returns the HTTP status of an error of the desk, for the API and for pages.
#[must_use]
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::InvalidInput(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Refused(refusal) => refusal_status(refusal),
        Error::Store(store) => store_status(store.kind()),
        Error::Token(TokenError::Expired) => StatusCode::GONE,
        Error::Token(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

pub(crate) const fn refusal_status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Cancelled { .. }
        | Refusal::Ended { .. }
        | Refusal::Expired { .. }
        | Refusal::FeedReset
        | Refusal::Purged { .. }
        | Refusal::Removed { .. }
        | Refusal::Replaced { .. }
        | Refusal::Revoked { .. }
        | Refusal::Withdrawn { .. } => StatusCode::GONE,
        Refusal::Exhausted { .. }
        | Refusal::Forbidden
        | Refusal::NoFreePreview
        | Refusal::NotYetValid { .. } => StatusCode::FORBIDDEN,
        Refusal::InFuture { .. }
        | Refusal::Inspected { .. }
        | Refusal::OverLimit { .. }
        | Refusal::PastEnd { .. }
        | Refusal::Unacknowledged => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::OverQuota { .. } | Refusal::TooManyResends { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::NeverFits { .. } | Refusal::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::Unknown => StatusCode::NOT_FOUND,
        Refusal::UnsupportedType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::CONFLICT,
    }
}

pub(crate) const fn store_status(kind: StoreErrorKind) -> StatusCode {
    match kind {
        StoreErrorKind::Full => StatusCode::INSUFFICIENT_STORAGE,
        StoreErrorKind::Interrupted => StatusCode::BAD_REQUEST,
        StoreErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Logs an error that the operator must see: a store or a notice that failed. Logs no tokens or
/// names.
pub fn log_error(error: &Error) {
    match error {
        // The sender of an interrupted upload sees the error.
        Error::Store(store) if store.kind() == StoreErrorKind::Interrupted => {}
        Error::Store(store) => {
            let remedy = store.kind().remedy();
            tracing::error!(error = %ErrorChain::of(store), remedy, "a store failed");
        }
        Error::Notify(notify) => tracing::warn!(error = %ErrorChain::of(notify), "a notice failed"),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProblemDetails;
    use desktop_delivery::hook::Veto;
    use desktop_delivery::input::{InputFault, InputField, LocalizedText};
    use desktop_delivery::{InvalidInput, StoreError, Timestamp};

    #[test]
    fn problem_details_have_the_status_of_their_error() {
        let since = Timestamp::from_seconds(1);
        let store = |kind| Error::Store(StoreError::new(kind, "sqlite", "commit"));
        let errors = [
            (InvalidInput::new(InputField::ROLE, InputFault::MISSING).into(), 422),
            (Refusal::Revoked { since }.into(), 410),
            (Refusal::NothingAttached.into(), 409),
            (Refusal::Vetoed(Veto::new("closed", LocalizedText::new("it is closed"))).into(), 409),
            (store(StoreErrorKind::Full), 507),
            (store(StoreErrorKind::Interrupted), 400),
            (store(StoreErrorKind::Unavailable), 503),
            (store(StoreErrorKind::Corrupt), 500),
            (TokenError::Expired.into(), 410),
            (TokenError::Invalid.into(), 404),
        ];
        for (error, status) in errors {
            let problem = ProblemDetails::of(&error, since);
            assert_eq!(
                (status_of(&error).as_u16(), problem.status.as_u16()),
                (status, status),
                "{error}"
            );
        }
        let veto = Veto::new("closed", LocalizedText::new("it is closed"));
        let problem = ProblemDetails::of(&Refusal::Vetoed(veto).into(), since);
        assert_eq!((problem.code, problem.host_code.as_deref()), ("vetoed", Some("closed")));
        assert_eq!(problem.title, "the host refused the change: it is closed");
    }
}
