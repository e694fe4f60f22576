//! JSON encoding of registry values.

use bytes::Bytes;
use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use serde::{Deserialize, Serialize};

/// Encodes a value as JSON.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Bytes, StoreError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|error| {
        StoreError::new(StoreErrorKind::Unexpected, "registry", "encode").with_source(error)
    })
}

/// Decodes a value from JSON. An error contains the position but no part of the value.
pub(crate) fn decode<T: for<'a> Deserialize<'a>>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| {
        // The parser's message could quote a name or an address.
        let place = format!("line {} column {}", error.line(), error.column());
        StoreError::new(StoreErrorKind::Corrupt, "registry", "decode").with_source(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::error::ErrorChain;

    #[test]
    fn errors_contain_the_position_and_no_values() {
        let error = decode::<u64>(b"\n\"anne@example.org\"").unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        let text = ErrorChain::of(&error).to_string();
        assert!(text.contains("line 2 column") && !text.contains("anne"), "{text}");
    }
}
