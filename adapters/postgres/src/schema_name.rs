use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};

const FIELD: InputField = InputField::new("postgresql-schema", "PostgreSQL schema");
const NOT_A_NAME: InputFault = InputFault::new(
    "not-a-schema-name",
    "is not the name of a schema",
    "use 1 to 63 lower-case letters, digits and underscores, beginning with a letter, and not with \
     pg_",
);

/// PostgreSQL cuts longer names.
const MAX_BYTES: usize = 63;

/// The name of the schema with all tables of a store.
#[derive(Clone, Debug)]
pub(crate) struct SchemaName(String);

impl SchemaName {
    pub(crate) fn new(name: &str) -> Result<Self, InvalidInput> {
        let is_plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let begins_well = name.starts_with(|first: char| first.is_ascii_lowercase());
        match is_plain && begins_well && name.len() <= MAX_BYTES && !name.starts_with("pg_") {
            true => Ok(Self(name.to_owned())),
            false => Err(InvalidInput::new(FIELD, NOT_A_NAME)),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name as an identifier in SQL, even if it is a keyword.
    pub(crate) fn quoted(&self) -> String {
        format!("\"{}\"", self.0)
    }
}

impl Default for SchemaName {
    fn default() -> Self {
        Self("desktop_delivery".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_need_quotes_or_belong_to_the_server_are_refused() {
        for name in ["a", "desktop_delivery", "delivery2", "order", &"x".repeat(63)] {
            assert_eq!(SchemaName::new(name).unwrap().as_str(), name);
        }
        let wrong = ["", "1st", "_a", "Delivery", "a b", "a\"; DROP", "é", "pg_delivery", "a-b"];
        for name in wrong.into_iter().chain([&*"x".repeat(64)]) {
            assert!(SchemaName::new(name).is_err(), "{name}");
        }
    }
}
