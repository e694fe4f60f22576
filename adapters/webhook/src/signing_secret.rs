use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::{Entropy, StoreError};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The prefix of every secret, by which secret scanners can recognize published ones.
const PREFIX: &str = "whsec_";

/// The number of random bytes of a secret. The specification allows 24 to 64.
const BYTES: usize = 32;

/// A secret that signs deliveries, as the Standard Webhooks specification describes it: `whsec_`
/// and the base64 of 24 to 64 bytes. Wiped on drop, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(Zeroizing<Vec<u8>>);

impl SigningSecret {
    /// Generates a secret of 32 random bytes.
    ///
    /// # Errors
    /// [`StoreError`] if no random bytes are available.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new(vec![0; BYTES]);
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Parses the text of a secret. Returns `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?);
        (24..=64).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Returns the text of the secret, which a receiver needs to verify deliveries. Show it once.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let encoded = Zeroizing::new(STANDARD.encode(&*self.0));
        Zeroizing::new(format!("{PREFIX}{}", *encoded))
    }

    /// Returns the signature of a delivery for the header `webhook-signature`: `v1,` and the base64
    /// of the HMAC-SHA-256 of the id, the timestamp and the body, separated by periods.
    pub(crate) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC accepts any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::token::CountingEntropy;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // The example of the specification's reference implementations.
        let secret = SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_parsed_back_and_not_printed() {
        let secret = SigningSecret::generate(&CountingEntropy::default()).unwrap();
        let text = secret.expose();
        assert_eq!(SigningSecret::parse(&text), Some(secret.clone()));
        assert_eq!(format!("{secret:?}"), "SigningSecret(..)");
        let of = |bytes: &[u8]| format!("whsec_{}", STANDARD.encode(bytes));
        assert!(SigningSecret::parse(&of(&[7; 24])).is_some());
        assert!(SigningSecret::parse(&of(&[7; 64])).is_some());
        for text in ["", "whsec_", &of(&[7; 23]), &of(&[7; 65]), &text["whsec_".len()..]] {
            assert_eq!(SigningSecret::parse(text), None);
        }
    }
}
