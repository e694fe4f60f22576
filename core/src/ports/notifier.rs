use crate::model::outgoing_notice::OutgoingNotice;
use crate::ports::NotifyError;
use async_trait::async_trait;
use std::fmt::Debug;

/// Sends notices to people.
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
///
/// - A notifier writes every [`NoticeKind`](crate::notices::NoticeKind) in every
///   [`Language`](crate::Language) (`every_kind_is_written_in_every_language`).
/// - When it returns `Ok`, the next hop has accepted the notice and is responsible for it. The
///   notice contains the link unbroken (`a_notice_arrives_with_its_link`).
/// - The same [`OutgoingNotice::id`] yields the same id at the next hop, so that repeats are
///   recognized (`a_repeated_notice_is_recognized`).
/// - Untrusted text reaches people as written (`untrusted_text_stays_text`).
/// - A failure is either transient or permanent, and its text contains neither address nor link
///   (`a_refused_address_is_a_permanent_failure`, `an_unreachable_peer_is_a_transient_failure`).
///
/// Additional guarantees of a notifier that sends email:
///
/// - The link is on a line of its own in the text, and unbroken in the raw message
///   (`a_message_shows_its_link_unbroken`).
/// - The same [`OutgoingNotice::id`] yields the same `Message-ID`
///   (`a_repeated_message_has_the_same_message_id`).
/// - Untrusted text adds no header and no markup (`untrusted_text_cannot_change_the_structure`).
#[async_trait]
pub trait Notifier: Debug + Send + Sync {
    /// Sends a notice.
    ///
    /// # Errors
    /// [`NotifyError`], transient or permanent.
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError>;
}
