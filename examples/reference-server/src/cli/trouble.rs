//! Errors of the desk, in the operator's words.

use crate::startup_error::StartupError;
use desktop_delivery::error::Limit;
use desktop_delivery::{Error, InvalidInput, Refusal};

/// What was to be done, and why it was not.
pub(super) fn failed(what: impl Into<String>) -> impl FnOnce(Error) -> StartupError {
    let what = what.into();
    move |error| match error {
        Error::Refused(refusal) => {
            let remedy = remedy(&refusal);
            StartupError::new(what, refusal).with_remedy(remedy)
        }
        Error::InvalidInput(input) => invalid(what, input),
        Error::Store(error) => StartupError::new(what, error)
            .with_remedy("`desk verify` tells whether what is stored is well"),
        error => StartupError::new(what, error),
    }
}

/// A request does not have this file or link.
pub(super) fn missing(request: &str, what: &str) -> StartupError {
    StartupError::plain(format!("request {request} has no {what}"))
        .with_remedy(format!("desk request show {request} lists its files and links"))
}

/// Something on the command line cannot be taken.
pub(super) fn invalid(what: impl Into<String>, input: InvalidInput) -> StartupError {
    StartupError::usage(format!("{}: {input}", what.into()))
        .with_remedy("add --help to see what the command takes")
}

/// What an operator can do; the remedies of the core are for people at a page.
const fn remedy(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NothingAttached => {
            "attach a file first (desk attach), or add --without-attachment if that is meant"
        }
        Refusal::NotShipped => "ship it first: desk ship",
        Refusal::OverLimit { what: Limit::Days | Limit::Downloads, .. } => {
            "choose less; desk grant gives more than a file's terms, up to the profile's cap"
        }
        Refusal::Unknown => "desk request show tells the numbers of its files and links",
        Refusal::WrongStatus { .. } | Refusal::Stale => "desk request show tells where it stands",
        Refusal::Withdrawn { .. } | Refusal::Cancelled { .. } => {
            "this request is over: the host must send it anew"
        }
        Refusal::Removed { .. } | Refusal::Purged { .. } => "attach the file again: desk attach",
        _ => refusal.remedy(),
    }
}
