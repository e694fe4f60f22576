use crate::model::input::{InputFault, InputField, InvalidInput};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// The maximum length of a logo's address in bytes, which keeps pages small.
pub const MAX_LOGO_BYTES: usize = 20_000;

/// The accepted image types. Unlike SVG, none of them can run scripts.
const KINDS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// A library's logo as a `data:` address (RFC 2397), so that pages that show it make no request to
/// another server. Empty if there is none.
///
/// ```
/// # use desktop_delivery::participants::Logo;
/// let logo = Logo::new("data:image/png;base64,iVBORw0KGgo=");
/// assert!(logo.is_ok_and(|logo| !logo.is_empty()));
/// assert!(Logo::new("https://example.org/logo.png").is_err());
/// assert!(Logo::default().is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Logo(String);

impl Logo {
    /// Accepts `data:image/png;base64,…`, the same with `jpeg` or `webp`, or an empty text, of at
    /// most 20,000 bytes.
    ///
    /// # Errors
    /// [`InvalidInput`] for any other text, and if the bytes are not a picture of the stated type.
    pub fn new(address: impl Into<String>) -> Result<Self, InvalidInput> {
        let address = address.into();
        let wrong = |fault| Err(InvalidInput::new(InputField::LOGO, fault));
        if address.is_empty() {
            return Ok(Self::default());
        }
        if address.len() > MAX_LOGO_BYTES {
            return wrong(InputFault::TOO_LARGE_PICTURE.with_limit(MAX_LOGO_BYTES));
        }
        let parts = address.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        let Some((kind, text)) = parts.filter(|(kind, _)| KINDS.contains(kind)) else {
            return wrong(InputFault::NOT_A_DATA_ADDRESS);
        };
        match STANDARD.decode(text).ok().as_deref().and_then(infer::get) {
            Some(shown) if shown.mime_type() == kind => Ok(Self(address)),
            _ => wrong(InputFault::NOT_THE_PICTURE),
        }
    }

    /// Creates the address of a picture: PNG, JPEG or WebP, of at most 14,900 bytes.
    ///
    /// # Errors
    /// [`InvalidInput`] if the bytes are not such a picture.
    pub fn of_picture(bytes: &[u8]) -> Result<Self, InvalidInput> {
        let kind = infer::get(bytes).map_or("image/png", |kind| kind.mime_type());
        Self::new(format!("data:{kind};base64,{}", STANDARD.encode(bytes)))
    }

    /// Returns the address, or an empty string without a logo.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether there is no logo.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Logo {
    type Error = InvalidInput;
    fn try_from(address: String) -> Result<Self, InvalidInput> {
        Self::new(address)
    }
}

impl From<Logo> for String {
    fn from(logo: Logo) -> Self {
        logo.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(kind: &str, bytes: &[u8]) -> String {
        format!("data:{kind};base64,{}", STANDARD.encode(bytes))
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n12345678";

    #[test]
    fn a_logo_is_a_small_picture_of_its_stated_type() {
        let webp = b"RIFF\x08\0\0\0WEBPVP8 ";
        let pictures: [(&str, &[u8]); 3] = [
            ("image/png", PNG),
            ("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
            ("image/webp", webp),
        ];
        for (kind, bytes) in pictures {
            let address = data(kind, bytes);
            assert_eq!(Logo::new(&*address).unwrap().as_str(), address);
        }
        assert!(Logo::new("").unwrap().is_empty());
    }

    #[test]
    fn other_addresses_are_rejected() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>";
        let long = [PNG, &[0; MAX_LOGO_BYTES]].concat();
        let addresses = [
            data("image/svg+xml", svg),
            data("image/png", svg),
            data("image/jpeg", PNG),
            data("image/png", &long),
            data("text/html", b"<script>"),
            data("image/png", PNG).replace(";base64", ""),
            format!("{}\" onerror=\"alert(1)", data("image/png", PNG)),
            "data:image/png;base64,".to_owned(),
            "https://example.org/logo.png".to_owned(),
            "javascript:alert(1)".to_owned(),
        ];
        for address in addresses {
            assert!(Logo::new(&*address).is_err(), "{address}");
            let text = serde_json::to_string(&address).unwrap();
            assert!(serde_json::from_str::<Logo>(&text).is_err(), "{address}");
        }
    }
}
