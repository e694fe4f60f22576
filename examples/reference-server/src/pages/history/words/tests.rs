use super::*;
use desktop_delivery::{ClaimNo, Digest, Language, LinkNo, Timestamp, UploadNo};
use std::collections::BTreeSet;

/// Every kind of event, and of each those that are said with other words.
fn everything() -> Vec<What> {
    let (attachment, first, version) = (AttachmentNo::new(1), VersionNo::new(1), VersionNo::new(2));
    let (claim, link, upload) = (ClaimNo::new(3), LinkNo::new(4), UploadNo::new(5));
    let (size, digest) = (1_400_000, Digest::from_bytes([7; 32]));
    let (at, until) =
        (Timestamp::from_seconds(1_795_466_792), Timestamp::from_seconds(1_795_470_000));
    let why = "as agreed".to_owned();
    let (before, after) = (Terms::new(5, 90), Terms::new(1, 1).with_not_before(at));
    let ends = Terms::new(2, 7).with_expiry(Expiry::At(until));
    let mut all = vec![
        What::Attached { attachment, size, digest },
        What::Attached { attachment: AttachmentNo::new(9), size, digest },
        What::CancelAnswered { accepted: true },
        What::CancelAnswered { accepted: false },
        What::CancelRequested,
        What::Cancelled,
        What::Created,
        What::Described { attachment },
        What::Expired { attachment },
        What::Forgotten,
        What::GivenBack { claim, attachment },
        What::Granted { attachment, downloads: 1, expires_at: None },
        What::Granted { attachment, downloads: 0, expires_at: Some(until) },
        What::LinkRevoked { link },
        What::MoreRequested { attachment, link },
        What::Previewed { attachment, version },
        What::ProblemAnswered { attachment },
        What::Purged { attachment },
        What::PutOff { until },
        What::Received,
        What::Removed { attachment },
        What::Reopened,
        What::Reordered,
        What::Shipped { attachments: 1 },
        What::Shipped { attachments: 0 },
        What::StaffRead { attachment, version: first },
        What::Swept { blobs: 2 },
        What::Synced,
        What::TermsChanged { attachment, before, after, why: why.clone() },
        What::TermsChanged { attachment, before: after, after: ends, why: String::new() },
        What::ToldAgain { notice: 6, to: Recipient::Patron },
        What::ToldAgain { notice: 6, to: Recipient::Partner },
        What::Unfilled,
        What::UploadBegun { upload },
        What::UploadEnded { upload },
        What::Withdrawn { why },
        What::Withdrawn { why: String::new() },
    ];
    for audience in
        [Audience::Partner, Audience::Patron, Audience::RequesterStaff, Audience::SupplierStaff]
    {
        all.push(What::LinkIssued { link, audience });
        for notice in [None, Some(0), Some(3)] {
            all.push(What::Claimed { claim, attachment, version, link, audience, notice });
        }
    }
    for kind in [
        NoticeKind::CancelRequested,
        NoticeKind::MoreGranted,
        NoticeKind::MoreRequested,
        NoticeKind::ProblemAnswered,
        NoticeKind::ProblemReported,
        NoticeKind::Received,
        NoticeKind::Replaced,
        NoticeKind::Shipped,
    ] {
        for state in [
            NoticeState::Sent { at },
            NoticeState::Skipped { at },
            NoticeState::Waiting { tries: 1 },
            NoticeState::Failed { at, reason: NoticeFailure::NoAddress },
            NoticeState::Failed { at, reason: NoticeFailure::TooManyTries },
            NoticeState::Failed { at, reason: NoticeFailure::Refused },
        ] {
            all.push(What::NoticeTried { notice: 8, kind, state });
        }
    }
    for kind in [
        ProblemKind::MissingPage,
        ProblemKind::Other,
        ProblemKind::Unreadable,
        ProblemKind::WrongArticle,
    ] {
        all.push(What::ProblemReported { attachment, version, kind });
    }
    for reason in [
        ReplaceReason::MissingPages,
        ReplaceReason::Other,
        ReplaceReason::Unreadable,
        ReplaceReason::WrongDocument,
    ] {
        all.push(What::Replaced { attachment, version, reason, size, digest });
    }
    all
}

fn words(language: Language, zone: &Zone) -> Words<'_> {
    let names = HashMap::from([(AttachmentNo::new(1), "on-ice-ages.pdf".to_owned())]);
    Words { t: Texts::of(language), zone, names }
}

#[test]
fn everything_that_can_happen_has_words_of_its_own_in_both_languages() {
    let zone = Zone::new("America/Vancouver").unwrap();
    for language in [Language::English, Language::French] {
        let words = words(language, &zone);
        let plain = words.t.say("history-other");
        let mut said = BTreeSet::new();
        for what in everything() {
            let text = words.say(&what);
            assert_ne!(text, plain, "{what:?}");
            assert!(!text.contains("history-") && !text.contains("{ "), "{text}");
            assert!(said.insert(text.clone()), "two things are told alike: {text}");
        }
    }
}

/// The kinds of events are read from the source that defines them: a new one must find its way here.
#[test]
fn no_kind_of_event_is_left_out() {
    let source = include_str!("../../../../../../core/src/event.rs");
    let body = source.split("pub enum What {").nth(1).unwrap().split("\n}").next().unwrap();
    let kinds: BTreeSet<String> = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
        .map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect();
    let told: BTreeSet<String> = everything()
        .iter()
        .map(|what| format!("{what:?}").chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect();
    assert!(kinds.len() > 30, "{kinds:?}");
    assert_eq!(told, kinds);
}

#[test]
fn what_is_said_has_its_numbers_and_days() {
    let zone = Zone::new("America/Vancouver").unwrap();
    let all = everything();
    let said = |language, which: fn(&What) -> bool| {
        let what = all.iter().find(|what| which(what)).unwrap();
        words(language, &zone).say(what)
    };
    let terms = |what: &What| matches!(what, What::TermsChanged { .. });
    assert_eq!(
        said(Language::English, terms),
        "Changed the terms of document 1 (on-ice-ages.pdf): 5 downloads, 90 days from shipping, \
         became 1 download, from November\u{a0}23,\u{a0}2026, 1 day from shipping. Reason given: as agreed"
    );
    assert_eq!(
        said(Language::French, |what| matches!(what, What::Claimed { notice: Some(3), .. })),
        "A compté un téléchargement du document 1 (on-ice-ages.pdf), version 2, pour la \
         bibliothèque partenaire. L’avis de droit d’auteur affiché, version 3, a été accepté."
    );
}
