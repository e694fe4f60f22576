use desktop_delivery::IssuedTicket;
use serde::Serialize;
use utoipa::ToSchema;

/// The result of a claim.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketJson {
    /// The address to fetch the file from. It is a secret until it expires.
    #[schema(example = "https://ill.example.org/t/EgEAAAAAAAAAAQ")]
    pub(crate) url: String,
    /// The number of the claim within the request.
    pub(crate) claim: u32,
    /// The exclusive end of the ticket (RFC 3339).
    #[schema(example = "2026-11-23T22:46:32Z", format = DateTime)]
    pub(crate) ends_at: String,
    /// Whether this repeats an earlier claim, so that no download was counted.
    pub(crate) is_repeat: bool,
}

impl TicketJson {
    pub(crate) fn of(address: &str, issued: &IssuedTicket) -> Self {
        Self {
            url: format!("{address}/t/{}", issued.ticket.expose()),
            claim: issued.claim.get(),
            ends_at: issued.ends_at.to_string(),
            is_repeat: issued.is_repeat,
        }
    }
}
