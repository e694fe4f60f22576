use desktop_delivery::Timestamp;
use serde::Serialize;

/// Returns the name under which an enum variant is serialized.
pub(super) fn variant_name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Formats an instant, if there is one.
pub(super) fn time(instant: Option<Timestamp>) -> Option<String> {
    instant.map(|instant| instant.to_string())
}
