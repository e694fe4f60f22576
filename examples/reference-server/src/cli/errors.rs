//! Conversion of desk errors into errors for the operator.

use crate::startup_error::StartupError;
use desktop_delivery::error::Limit;
use desktop_delivery::{Error, InvalidInput, Refusal};

/// Returns a function that turns a desk error into one that says what could not be done and why.
pub(super) fn failed(what: impl Into<String>) -> impl FnOnce(Error) -> StartupError {
    let what = what.into();
    move |error| match error {
        Error::Refused(refusal) => {
            let remedy = remedy(&refusal);
            StartupError::new(what, refusal).with_remedy(remedy)
        }
        Error::InvalidInput(input) => invalid(what, input),
        Error::Store(error) => {
            StartupError::new(what, error).with_remedy("to check the stored data, run desk verify")
        }
        error => StartupError::new(what, error),
    }
}

/// Returns the error of a missing file or link.
pub(super) fn missing(request: &str, what: &str) -> StartupError {
    StartupError::plain(format!("request {request} has no {what}"))
        .with_remedy(format!("to see its files and links, run desk request show {request}"))
}

/// Returns the error of an invalid argument.
pub(super) fn invalid(what: impl Into<String>, input: InvalidInput) -> StartupError {
    StartupError::usage(format!("{}: {input}", what.into()))
        .with_remedy("for the accepted arguments, add --help")
}

/// Returns what an operator can do; the remedies of the core are for readers of a page.
const fn remedy(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NothingAttached => {
            "attach a file first (desk attach), or add --without-attachment to ship without one"
        }
        Refusal::NotShipped => "ship it first: desk ship",
        Refusal::OverLimit { what: Limit::Days | Limit::Downloads, .. } => {
            "choose a smaller number; for more than a file's terms, up to the profile's limit, run desk grant"
        }
        Refusal::Unknown => "to see the numbers of its files and links, run desk request show",
        Refusal::WrongStatus { .. } | Refusal::Stale => "to see its status, run desk request show",
        Refusal::Withdrawn { .. } | Refusal::Cancelled { .. } => {
            "this request has ended; the host must send a new one"
        }
        Refusal::Removed { .. } | Refusal::Purged { .. } => "attach the file again: desk attach",
        _ => refusal.remedy(),
    }
}
