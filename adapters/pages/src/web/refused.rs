use super::field_fault::FieldFault;
use super::frame::Frame;
use super::reply::Failure;
use desktop_delivery::{Error, InvalidInput, Refusal, StoreError};
use http::StatusCode;

/// The reason why a form was not processed.
pub(crate) enum Refused {
    /// An error of the desk.
    Desk(Error),
    /// An invalid field.
    Field(FieldFault),
    /// The reason in the messages `failure-{word}` and `failure-{word}-text`.
    Named(&'static str),
}

impl Refused {
    /// Returns the failure to show on the page.
    pub(crate) fn failure(&self, frame: &Frame) -> Failure {
        match self {
            Self::Desk(error) => Failure::of(error, frame),
            Self::Field(fault) => fault.failure(&frame.t),
            Self::Named(word) => Failure::new(StatusCode::UNPROCESSABLE_ENTITY, word),
        }
    }

    /// Returns the name of the invalid field; empty if unknown.
    pub(crate) const fn field(&self) -> &'static str {
        match self {
            Self::Desk(Error::Refused(Refusal::PastEnd { .. })) => "until",
            Self::Field(fault) => fault.field(),
            Self::Desk(_) | Self::Named(_) => "",
        }
    }
}

impl From<FieldFault> for Refused {
    fn from(fault: FieldFault) -> Self {
        Self::Field(fault)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Desk(error)
    }
}

impl From<InvalidInput> for Refused {
    fn from(input: InvalidInput) -> Self {
        Self::Desk(input.into())
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Desk(refusal.into())
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}
