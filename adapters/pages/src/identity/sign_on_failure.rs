use super::session_kind::SessionKind;
use crate::AccountParts;
use crate::web::{Frame, View, page_with};
use axum::response::Response;
use desktop_delivery_identity::single_sign_on::{SignOnError, SignOnRefusal};
use http::StatusCode;
use serde::Serialize;

/// The page for a person whose sign-in at a provider failed.
#[derive(Serialize)]
pub(super) struct SignOnFailurePage {
    frame: Frame,
    heading: String,
    text: String,
    code: &'static str,
    /// The identifier of a person without an account, which an administrator needs.
    subject: String,
    /// The sign-in page below the mount.
    again: &'static str,
}

impl View for SignOnFailurePage {
    const TEMPLATE: &'static str = "sign-in-failure.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let (code, again) = ("sample", "/sample");
        Self { frame, heading: text(), text: text(), code, subject: text(), again }
    }
}

/// Returns the page that explains why a person is not signed in.
pub(super) fn failed(
    parts: &AccountParts,
    mut frame: Frame,
    provider: &str,
    error: SignOnError,
) -> Response {
    let refusal = match error {
        SignOnError::Refused(refusal) => refusal,
        SignOnError::Store(error) => return frame.failed(error),
        _ => return frame.not_found(),
    };
    let provider = parts.single_sign_on.as_ref().and_then(|it| it.provider(provider));
    let Some(provider) = provider else { return frame.not_found() };
    let (id, code, remedy) = (provider.id.as_str(), refusal.code(), refusal.remedy());
    tracing::info!(provider = id, code, remedy, "nobody was signed in: {refusal}");
    let (status, word) = status_and_word(&refusal);
    let label = provider.labels.label(frame.t.language());
    let text = |key: String| frame.t.message(&key).set("provider", label).to_string();
    let kind = if provider.is_for_staff() { SessionKind::Staff } else { SessionKind::Patron };
    // The attempt has ended, so a link to this page would only show another failure.
    kind.sign_in_page().clone_into(&mut frame.here);
    let shown = SignOnFailurePage {
        heading: text(format!("sso-{word}")),
        text: text(format!("sso-{word}-text")),
        code: refusal.code(),
        subject: match &refusal {
            SignOnRefusal::NoAccount { subject } => subject.clone(),
            _ => String::new(),
        },
        again: kind.sign_in_page(),
        frame,
    };
    page_with(status, &shown)
}

/// Returns the status and the key of the messages, after `sso-`.
const fn status_and_word(refusal: &SignOnRefusal) -> (StatusCode, &'static str) {
    use SignOnRefusal as Why;
    match refusal {
        Why::AccessDenied => (StatusCode::FORBIDDEN, "denied"),
        Why::AccountDisabled => (StatusCode::FORBIDDEN, "disabled"),
        Why::AttemptExpired | Why::AttemptUnknown | Why::AttemptUsed => {
            (StatusCode::BAD_REQUEST, "attempt")
        }
        Why::NoAccount { .. } => (StatusCode::FORBIDDEN, "no-account"),
        Why::NoLibrary | Why::NoRole => (StatusCode::FORBIDDEN, "no-access"),
        Why::NoNumber => (StatusCode::FORBIDDEN, "no-number"),
        Why::PatronUnknown => (StatusCode::FORBIDDEN, "no-patron"),
        Why::ProviderUnreachable => (StatusCode::SERVICE_UNAVAILABLE, "unreachable"),
        _ => (StatusCode::BAD_GATEWAY, "answer"),
    }
}
