use crate::model::citation::Citation;
use crate::model::email_address::is_blank;
use crate::model::fact_text::{MAX_FACT_BYTES, check_text};
use crate::model::ids::{AgencyId, PatronId, RequestReference};
use crate::model::input::{InputFault, InputField, InvalidInput};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The host's data about a request that delivery needs.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The host's identifier of the request.
    pub reference: RequestReference,
    /// The requesting agency (ISO 18626 requestingAgencyId).
    pub requester: AgencyId,
    /// The supplying agency (ISO 18626 supplyingAgencyId).
    pub supplier: AgencyId,
    /// The requester's number for the request (ISO 18626 requestingAgencyRequestId).
    pub requester_request_id: String,
    /// The supplier's number for the request (ISO 18626 supplyingAgencyRequestId); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub supplier_request_id: String,
    /// The patron, if one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patron: Option<PatronId>,
    /// The title of the requested document, as shown on pages and in emails.
    /// [`Desk::sync`](crate::Desk::sync) rejects an empty title.
    pub title: String,
    /// The source, such as a journal with volume and pages; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The parts of the citation other than the title; may be empty.
    #[serde(default, skip_serializing_if = "Citation::is_empty")]
    pub citation: Citation,
    /// The ISO 18626 serviceType, such as `Copy`.
    pub service_type: String,
    /// The requester's statement about the copyright law that the request complies with, as a code
    /// of the open code list for ISO 18626 copyrightCompliance: in the United States `US-CCG` (the
    /// CONTU guidelines) or `US-CCL` (other provisions of copyright law). May be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub copyright_compliance: String,
}

impl Facts {
    /// Creates the facts of a copy request without a patron. [`Desk::sync`](crate::Desk::sync)
    /// [checks](Self::check) all texts, including those set later.
    #[must_use]
    pub fn new(
        reference: RequestReference,
        requester: AgencyId,
        supplier: AgencyId,
        title: impl Into<String>,
    ) -> Self {
        Self {
            requester_request_id: reference.as_str().to_owned(),
            reference,
            requester,
            supplier,
            supplier_request_id: String::new(),
            patron: None,
            title: title.into(),
            source: String::new(),
            citation: Citation::default(),
            service_type: "Copy".to_owned(),
            copyright_compliance: String::new(),
        }
    }

    /// Checks the texts.
    ///
    /// # Errors
    /// [`InvalidInput`] if the title has no visible character, or if a text is longer than
    /// [`MAX_FACT_BYTES`] or contains a control character; the same for the texts of the
    /// [citation](Citation::check).
    pub fn check(&self) -> Result<(), InvalidInput> {
        // Pages and emails identify a request by its title, and link to it with that text.
        if is_blank(&self.title) {
            return Err(InvalidInput::new(InputField::TITLE, InputFault::EMPTY));
        }
        let texts = [
            (InputField::TITLE, &self.title),
            (InputField::SOURCE, &self.source),
            (InputField::REQUESTER_REQUEST_ID, &self.requester_request_id),
            (InputField::SUPPLIER_REQUEST_ID, &self.supplier_request_id),
            (InputField::SERVICE_TYPE, &self.service_type),
            (InputField::COPYRIGHT_COMPLIANCE, &self.copyright_compliance),
        ];
        for (field, text) in texts {
            check_text(field, text, MAX_FACT_BYTES)?;
        }
        self.citation.check()
    }

    /// Sets the patron.
    #[must_use]
    pub fn with_patron(mut self, patron: PatronId) -> Self {
        self.patron = Some(patron);
        self
    }

    /// Sets the source of the article.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// Sets the parts of the citation other than the title.
    #[must_use]
    pub fn with_citation(mut self, citation: Citation) -> Self {
        self.citation = citation;
        self
    }

    /// Sets the requester's statement about copyright, a code such as `US-CCG`.
    #[must_use]
    pub fn with_copyright_compliance(mut self, code: impl Into<String>) -> Self {
        self.copyright_compliance = code.into();
        self
    }

    /// Returns the line that pages show below the title: [`source`](Self::source), or else the
    /// [line of the citation](Citation::line). Empty if the host gave neither.
    #[must_use]
    pub fn source_line(&self) -> Cow<'_, str> {
        if self.source.is_empty() {
            Cow::Owned(self.citation.line())
        } else {
            Cow::Borrowed(&self.source)
        }
    }

    /// Sets both agencies' numbers for the request.
    #[must_use]
    pub fn with_request_ids(
        mut self,
        requester: impl Into<String>,
        supplier: impl Into<String>,
    ) -> Self {
        self.requester_request_id = requester.into();
        self.supplier_request_id = supplier.into();
        self
    }
}
