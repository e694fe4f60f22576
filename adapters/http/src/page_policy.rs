use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use sha2::{Digest as _, Sha256};

/// Returns the content security policy of a page. It allows the page's own style sheet, identified
/// by hash, forms to this origin, and forms that are redirected to `redirects_to`.
pub(crate) fn page_policy(style_sheet: &str, redirects_to: Option<&str>) -> HeaderValue {
    let style = STANDARD.encode(Sha256::digest(style_sheet));
    let mut text = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self'"
    );
    if let Some(origin) = redirects_to {
        text.push(' ');
        text.push_str(origin);
    }
    HeaderValue::from_str(&text).unwrap_or(NOTHING)
}

const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'");

/// Returns a policy of [`page_policy`] that also allows another inline style sheet, if there is
/// one.
pub(crate) fn with_style(policy: HeaderValue, style_sheet: &str) -> HeaderValue {
    let Ok(text) = policy.to_str() else { return NOTHING };
    if style_sheet.is_empty() {
        return policy;
    }
    let style = STANDARD.encode(Sha256::digest(style_sheet));
    let text = text.replacen("style-src ", &format!("style-src 'sha256-{style}' "), 1);
    HeaderValue::from_str(&text).unwrap_or(NOTHING)
}
