use super::offer::WindowOffer;
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, Language, StaffId};
use desktop_delivery_identity::windows::WindowKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A window on a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWindowJson {
    /// What the window shows.
    #[schema(value_type = WindowName)]
    pub(super) window: WindowKind,
    /// The staff member for whom the window is opened.
    pub(super) person: PersonJson,
    /// The origin of the host's page. The API key must list it.
    #[schema(value_type = String, example = "https://ill.example.org")]
    pub(super) origin: WebOrigin,
    /// The language of the window (BCP 47). Default: the language of the browser or the library.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "fr")]
    pub(super) language: Option<Language>,
}

/// `upload` has the form to upload documents and to ship them, only for the lending library; `files`
/// has the documents; `request` the whole request; `history` its history.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only the OpenAPI document uses it")]
pub(super) enum WindowName {
    Files,
    History,
    Request,
    Upload,
}

/// A staff member of the host.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonJson {
    /// The library for which the person acts: the lending or the borrowing library of the request.
    #[schema(value_type = String, example = "CA-OTU")]
    pub(super) agency: AgencyId,
    /// The id of the person in the host's records, which the history records. At most 128 bytes.
    #[schema(value_type = String, example = "m-7")]
    pub(super) id: StaffId,
    /// The name of the person, which the history shows. At most 200 bytes.
    #[schema(example = "Mei Ito")]
    pub(super) name: String,
}

/// The list of a patron's requests.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPatronWindowJson {
    /// The origin of the host's page. The API key must list it.
    #[schema(value_type = String, example = "https://ill.example.org")]
    pub(super) origin: WebOrigin,
    /// The language of the window (BCP 47). Default: the language of the browser or the library.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "fr")]
    pub(super) language: Option<Language>,
}

/// An offered window.
#[derive(Serialize, ToSchema)]
pub(super) struct OfferedWindowJson {
    /// The id, with which the host ends the window.
    #[schema(example = "006a04d2e8c1d2a3b4f5e6a7")]
    pub(super) id: String,
    /// The address that opens the window once, in an iframe or a pop-up. It is a secret; give it
    /// only to the person's browser.
    pub(super) url: String,
    /// When the address expires (RFC 3339): 60 seconds after the offer.
    #[schema(format = DateTime)]
    pub(super) expires_at: String,
}

impl OfferedWindowJson {
    pub(super) fn of(WindowOffer { id, address, expires_at }: &WindowOffer) -> Self {
        let (id, url) = (id.to_string(), address.expose().to_owned());
        Self { id, url, expires_at: expires_at.to_string() }
    }
}
