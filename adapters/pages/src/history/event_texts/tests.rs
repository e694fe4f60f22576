use super::*;
use desktop_delivery::delivery::{ProblemKind, ReplaceReason};
use desktop_delivery::ids::{ClaimNo, Digest, LinkNo, NoticeNo, UploadNo};
use desktop_delivery::notices::{NoticeFailure, NoticeKind};
use desktop_delivery::{Actor, Audience, FileName, Language, Timestamp};
use std::collections::BTreeSet;

/// Every kind of event, and of each the variants with a text of their own.
fn all_kinds() -> Vec<EventKind> {
    let (attachment, first, version) = (AttachmentNo::new(1), VersionNo::new(1), VersionNo::new(2));
    let (claim, link, upload) = (ClaimNo::new(3), LinkNo::new(4), UploadNo::new(5));
    let (size, digest) = (1_400_000, Digest::from_bytes([7; 32]));
    let (at, until) =
        (Timestamp::from_seconds(1_795_466_792), Timestamp::from_seconds(1_795_470_000));
    let why = "as agreed".to_owned();
    let (before, after) = (Terms::new(5, 90), Terms::new(1, 1).with_not_before(at));
    let ends = Terms::new(2, 7).with_expiry(Expiry::At(until));
    let mut all = vec![
        EventKind::Attached { attachment, size, digest },
        EventKind::Attached { attachment: AttachmentNo::new(9), size, digest },
        EventKind::CancelAnswered { accepted: true },
        EventKind::CancelAnswered { accepted: false },
        EventKind::CancelRequested,
        EventKind::Cancelled,
        EventKind::Created,
        EventKind::Described { attachment, description: String::new() },
        EventKind::Described { attachment, description: "Part 1".to_owned() },
        EventKind::Expired { attachment },
        EventKind::Forgotten,
        EventKind::Refunded { claim, attachment },
        EventKind::Granted { attachment, downloads: 1, expires_at: None },
        EventKind::Granted { attachment, downloads: 0, expires_at: Some(until) },
        EventKind::LinkRevoked { link },
        EventKind::MoreRequested { attachment, link },
        EventKind::Previewed { attachment, version },
        EventKind::ProblemAnswered { attachment },
        EventKind::Purged { attachment },
        EventKind::Backoff { until },
        EventKind::Received,
        EventKind::Removed { attachment },
        EventKind::Reopened,
        EventKind::Reordered,
        EventKind::Shipped { attachments: 1 },
        EventKind::Shipped { attachments: 0 },
        EventKind::StaffRead { attachment, version: first },
        EventKind::Swept { blobs: 2 },
        EventKind::Synced,
        EventKind::TermsChanged { attachment, before, after, why: why.clone() },
        EventKind::TermsChanged { attachment, before: after, after: ends, why: String::new() },
        EventKind::Resent { notice: NoticeNo::new(6), to: Recipient::Patron },
        EventKind::Resent { notice: NoticeNo::new(6), to: Recipient::Partner },
        EventKind::Unfilled,
        EventKind::UploadBegun { upload },
        EventKind::UploadEnded { upload },
        EventKind::Withdrawn { why },
        EventKind::Withdrawn { why: String::new() },
    ];
    for &audience in Audience::ALL {
        all.push(EventKind::LinkIssued { link, audience });
        for copyright_version in [None, Some(0), Some(3)] {
            all.push(EventKind::Claimed {
                claim,
                attachment,
                version,
                link,
                audience,
                copyright_version,
            });
        }
    }
    for &kind in NoticeKind::ALL {
        for state in [
            NoticeState::Sent { at },
            NoticeState::Skipped { at },
            NoticeState::Waiting { tries: 1 },
            NoticeState::Failed { at, reason: NoticeFailure::InvalidAddress },
            NoticeState::Failed { at, reason: NoticeFailure::NoAddress },
            NoticeState::Failed { at, reason: NoticeFailure::TooManyTries },
            NoticeState::Failed { at, reason: NoticeFailure::Refused },
            NoticeState::Failed { at, reason: NoticeFailure::UnsupportedAddress },
        ] {
            all.push(EventKind::NoticeTried { notice: NoticeNo::new(8), kind, state });
        }
    }
    for &kind in ProblemKind::ALL {
        all.push(EventKind::ProblemReported { attachment, version, kind });
    }
    for &reason in ReplaceReason::ALL {
        all.push(EventKind::Replaced { attachment, version, reason, size, digest });
    }
    all
}

fn texts(language: Language, zone: &Zone) -> EventTexts<'_> {
    EventTexts::of(&crate::Templates::default().texts(language), zone, zone)
}

/// Creates an event, with a document of this name and version if the kind has one.
fn event(what: &EventKind, version: u16, name: &str) -> Event {
    let event = Event::new(Timestamp::EPOCH, Actor::Host, what.clone());
    match what.attachment() {
        Some(attachment) => event.with_document(document(attachment, version, name)),
        None => event,
    }
}

fn document(attachment: AttachmentNo, version: u16, name: &str) -> EventDocument {
    let (version, file_name) = (VersionNo::new(version), FileName::new(name).unwrap());
    EventDocument { attachment, version, file_name }
}

#[test]
fn every_event_has_its_own_text_in_both_languages() {
    let zone = Zone::new("America/Vancouver").unwrap();
    for language in [Language::ENGLISH, Language::FRENCH] {
        let texts = texts(language, &zone);
        let plain = texts.t.text("history-other");
        let mut texts_seen = BTreeSet::new();
        for what in all_kinds() {
            let text = texts.text(&event(&what, 2, "on-ice-ages.pdf"));
            assert_ne!(text, plain, "{what:?}");
            assert!(!text.contains("history-") && !text.contains("{ "), "{text}");
            assert!(texts_seen.insert(text.clone()), "two events have the same text: {text}");
        }
    }
}

/// Reads the event kinds from the source, so that the test fails if a new kind is missing here.
#[test]
fn every_event_kind_is_tested() {
    let source = include_str!("../../../../../core/src/model/event.rs");
    let body = source.split("pub enum EventKind {").nth(1).unwrap().split("\n}").next().unwrap();
    let kinds: BTreeSet<String> = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect();
    let tested: BTreeSet<String> = all_kinds()
        .iter()
        .map(|what| format!("{what:?}").chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect();
    assert!(kinds.len() > 30, "{kinds:?}");
    assert_eq!(tested, kinds);
}

#[test]
fn event_texts_include_numbers_and_days() {
    let zone = Zone::new("America/Vancouver").unwrap();
    let all = all_kinds();
    let text = |language, which: fn(&EventKind) -> bool| {
        let what = all.iter().find(|what| which(what)).unwrap();
        texts(language, &zone).text(&event(what, 2, "on-ice-ages.pdf"))
    };
    let terms = |what: &EventKind| matches!(what, EventKind::TermsChanged { .. });
    assert_eq!(
        text(Language::ENGLISH, terms),
        "Changed the limits of document 1 (on-ice-ages.pdf, version 2). Before: 5 downloads, 90 days after \
         shipping. Now: 1 download, from November\u{a0}23,\u{a0}2026, 1 day after shipping. Reason: as agreed"
    );
    assert_eq!(
        text(Language::FRENCH, |what| matches!(
            what,
            EventKind::Claimed { copyright_version: Some(3), .. }
        )),
        "A utilisé 1 téléchargement du document 1 (on-ice-ages.pdf, version 2) pour la bibliothèque \
         emprunteuse (sans compte). A accepté la version 3 de l’avis de droit d’auteur."
    );
}

#[test]
fn events_show_the_name_the_document_had_at_the_time() {
    let zone = Zone::utc();
    let texts = texts(Language::ENGLISH, &zone);
    let attachment = AttachmentNo::new(1);
    let what = EventKind::Expired { attachment };
    let old = texts.text(&event(&what, 1, "wrong.pdf"));
    let new = texts.text(&event(&what, 2, "right.pdf"));
    assert!(old.contains("document 1 (wrong.pdf)") && !old.contains("version"), "{old}");
    assert!(new.contains("document 1 (right.pdf, version 2)"), "{new}");
    let nameless = texts.text(&Event::new(Timestamp::EPOCH, Actor::Host, what));
    assert!(nameless.contains("document 1") && !nameless.contains('('), "{nameless}");
    let (kind, state) = (NoticeKind::Replaced, NoticeState::Sent { at: Timestamp::EPOCH });
    let kind = EventKind::NoticeTried { notice: NoticeNo::new(1), kind, state };
    let event = Event::new(Timestamp::EPOCH, Actor::System, kind);
    let event = event.with_document(document(attachment, 2, "right.pdf"));
    let text = texts.text(&event);
    assert!(
        text.contains("Document replaced") && text.contains("(right.pdf, version 2)"),
        "{text}"
    );
}

#[test]
fn document_days_use_the_borrowing_librarys_zone_and_times_the_readers() {
    let (toronto, vancouver) = (zone("America/Toronto"), zone("America/Vancouver"));
    let texts =
        EventTexts::of(&crate::Templates::default().texts(Language::ENGLISH), &toronto, &vancouver);
    // The end of January 31 in Vancouver is 3 in the morning of February 1 in Toronto.
    let end = vancouver.end_of_date("2027-01-31".parse().unwrap());
    let (attachment, before) = (AttachmentNo::new(1), Terms::new(5, 90));
    let after = before.with_expiry(Expiry::At(end));
    let why = String::new();
    for what in [
        EventKind::Granted { attachment, downloads: 0, expires_at: Some(end) },
        EventKind::TermsChanged { attachment, before, after, why },
    ] {
        let text = texts.text(&event(&what, 1, "on-ice-ages.pdf"));
        assert!(text.contains("January\u{a0}31") && !text.contains("February"), "{text}");
    }
    let until = Timestamp::from_seconds(end.as_seconds() - 60);
    let text = texts.text(&event(&EventKind::Backoff { until }, 1, "on-ice-ages.pdf"));
    assert!(text.contains("February\u{a0}1"), "{text}");
}

fn zone(name: &str) -> Zone {
    Zone::new(name).unwrap()
}
