use crate::parts::Shared;
use crate::problem::ProblemDetails;
use desktop_delivery::Error;
use desktop_delivery::input::InputField;
use http::StatusCode;

/// Renames the field of an invalid value to the field that was sent.
pub(super) fn of_field(error: Error, from: InputField, to: InputField) -> Error {
    match error {
        Error::InvalidInput(input) if *input.field() == from => input.with_field(to).into(),
        error => error,
    }
}

/// Returns 204 without a body, or the problem of an error.
pub(super) fn no_content(
    shared: &Shared,
    outcome: Result<(), Error>,
) -> Result<StatusCode, ProblemDetails> {
    match outcome {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(shared.problem_of(&error)),
    }
}
