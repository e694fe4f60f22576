use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desktop_delivery::ids::VersionNo;
use desktop_delivery::{AttachmentNo, RequestHandle, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The time span of an image address, in seconds. An address is valid for one to two spans.
const SPAN: i64 = 300;

/// The page of a file version that an image address is valid for.
///
/// The history records that a page was viewed when the surrounding HTML page is loaded, not its
/// image. The address of the image is therefore signed: it is valid only in the same session and
/// for a few minutes.
#[derive(Clone, Copy, Debug)]
pub(super) struct ImageKey {
    pub(super) handle: RequestHandle,
    pub(super) attachment: AttachmentNo,
    pub(super) version: VersionNo,
    pub(super) page: u32,
}

impl ImageKey {
    /// Signs the image address for the session with this form key.
    pub(super) fn sign(&self, form_key: &str, now: Timestamp) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(form_key, span(now)).finalize().into_bytes())
    }

    pub(super) fn verify(&self, form_key: &str, now: Timestamp, sent: &str) -> bool {
        let Ok(sent) = URL_SAFE_NO_PAD.decode(sent) else { return false };
        let last = span(now);
        [last, last - 1].iter().any(|span| self.mac(form_key, *span).verify_slice(&sent).is_ok())
    }

    fn mac(&self, form_key: &str, span: i64) -> Hmac<Sha256> {
        // A key of any length will do.
        let mut mac = Hmac::<Sha256>::new_from_slice(form_key.as_bytes())
            .expect("HMAC takes keys of every length");
        mac.update(b"page image");
        mac.update(&self.handle.to_bytes());
        mac.update(&self.attachment.get().to_be_bytes());
        mac.update(&self.version.get().to_be_bytes());
        mac.update(&self.page.to_be_bytes());
        mac.update(&span.to_be_bytes());
        mac
    }
}

const fn span(now: Timestamp) -> i64 {
    now.as_seconds().div_euclid(SPAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_466_700);

    fn key() -> ImageKey {
        ImageKey {
            handle: RequestHandle::from_bytes([7; 8]),
            attachment: AttachmentNo::new(1),
            version: VersionNo::new(2),
            page: 3,
        }
    }

    #[test]
    fn an_image_address_is_valid_for_minutes_and_in_its_session() {
        let sent = key().sign("a session's", NOW);
        for (seconds, is_valid) in
            [(0, true), (SPAN, true), (2 * SPAN - 1, true), (2 * SPAN, false)]
        {
            let later = NOW.plus_seconds(seconds);
            assert_eq!(key().verify("a session's", later, &sent), is_valid, "{seconds}");
        }
        assert!(!key().verify("another's", NOW, &sent));
        assert!(!key().verify("a session's", NOW, ""));
        assert!(!key().verify("a session's", NOW, "not base64!"));
    }

    #[test]
    fn an_image_address_is_valid_for_one_page_of_one_version() {
        let sent = key().sign("a session's", NOW);
        let others = [
            ImageKey { handle: RequestHandle::from_bytes([8; 8]), ..key() },
            ImageKey { attachment: AttachmentNo::new(2), ..key() },
            ImageKey { version: VersionNo::new(1), ..key() },
            ImageKey { page: 4, ..key() },
        ];
        for other in others {
            assert!(!other.verify("a session's", NOW, &sent), "{other:?}");
        }
    }
}
