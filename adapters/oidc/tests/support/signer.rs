use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::Sha256;

/// A key that signs with ES256 (RFC 7518 §3.4).
pub(crate) struct Signer {
    id: String,
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Signer {
    pub(crate) fn new(id: &str) -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("the key is valid");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random)
            .expect("the key is valid");
        Self { id: id.to_owned(), pair, random }
    }

    pub(crate) fn jwk(&self) -> Value {
        // An uncompressed point: 4, then 32 bytes of x and 32 of y.
        let point = self.pair.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|part| URL_SAFE_NO_PAD.encode(part));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": x, "y": y })
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let signed = head_and_body(&json!({ "alg": "ES256", "kid": self.id }), claims);
        let signature = self.pair.sign(&self.random, signed.as_bytes()).expect("the key is valid");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

/// Returns a token whose header says that it is not signed.
pub(crate) fn unsigned(claims: &Value) -> String {
    format!("{}.", head_and_body(&json!({ "alg": "none" }), claims))
}

/// Returns a token that is signed with the secret of the client.
pub(crate) fn hs256(claims: &Value, secret: &str) -> String {
    let signed = head_and_body(&json!({ "alg": "HS256" }), claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("the key is valid");
    mac.update(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn head_and_body(head: &Value, body: &Value) -> String {
    let [head, body] = [head, body].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    format!("{head}.{body}")
}
