use super::citation::CitationJson;
use desktop_delivery::Facts;
use serde::Serialize;
use utoipa::ToSchema;

/// The description of a request, from the host.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FactsJson {
    /// The host's identifier of the request.
    #[schema(example = "2026-00417")]
    reference: String,
    /// The id of the borrowing library.
    #[schema(example = "CA-BVAU")]
    requester: String,
    /// The id of the lending library.
    #[schema(example = "CA-OTU")]
    supplier: String,
    /// The borrowing library's number for the request.
    requester_request_id: String,
    /// The lending library's number for the request; empty if unknown.
    supplier_request_id: String,
    /// The title of the requested document.
    title: String,
    /// The publication that contains the document; empty if unknown.
    source: String,
    /// The parts of the citation other than the title.
    citation: CitationJson,
    /// The borrowing library's statement about copyright, as a code for the `copyrightCompliance`
    /// of ISO 18626; empty if unknown.
    #[schema(example = "US-CCG")]
    copyright_compliance: String,
    /// The `serviceType` of ISO 18626.
    #[schema(example = "Copy")]
    service_type: String,
}

impl FactsJson {
    pub(super) fn of(facts: &Facts) -> Self {
        Self {
            reference: facts.reference.to_string(),
            requester: facts.requester.to_string(),
            supplier: facts.supplier.to_string(),
            requester_request_id: facts.requester_request_id.clone(),
            supplier_request_id: facts.supplier_request_id.clone(),
            title: facts.title.clone(),
            source: facts.source.clone(),
            citation: CitationJson::of(&facts.citation),
            copyright_compliance: facts.copyright_compliance.clone(),
            service_type: facts.service_type.clone(),
        }
    }
}
