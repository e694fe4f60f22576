use crate::model::outgoing_notice::OutgoingNotice;
use crate::ports::NotifyError;
use async_trait::async_trait;
use std::fmt::Debug;

/// Hands a notice over to whatever brings it to a person.
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
///
/// - It writes every [`NoticeKind`](crate::notices::NoticeKind) in every [`Language`](crate::Language)
///   (`every_kind_is_written_in_every_language`).
/// - When it returns `Ok`, the next hop has accepted the notice and is responsible for it; the notice
///   has the link unbroken (`a_notice_arrives_with_its_link`).
/// - The same [`OutgoingNotice::id`] gives the same id at the next hop, so that a repeat is recognized
///   (`a_repeated_notice_is_recognized`).
/// - Text from outside reaches people as it was written (`text_from_outside_stays_text`).
/// - A failure says whether another try can help, and has neither address nor link in its text
///   (`a_refused_address_is_a_permanent_failure`, `an_unreachable_peer_is_a_transient_failure`).
///
/// A notifier that sends mail also keeps these:
///
/// - The link is alone on a line of the text, and unbroken in the message as it is sent
///   (`a_message_shows_its_link_whole`).
/// - The same [`OutgoingNotice::id`] gives the same `Message-ID`
///   (`a_repeated_message_has_the_same_message_id`).
/// - Text from outside adds no header and no markup (`text_from_outside_is_no_structure`).
#[async_trait]
pub trait Notifier: Debug + Send + Sync {
    /// Hands over one notice.
    ///
    /// # Errors
    /// [`NotifyError`], transient or permanent.
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError>;
}
