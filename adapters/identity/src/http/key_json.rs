use super::new_key::Role;
use crate::{Holder, StoredKey};
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{AgencyId, StaffId};
use serde::Serialize;
use utoipa::ToSchema;

/// A stored API key as JSON of the API, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyJson {
    /// The key's own id, by which it is revoked.
    id: String,
    /// Who uses the key.
    #[schema(value_type = Role)]
    role: &'static str,
    /// The library of a key of staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>)]
    agency: Option<AgencyId>,
    /// The person of a key of staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<String>)]
    staff: Option<StaffId>,
    /// The purpose of the key, as entered by its creator.
    note: String,
    /// When the key was created (RFC 3339).
    #[schema(format = DateTime)]
    made_at: String,
    /// The sites that may show windows offered with the key.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<String>>)]
    origins: Vec<WebOrigin>,
}

impl KeyJson {
    /// Returns the key with this id.
    #[must_use]
    pub fn of(id: &str, StoredKey { holder, note, made_at, origins }: &StoredKey) -> Self {
        let (role, agency, staff) = match holder {
            Holder::Host => ("host", None, None),
            Holder::Staff { agency, id } => ("staff", Some(agency.clone()), Some(id.clone())),
        };
        let (id, note, made_at) = (id.to_owned(), note.clone(), made_at.to_string());
        Self { id, role, agency, staff, note, made_at, origins: origins.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Timestamp;

    #[test]
    fn a_key_and_its_holder_have_separate_ids() {
        let made_at = Timestamp::from_seconds(1_795_466_792);
        let agency = AgencyId::new("CA-OTU").unwrap();
        let holder = Holder::Staff { agency, id: StaffId::new("lender-1").unwrap() };
        let key = StoredKey { holder, note: "scanner".to_owned(), made_at, origins: vec![] };
        let json = serde_json::to_string(&KeyJson::of("07f3a1", &key)).unwrap();
        let expected = r#"{"id":"07f3a1","role":"staff","agency":"CA-OTU","staff":"lender-1","note":"scanner","made_at":"2026-11-23T20:46:32Z"}"#;
        assert_eq!(json, expected);
        let origins = vec![WebOrigin::new("https://ill.example.org").unwrap()];
        let key = StoredKey { holder: Holder::Host, note: String::new(), made_at, origins };
        let json = serde_json::to_string(&KeyJson::of("07f3a1", &key)).unwrap();
        let expected = r#"{"id":"07f3a1","role":"host","note":"","made_at":"2026-11-23T20:46:32Z","origins":["https://ill.example.org"]}"#;
        assert_eq!(json, expected);
    }
}
