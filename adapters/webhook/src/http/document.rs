//! What the OpenAPI document says beside the operations.

use desktop_delivery_http::FeedEntryJson;
use serde_json::{Value, json};
use utoipa::{IntoResponses, OpenApi, ToSchema};

#[derive(OpenApi)]
#[openapi(
    info(title = "Webhooks of desktop delivery"),
    components(schemas(Problem, EventDelivery, TestDelivery)),
    security(("bearer" = [])),
    tags((name = "webhooks", description = "Deliver the event feed to a URL of the host.")),
)]
pub(super) struct Document;

/// Problem details (RFC 9457).
#[derive(ToSchema)]
#[schema(as = ProblemJson)]
#[expect(
    dead_code,
    reason = "only the OpenAPI document uses it, and the JSON API describes it fully"
)]
pub(super) struct Problem {
    r#type: String,
    title: String,
    status: u16,
    code: String,
    remedy: String,
}

/// The error responses of every operation.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
pub(super) enum Errors {
    /// The request is malformed.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(Problem),
    /// The request is not authenticated.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(Problem),
    /// Only a host key may do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// The webhook does not exist.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(Problem),
    /// A request with the same `Idempotency-Key` is in progress, or its response was not kept.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The position is not in the feed, because the database was restored or moved.
    #[response(status = 410, content_type = "application/problem+json")]
    FeedReset(Problem),
    /// The body is too long.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// A value is invalid, or a field is unknown.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Too many requests.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
    /// An internal error occurred.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// The storage cannot be reached. Try again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
    /// The server has no storage space left.
    #[response(status = 507, content_type = "application/problem+json")]
    Full(Problem),
}

/// The body of a delivery.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
struct EventDelivery {
    /// `request.` and the kind of the event.
    #[schema(example = "request.shipped")]
    r#type: String,
    /// When the event happened (RFC 3339).
    timestamp: String,
    /// The event, as in the feed.
    data: FeedEntryJson,
}

/// The body of a test delivery.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
struct TestDelivery {
    /// `webhook.test`.
    #[schema(example = "webhook.test")]
    r#type: String,
    /// When the test was made (RFC 3339).
    timestamp: String,
    data: TestData,
}

/// The data of a test delivery.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
struct TestData {
    /// The id of the webhook.
    webhook: String,
}

/// Adds the requests that receivers get.
pub(super) fn add_webhooks(document: &mut Value) {
    document["webhooks"] = json!({
        "requestEvent": delivery(
            "requestEvent", "EventDelivery",
            "Delivers an event of a request. Events of one request arrive in order, each at least once.",
        ),
        "webhookTest": delivery(
            "webhookTest", "TestDelivery", "Tests whether the receiver accepts deliveries.",
        ),
    });
}

fn delivery(id: &str, schema: &str, description: &str) -> Value {
    let header = |name: &str, description: &str| {
        json!({
            "name": name, "in": "header", "required": true, "description": description,
            "schema": {"type": "string"},
        })
    };
    json!({"post": {
        "operationId": id,
        "description": description,
        "security": [],
        "parameters": [
            header("webhook-id", "The same for each attempt to deliver this event."),
            header("webhook-timestamp", "When this attempt was made, in Unix seconds."),
            header(
                "webhook-signature",
                "`v1,` and the base64 of the HMAC-SHA-256 of `id.timestamp.body`; two of them, \
                 separated by a space, for 24 hours after the secret was rotated.",
            ),
        ],
        "requestBody": {
            "required": true,
            "content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/{schema}")},
            }},
        },
        "responses": {
            "2XX": {"description": "The delivery was accepted."},
            "410": {"description": "Pauses the webhook at once."},
            "default": {"description": "The delivery is tried again, for up to three days."},
        },
    }})
}
