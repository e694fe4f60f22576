use crate::support::{address, creation, node, record};
use desktop_delivery::Ledger;
use desktop_delivery::ledger::{Change, ListQuery, Party, Search};

/// Words in several scripts, some of which are prefixes of others, some with accents or
/// punctuation.
const WORDS: [&str; 28] = [
    "eel",
    "Eels",
    "eéls",
    "EELPOUT",
    "Straße",
    "strasse",
    "œuvre",
    "oeuvres",
    "2026",
    "20",
    "202",
    "l'anguille",
    "anguilles",
    "海岸",
    "海岸侵食",
    "侵食と海岸のがけ",
    "도서관협력",
    "ชายฝั่ง",
    "第12回",
    "Ελλάς",
    "ελλασ",
    "d'Ys",
    "x_y",
    "a:*&b",
    "''",
    "\\",
    "½",
    "ﬁn",
];

/// Deterministic pseudorandom numbers.
fn random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 40).unwrap()
}

fn text(state: &mut u64, most: usize) -> String {
    let words = (0..=random(state) % most).map(|_| WORDS[random(state) % WORDS.len()]);
    words.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_search_finds_exactly_the_matching_requests() {
    let ledger = node(&address()).await.ledger();
    let mut state = 417;
    let titles: Vec<String> = (0..300).map(|_| text(&mut state, 5)).collect();
    for (number, title) in (0..).zip(&titles) {
        let mut made = record(number, title);
        made.facts.source = text(&mut state, 2);
        let change = Change { record: Some(made), ..creation(number, title) };
        ledger.commit(change).await.unwrap();
    }
    let all = ListQuery::of(Party::Anyone, 1_000);
    let stored = ledger.list(&all).await.unwrap();
    assert_eq!(stored.len(), 300);
    let mut found_any = 0;
    for _ in 0..400 {
        let whole = text(&mut state, 2);
        // A prefix, by characters.
        let typed: String = whole.chars().take(1 + random(&mut state) % 12).collect();
        let Some(search) = Search::of(&typed) else { continue };
        let expected: Vec<_> =
            stored.iter().filter(|listed| search.matches(&listed.facts)).cloned().collect();
        let query = all.clone().with_search(search);
        found_any += usize::from(!expected.is_empty());
        assert_eq!(ledger.list(&query).await.unwrap(), expected, "{typed:?}");
    }
    assert!(found_any > 200, "only {found_any} searches found anything");
    // Operators in the query are treated as text.
    for typed in ["' | 'eel", "eel:*", "!eel", "eel & !2026", "eel <-> 20", "a:A", "\\'"] {
        let Some(search) = Search::of(typed) else { continue };
        let query = all.clone().with_search(search);
        let found = ledger.list(&query).await.unwrap();
        let matching = |l: &&desktop_delivery::ledger::DeliverySummary| {
            query.search.as_ref().is_some_and(|s| s.matches(&l.facts))
        };
        assert_eq!(found.len(), stored.iter().filter(matching).count(), "{typed:?}");
    }
}
