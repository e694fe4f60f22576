//! Output: errors have one style, and no secrets.

use crate::support::{PATRON_ADDRESS, World, borrower, by_key, keys};
use desktop_delivery::error::{
    Limit, NotifyError, QuotaKind, StoreErrorKind, TokenError, UnsupportedFile,
};
use desktop_delivery::hook::Veto;
use desktop_delivery::input::{InputFault, InputField, LocalizedText};
use desktop_delivery::token::SecretKey;
use desktop_delivery::{
    Error, InvalidInput, PatronId, Refusal, StaffId, Status, StoreError, Timestamp,
};
use futures_executor::block_on;
use std::fmt::Debug;

/// Returns every refusal.
fn refusals() -> Vec<Refusal> {
    let (since, limit) = (Timestamp::EPOCH, 5);
    let all = vec![
        Refusal::Busy,
        Refusal::Cancelled { since },
        Refusal::Ended { since },
        Refusal::Exhausted { limit, since: Some(since) },
        Refusal::Expired { since },
        Refusal::Forbidden,
        Refusal::InFuture { as_of: since, now: since },
        Refusal::Inspected { reason: LocalizedText::new("it has no pages") },
        Refusal::OverLimit { what: Limit::Days, limit: 90 },
        Refusal::OverQuota { what: QuotaKind::SupplierUploads, used: 7, limit: 7, frees_at: None },
        Refusal::NeverFits { limit: 500 },
        Refusal::TooManyResends { limit: 3, from: since },
        Refusal::FeedReset,
        Refusal::NoFreePreview,
        Refusal::NoRecipient,
        Refusal::NothingAttached,
        Refusal::NotShipped,
        Refusal::NotYetValid { from: since },
        Refusal::PastEnd { end: since },
        Refusal::Purged { since },
        Refusal::Removed { since },
        Refusal::Replaced { since },
        Refusal::Revoked { since },
        Refusal::Stale,
        Refusal::TooLarge { limit: 125_000_000 },
        Refusal::Unacknowledged,
        Refusal::Unknown,
        Refusal::UnsupportedType(UnsupportedFile::Name { ending: "exe".to_owned() }),
        Refusal::Vetoed(Veto::new("closed", LocalizedText::new("the invoice is closed"))),
        Refusal::Withdrawn { since },
        Refusal::WrongStatus { status: Status::Received },
    ];
    let mut codes: Vec<_> = all.iter().map(Refusal::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes, Refusal::CODES, "each has a code of its own, and all are listed");
    all
}

fn errors() -> Vec<Box<dyn std::error::Error>> {
    use StoreErrorKind::{Corrupt, Denied, Full, Hook, Interrupted, Unavailable, Unexpected};
    let mut all: Vec<Box<dyn std::error::Error>> = Vec::new();
    for kind in [Corrupt, Denied, Full, Hook, Interrupted, Unavailable, Unexpected] {
        all.push(Box::new(StoreError::new(kind, "memory", "commit")));
        all.push(Box::new(Error::from(StoreError::new(kind, "memory", "commit"))));
    }
    all.push(Box::new(Error::from(InvalidInput::new(InputField::TITLE, InputFault::EMPTY))));
    all.push(Box::new(InvalidInput::new(InputField::TITLE, InputFault::EMPTY)));
    for notify in [NotifyError::transient, NotifyError::permanent] {
        all.push(Box::new(notify("recording")));
        all.push(Box::new(Error::from(notify("recording"))));
    }
    for token in [TokenError::Expired, TokenError::Invalid] {
        all.push(Box::new(token));
        all.push(Box::new(Error::from(token)));
    }
    for refusal in refusals() {
        all.push(Box::new(refusal.clone()));
        all.push(Box::new(Error::from(refusal)));
    }
    all
}

#[test]
fn every_error_is_one_lower_case_sentence_without_its_source() {
    for error in errors() {
        let text = error.to_string();
        let first = text.chars().next().expect("it says something");
        assert!(!first.is_uppercase(), "{text}");
        assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
        if let Some(source) = error.source() {
            assert!(!text.contains(&source.to_string()), "{text}");
        }
    }
}

#[test]
fn every_error_displays_its_cause_and_has_a_code_and_a_remedy() {
    use StoreErrorKind::{Corrupt, Denied, Full, Interrupted, Unavailable, Unexpected};
    let stores = [Corrupt, Denied, Full, Interrupted, Unavailable, Unexpected]
        .map(|kind| StoreError::new(kind, "memory", "commit"));
    let input = InvalidInput::new(InputField::TITLE, InputFault::EMPTY);
    let mut errors: Vec<Error> = stores.into_iter().map(Error::from).collect();
    errors.push(input.into());
    errors.extend([NotifyError::transient, NotifyError::permanent].map(|new| new("smtp").into()));
    errors.extend([TokenError::Expired, TokenError::Invalid].map(Error::from));
    errors.extend(refusals().into_iter().map(Error::from));
    for error in &errors {
        let (text, code, remedy) = (error.to_string(), error.code(), error.remedy());
        assert!(remedy.len() > 10 && !remedy.ends_with('.'), "{text}: {remedy}");
        assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{text}: {code}");
    }
    let mut codes: Vec<_> = errors.iter().map(Error::code).collect();
    codes.sort_unstable();
    let all = codes.len();
    codes.dedup();
    assert_eq!(codes.len(), all, "each kind of error has a code of its own");
    let shown = |error: Error| error.to_string();
    assert_eq!(shown(input.into()), "title is empty");
    assert_eq!(
        shown(StoreError::new(Full, "sqlite", "commit").into()),
        "sqlite: commit failed (no space left)"
    );
    assert_eq!(
        shown(Refusal::Exhausted { limit: 5, since: None }.into()),
        "all 5 downloads are used"
    );
}

#[test]
fn every_refusal_has_a_remedy() {
    for refusal in refusals() {
        let remedy = refusal.remedy();
        assert!(remedy.len() > 10 && !remedy.ends_with('.'), "{refusal}: {remedy}");
        let extension_requests = matches!(
            refusal,
            Refusal::Exhausted { .. } | Refusal::Expired { .. } | Refusal::NotYetValid { .. }
        );
        assert_eq!(refusal.may_ask(), extension_requests, "{refusal}");
    }
}

#[test]
fn errors_report_whether_a_retry_may_succeed() {
    let store = |kind| Error::from(StoreError::new(kind, "memory", "commit"));
    assert!(store(StoreErrorKind::Unavailable).is_transient());
    assert!(Error::from(Refusal::Busy).is_transient());
    assert!(Error::from(NotifyError::transient("recording")).is_transient());
    for error in [
        store(StoreErrorKind::Full),
        Refusal::Exhausted { limit: 5, since: None }.into(),
        NotifyError::permanent("recording").into(),
        TokenError::Expired.into(),
    ] {
        assert!(!error.is_transient(), "{error:?}");
    }
}

/// Checks the debug output of every value that a host handles in a whole job.
#[test]
fn debug_output_contains_no_secrets() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(2).await;
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        let host = desktop_delivery::Actor::Host;
        let audience = desktop_delivery::Audience::Patron;
        let issued = world.desk.issue_link(handle, &host, audience).await.expect("it is active");
        let granted = world.desk.claim(&token, &by_key("k")).await.expect("two are left");
        let ticket = granted.ticket.expose();
        let opened = world.desk.open_ticket(ticket).await.expect("it is open");
        world.desk.run_due().await.expect("the ledger answers");
        let view = world.desk.open_link(&token).await.expect("it is open");
        let staff = world.desk.staff_view(handle, &borrower()).await.expect("it is theirs");
        let context = world.desk.link_context(&token).await.expect("it is ours");
        let forged = world.desk.open_link(&ticket.replace('A', "B")).await;
        let mails = world.mail.taken();
        assert_eq!(mails.len(), 1);
        let verified = keys().verify_link(&token, crate::support::START);
        let stored = world.stored(handle).await;
        let things: [&dyn Debug; 12] = [
            &world.desk,
            &issued,
            &granted,
            &opened,
            &view,
            &staff,
            &context,
            &forged,
            &mails,
            &verified,
            &stored,
            &world.ledger,
        ];
        let url = issued.url.expose();
        assert!(url.ends_with(&token));
        let secret = SecretKey::from_bytes([1; 32]);
        assert_eq!(format!("{secret:?}"), "SecretKey(..)");
        for thing in things {
            let text = format!("{thing:?}{thing:#?}");
            for hidden in [&token, ticket, PATRON_ADDRESS, "Carla", "p-2211", "s-17", "1, 1, 1, 1"]
            {
                assert!(!text.contains(hidden), "{hidden} in {text}");
            }
        }
        let patron = PatronId::new("p-2211").expect("plain");
        let staff = StaffId::new("s-17").expect("plain");
        assert_eq!(format!("{patron:?} {staff:?}"), "PatronId(..) StaffId(..)");
    });
}
