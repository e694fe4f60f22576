use crate::SigningSecret;
use bytes::Bytes;
use desktop_delivery::Timestamp;

/// A delivery with its signature, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) id: String,
    /// When this attempt is made, in Unix seconds.
    pub(crate) timestamp: i64,
    /// The signatures of all secrets in use, separated by spaces.
    pub(crate) signature: String,
    pub(crate) body: Bytes,
}

impl Signed {
    pub(crate) fn new<'a>(
        id: String,
        body: Bytes,
        secrets: impl Iterator<Item = &'a SigningSecret>,
        now: Timestamp,
    ) -> Self {
        let timestamp = now.as_seconds();
        let signatures: Vec<_> = secrets.map(|secret| secret.sign(&id, timestamp, &body)).collect();
        Self { id, timestamp, signature: signatures.join(" "), body }
    }
}
