//! The tables of `docs/reference/tokens.md`, made by another implementation, against this one.

use desktop_delivery::delivery::Claim;
use desktop_delivery::error::TokenError;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::token::{SecretKey, SigningKey};
use desktop_delivery::{KeyRing, RequestHandle, Timestamp};
use std::fs;

/// The rows of the table whose head begins with `head`, without the marks of code.
fn table(head: &str) -> Vec<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/tokens.md");
    let page = fs::read_to_string(path).expect("docs/reference/tokens.md exists");
    let mut lines = page.lines().skip_while(|line| !line.starts_with(head));
    lines.next().expect("the table is there");
    let cells = |line: &str| {
        let cells = line.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect()
}

fn number(cell: &str) -> u64 {
    cell.parse().expect("it is a number")
}

fn handle(cell: &str) -> RequestHandle {
    RequestHandle::parse(cell).expect("it is a handle")
}

fn at(cell: &str) -> Timestamp {
    Timestamp::from_seconds(cell.parse().expect("it is a number of seconds"))
}

fn key(row: &[String]) -> SigningKey {
    let byte = |place| u8::from_str_radix(&row[1][place..place + 2], 16).expect("it is hex");
    let secret = std::array::from_fn(|place| byte(place * 2));
    SigningKey::new(row[0].parse().expect("it is a key's number"), SecretKey::from_bytes(secret))
}

/// A ring in which the key of this number signs and the others verify.
fn ring(signing: &str) -> KeyRing {
    let keys: Vec<_> = table("| key | secret").iter().map(|row| key(row)).collect();
    let (current, previous): (Vec<_>, Vec<_>) =
        keys.into_iter().partition(|key| key.id().to_string() == signing);
    let [current] = &*current else { panic!("there is a key {signing}") };
    let ring = KeyRing::new(current.clone(), SecretKey::from_bytes([0; 32]));
    previous.into_iter().fold(ring, KeyRing::with_previous)
}

fn claim(no: u64, attachment: u64, version: u64, end: u64) -> Claim {
    let json = format!(
        r#"{{"n":{no},"l":1,"a":{attachment},"v":{version},"i":{{"o":1}},"t":0,"e":{end}}}"#
    );
    serde_json::from_str(&json).expect("it is a claim")
}

#[test]
fn links_are_signed_and_read_as_published() {
    let rows = table("| key | handle | link no.");
    assert!(rows.len() >= 3);
    for row in rows {
        let [signing, delivery, link, end, text] = &*row else { panic!("{row:?}") };
        let link = LinkNo::new(u16::try_from(number(link)).expect("it fits"));
        let token = ring(signing).mint_link(handle(delivery), link, at(end));
        assert_eq!(token.expose(), text);
        let verified = ring("1").verify_link(text, at("0")).expect("it verifies");
        assert_eq!((verified.handle(), verified.link()), (handle(delivery), link));
        assert_eq!(verified.hard_expires_at(), at(end));
    }
}

#[test]
fn tickets_are_signed_and_read_as_published() {
    let rows = table("| key | handle | claim no.");
    assert!(rows.len() >= 3);
    for row in rows {
        let [signing, delivery, no, attachment, version, end, text] = &*row else {
            panic!("{row:?}")
        };
        let claim = claim(number(no), number(attachment), number(version), number(end));
        assert_eq!(ring(signing).mint_ticket(handle(delivery), &claim).expose(), text);
        let verified = ring("1").verify_ticket(text, at("0")).expect("it verifies");
        assert_eq!(verified.handle(), handle(delivery));
        assert_eq!(
            (verified.claim(), verified.attachment(), verified.version(), verified.ends_at()),
            (claim.no, claim.attachment, claim.version, claim.ends_at)
        );
    }
}

#[test]
fn no_signed_text_ends_in_a_hyphen_or_an_underscore() {
    let rows = table("| kind | key | handle");
    assert!(rows.len() >= 3);
    for row in rows {
        let [kind, signing, delivery, no, ledger, end, text] = &*row else { panic!("{row:?}") };
        let (ring, delivery) = (ring(signing), handle(delivery));
        let in_text = if kind == "link" {
            let link = LinkNo::new(u16::try_from(number(no)).expect("it fits"));
            assert_eq!(ring.mint_link(delivery, link, at(ledger)).expose(), text);
            ring.verify_link(text, at("0")).expect("it verifies").hard_expires_at()
        } else {
            let claim = claim(number(no), 1, 1, number(ledger));
            assert_eq!(ring.mint_ticket(delivery, &claim).expose(), text);
            ring.verify_ticket(text, at("0")).expect("it verifies").ends_at()
        };
        assert_eq!(in_text, at(end), "{text}");
    }
}

#[test]
fn damaged_texts_are_repaired_as_published() {
    let rows = table("| read as | text | found");
    assert!(rows.len() >= 10);
    for row in rows {
        let [kind, text, found] = &*row else { panic!("{row:?}") };
        let text: String = serde_json::from_str(text).expect("it is a JSON string");
        let ring = ring("1");
        let repaired = match kind.as_str() {
            "link" => ring.repair_link(&text).map(|token| token.expose().to_owned()),
            "ticket" => ring.repair_ticket(&text).map(|ticket| ticket.expose().to_owned()),
            other => panic!("{other} is no kind of token"),
        };
        assert_eq!(repaired.as_deref().unwrap_or("nothing"), found, "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_told_as_published() {
    let rows = table("| read as | at");
    assert!(rows.len() >= 20);
    for row in rows {
        let [kind, now, why, text, answer] = &*row else { panic!("{row:?}") };
        let ring = ring("1");
        let read = match kind.as_str() {
            "link" => ring.verify_link(text, at(now)).map(|_| ()),
            "ticket" => ring.verify_ticket(text, at(now)).map(|_| ()),
            other => panic!("{other} is no kind of token"),
        };
        let told = match read {
            Ok(()) => "verifies",
            Err(TokenError::Expired) => "expired",
            Err(TokenError::Invalid) => "invalid",
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(told, answer, "{why}");
    }
}
