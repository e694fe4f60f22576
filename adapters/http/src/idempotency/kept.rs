use serde_json::Value;

/// Declares what is kept of a successful response for repeats with the same `Idempotency-Key`. A
/// handler adds it to the extensions of its response.
///
/// The status is always kept. Without this extension, a body counts as a secret: it is not kept,
/// and a repeat is refused with 409 and the code `already-done`.
///
/// # Example
/// ```
/// use axum::{Extension, Json};
/// use desktop_delivery_http::Kept;
///
/// async fn create() -> (Extension<Kept>, Json<serde_json::Value>) {
///     (Extension(Kept::Body), Json(serde_json::json!({ "no": 3 })))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kept {
    /// The JSON body, which must not contain secrets or personal data. A body of more than 60,000
    /// bytes is not kept.
    Body,
    /// The ids of what was created. A repeat calls the handler with [`Repeated`], so that it builds
    /// the response again, for example with a newly signed token.
    Ids(Value),
}

/// The ids that the first response kept, as an extension of a repeated request. The handler must not
/// create anything again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "handlers destructure the wrapper")]
pub struct Repeated(pub Value);
