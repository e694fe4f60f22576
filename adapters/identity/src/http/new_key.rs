use crate::Holder;
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, StaffId};
use desktop_delivery_http::{ProblemDetails, unknown_field};
use serde::Deserialize;
use utoipa::ToSchema;

/// An API key to create.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKeyJson {
    role: Role,
    /// The library. Required for `staff`, and only for it.
    #[schema(value_type = Option<String>, example = "CA-OTU")]
    agency: Option<AgencyId>,
    /// The id of the person. Required for `staff`, and only for it.
    #[schema(value_type = Option<String>, example = "m-7")]
    id: Option<StaffId>,
    /// The purpose of the key. Default: empty.
    #[serde(default)]
    pub(super) note: String,
    /// The sites that may show windows offered with the key. Only for `host`. Default: none.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["https://ill.example.org"]))]
    pub(super) origins: Vec<WebOrigin>,
}

/// Who uses a key.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = KeyRole)]
pub(super) enum Role {
    /// The host system, which may do everything.
    Host,
    /// A member of a library's staff.
    Staff,
}

impl NewKeyJson {
    /// Returns the holder of the key.
    ///
    /// # Errors
    /// The problem of a field that the role requires or does not have.
    pub(super) fn holder(&self) -> Result<Holder, ProblemDetails> {
        match (self.role, &self.agency, &self.id) {
            (Role::Staff, Some(agency), Some(id)) if self.origins.is_empty() => {
                Ok(Holder::Staff { agency: agency.clone(), id: id.clone() })
            }
            (Role::Staff, Some(_), Some(_)) => {
                Err(unknown_field("origins", "expected one of agency, id, note, role"))
            }
            (Role::Staff, None, _) => Err(missing("agency", "a library")),
            (Role::Staff, Some(_), None) => Err(missing("id", "a person")),
            (Role::Host, None, None) => Ok(Holder::Host),
            (Role::Host, agency, _) => {
                let name = if agency.is_some() { "agency" } else { "id" };
                Err(unknown_field(name, "expected one of note, origins, role"))
            }
        }
    }
}

fn missing(name: &str, of: &str) -> ProblemDetails {
    ProblemDetails::malformed(format!("`{name}` is missing; expected the id of {of}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery_http::read_json;
    use serde_json::{Value, json};

    fn holder(sent: &Value) -> Result<Holder, (&'static str, String)> {
        let read = read_json(sent.to_string().as_bytes());
        read.and_then(|key: NewKeyJson| key.holder()).map_err(|error| (error.code, error.title))
    }

    #[test]
    fn a_key_belongs_to_the_host_or_to_a_person_of_a_library() {
        let host = json!({ "role": "host", "origins": ["https://ill.example.org"] });
        assert_eq!(holder(&host), Ok(Holder::Host));
        let staff = json!({ "role": "staff", "agency": "CA-OTU", "id": "m-7", "note": "scanner" });
        let agency = AgencyId::new("CA-OTU").unwrap();
        assert_eq!(holder(&staff), Ok(Holder::Staff { agency, id: StaffId::new("m-7").unwrap() }));
    }

    #[test]
    fn every_error_names_its_field() {
        let site = "https://ill.example.org";
        for (sent, code, field) in [
            (json!({}), "malformed", "role"),
            (json!({ "role": 5 }), "malformed", "role"),
            (json!({ "role": "x" }), "malformed", "role"),
            (json!({ "role": "staff", "id": "m-7" }), "malformed", "agency"),
            (json!({ "role": "staff", "agency": 5, "id": "m-7" }), "malformed", "agency"),
            (json!({ "role": "staff", "agency": "CA-OTU" }), "malformed", "id"),
            (json!({ "role": "staff", "agency": "CA-OTU", "id": "" }), "malformed", "id"),
            (
                json!({ "role": "staff", "agency": "CA-OTU", "id": "m-7", "origins": [site] }),
                "unknown-field",
                "origins",
            ),
            (json!({ "role": "host", "agency": "CA-OTU" }), "unknown-field", "agency"),
            (json!({ "role": "host", "id": "m-7" }), "unknown-field", "id"),
            (json!({ "role": "host", "dry_run": true }), "unknown-field", "dry_run"),
        ] {
            let (found, title) = holder(&sent).unwrap_err();
            assert_eq!(found, code, "{sent}: {title}");
            assert!(title.contains(&format!("`{field}`")), "{sent}: {title}");
        }
    }
}
