use serde_json::{Map, Value};
use std::fmt;

/// The claims of a person, as a provider sent them. They are never printed.
#[derive(Clone, Default)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// Creates claims from a JSON object.
    #[must_use]
    pub const fn new(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// Adds the claims that are missing from these.
    pub fn complete_with(&mut self, others: Self) {
        for (name, value) in others.0 {
            self.0.entry(name).or_insert(value);
        }
    }

    /// Returns whether there is a claim with this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Returns the text of a claim, without surrounding spaces: a string that is not empty, or a
    /// whole number.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        text_of(self.find(name)?)
    }

    /// Returns the texts of a claim that may have several values.
    #[must_use]
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.find(name) {
            Some(Value::Array(values)) => values.iter().filter_map(text_of).collect(),
            Some(value) => text_of(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Returns whether a claim is `true`, or the text `true`, which some providers send instead.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        match self.find(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => text == "true",
            _ => false,
        }
    }

    /// Finds a claim by its name. If there is none, dots in the name lead into objects:
    /// `realm_access.roles` is the entry `roles` of the claim `realm_access`.
    fn find(&self, name: &str) -> Option<&Value> {
        fn below<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
            claims.get(name).or_else(|| {
                name.match_indices('.').find_map(|(at, _)| {
                    let inner = claims.get(&name[..at])?.as_object()?;
                    below(inner, &name[at + 1..])
                })
            })
        }
        below(&self.0, name)
    }
}

fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Claims(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        match value {
            Value::Object(claims) => Claims::new(claims),
            _ => panic!("claims are an object"),
        }
    }

    #[test]
    fn a_claim_is_found_by_name_and_by_path() {
        let claims = claims(json!({
            "sub": "1f2e", "card": 20_412, "blank": " ", "email_verified": "true",
            "realm_access": { "roles": ["ill-staff", 7, null, "staff"] },
            "https://example.org/claims": { "unit.name": "Science" },
            "fraction": 1.5, "nothing": null,
        }));
        assert_eq!(claims.text("sub").as_deref(), Some("1f2e"));
        assert_eq!(claims.text("card").as_deref(), Some("20412"));
        assert_eq!(claims.texts("realm_access.roles"), ["ill-staff", "7", "staff"]);
        let path = "https://example.org/claims.unit.name";
        assert_eq!(claims.text(path).as_deref(), Some("Science"));
        for missing in ["blank", "fraction", "nothing", "other", "sub.x", "", ".", "realm_access"] {
            assert_eq!(claims.text(missing), None, "{missing}");
        }
        assert!(claims.is_true("email_verified"));
        assert!(!claims.is_true("sub") && !claims.is_true("other"));
        assert_eq!(format!("{claims:?}"), "Claims(..)");
    }

    #[test]
    fn signed_claims_take_precedence_over_added_ones() {
        let mut signed = claims(json!({ "sub": "1f2e", "name": "Anne Roy" }));
        signed.complete_with(claims(json!({ "name": "Someone Else", "card": "P-1" })));
        assert_eq!(signed.text("name").as_deref(), Some("Anne Roy"));
        assert_eq!(signed.text("card").as_deref(), Some("P-1"));
    }
}
