//! The schemas of words: strings of which the API knows a few. Each is a component of the OpenAPI
//! document, so that generated clients have one type for it.

use desktop_delivery::delivery;
use desktop_delivery::notices;
use utoipa::openapi::schema::Type;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Defines types that exist only as schemas, each with a description and its words.
macro_rules! words {
    ($($(#[doc = $description:literal])+ $name:ident = $words:expr;)+) => {$(
        $(#[doc = $description])+
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                of(concat!($($description),+).trim(), $words)
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// The people for whom links and budgets are.
    Audience = desktop_delivery::Audience::ALL.iter().map(|it| it.as_str());
    /// A budget of downloads: `shared` by all audiences, or of one audience.
    Budget = ["partner", "patron", "shared", "staff"];
    /// An audience for which links are issued.
    LinkAudience = ["partner", "patron"];
    /// Why a notice could not be delivered.
    NoticeFailure = [
        "invalid-address", "no-address", "refused", "too-many-tries", "unsupported-address",
    ];
    /// The event that a notice is about.
    NoticeKind = notices::NoticeKind::ALL.iter().map(|it| it.as_str());
    /// The delivery state of a notice.
    NoticeState = ["failed", "sent", "skipped", "waiting"];
    /// What a library must do.
    PendingAction = [
        "answer-cancellation", "answer-extension", "answer-problem", "receive", "ship",
    ];
    /// What is wrong with a document.
    ProblemKind = delivery::ProblemKind::ALL.iter().map(|it| it.as_str());
    /// Why a document is replaced.
    ReplaceReason = delivery::ReplaceReason::ALL.iter().map(|it| it.as_str());
    /// A library of a request: the borrowing or the lending library.
    Side = ["requester", "supplier"];
    /// The status of a request.
    Status = desktop_delivery::Status::ALL.iter().map(|it| it.as_str());
    /// The result of an update.
    UpdateOutcome = [
        "created", "older-than-known", "status-cannot-go-back", "unchanged", "updated",
    ];
    /// What staff should check in a file.
    WarningCode = ["name-ending", "old-office", "same-bytes", "unchanged"];
}

fn of<'a>(description: &str, words: impl IntoIterator<Item = &'a str>) -> RefOr<Schema> {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .enum_values(Some(words));
    Schema::from(schema).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::desk::SyncOutcome;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    fn words<T: PartialSchema>() -> Vec<Value> {
        let schema = serde_json::to_value(T::schema()).unwrap();
        schema["enum"].as_array().expect("it has words").clone()
    }

    fn check<T: PartialSchema, U: DeserializeOwned>() {
        for word in words::<T>() {
            assert!(serde_json::from_value::<U>(word.clone()).is_ok(), "{word}");
        }
    }

    #[test]
    fn the_core_knows_every_word() {
        check::<Audience, desktop_delivery::Audience>();
        check::<Budget, delivery::BudgetName>();
        check::<LinkAudience, desktop_delivery::Audience>();
        check::<NoticeFailure, notices::NoticeFailure>();
        check::<NoticeKind, notices::NoticeKind>();
        check::<ProblemKind, delivery::ProblemKind>();
        check::<ReplaceReason, delivery::ReplaceReason>();
        check::<Status, desktop_delivery::Status>();
        let outcomes = [
            SyncOutcome::Created,
            SyncOutcome::OlderThanKnown,
            SyncOutcome::StatusCannotGoBack,
            SyncOutcome::Unchanged,
            SyncOutcome::Updated,
        ];
        assert_eq!(json!(outcomes), json!(words::<UpdateOutcome>()));
    }
}
