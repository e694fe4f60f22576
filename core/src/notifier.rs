use crate::error::NotifyError;
use crate::notice::Dispatch;
use async_trait::async_trait;
use std::fmt::Debug;

/// Hands a notice over to whatever brings it to a person.
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
///
/// - It writes every [`NoticeKind`](crate::NoticeKind) in every [`Language`](crate::Language)
///   (`every_kind_is_written_in_every_language`).
/// - When it answers `Ok`, the next hop has taken the message and answers for it; it carries the
///   link unbroken (`a_notice_arrives_with_its_link`).
/// - The same [`Dispatch::id`] gives the same message id, so that a repeat is recognized further on
///   (`a_repeated_notice_has_the_same_message_id`).
/// - Text from outside reaches the message as text, never as structure: no header, no markup
///   (`text_from_outside_stays_text`).
/// - A failure says whether another try can help, and has neither address nor link in its text
///   (`a_refused_address_is_a_permanent_failure`, `an_unreachable_peer_is_a_transient_failure`).
#[async_trait]
pub trait Notifier: Debug + Send + Sync {
    /// Hands over one notice.
    ///
    /// # Errors
    /// [`NotifyError`], transient or permanent.
    async fn notify(&self, dispatch: &Dispatch) -> Result<(), NotifyError>;
}
