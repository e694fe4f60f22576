use crate::report::{Report, median, time};
use desktop_delivery::Status;
use desktop_delivery::ledger::{ListQuery, Party, Search};
use desktop_delivery_benches::library::{self, Library, Titles};
use desktop_delivery_benches::temporary_ledger::Kind;
use std::time::{Duration, Instant};

/// The default number of requests, nearly all of one lending library.
const REQUESTS: usize = 100_000;
/// The number of requests on a page.
const PAGE: usize = 50;
const ROUNDS: usize = 101;

/// Pages of lists on SQLite, each compared with the first page of all.
pub(crate) async fn measure(report: &mut Report) {
    let library = Library::fill(Kind::Sqlite, REQUESTS).await;
    let all = all();
    let each = searched("journal");
    let works = [
        ("the first page", all.clone()),
        ("the first page of a status", shipped(all.clone())),
        ("page 1,000", library.from_page(1_000, all).await),
        ("search for a word in 3 requests", searched("axolotl")),
        ("search for a number", searched(&library.reference())),
        ("search for a word in every second", searched("glacier")),
        ("search for a word in each", each.clone()),
        ("search for a word in each, page 1,000", library.from_page(1_000, each).await),
        ("search for one letter, in each", searched("j")),
        ("search for one digit", searched("2")),
        ("search for words in each, in half and in 3", searched("journal glacier axolotl")),
        ("search for a word in half, of a status", shipped(searched("glacier"))),
        ("waiting requests, 40", waiting()),
        ("waiting requests with a word in half", searched("glacier").with_waiting(true)),
    ];
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        for ((_, query), times) in works.iter().zip(&mut times) {
            times.push(taken(&library, query).await);
        }
    }
    let middle: Vec<f64> = times.into_iter().map(median).collect();
    let first = middle[0];
    for ((work, _), middle) in works.iter().zip(&middle).skip(1) {
        report.add(
            format!("{work}, among {REQUESTS} requests"),
            shown(*middle),
            format!("the first page: {}", shown(first)),
            middle / first,
            "",
        );
    }
}

/// Searches in titles without spaces, compared with the same searches for words, alternating.
pub(crate) async fn measure_scripts(report: &mut Report, kind: Kind) {
    let spaced = Library::fill(kind, REQUESTS).await;
    let unspaced = Library::fill_titled(kind, REQUESTS, Titles::Unspaced).await;
    if let (Some(words), Some(pairs)) = (spaced.index_megabytes(), unspaced.index_megabytes()) {
        report.add(
            format!("search index of {REQUESTS} titles without spaces on {}", kind.name()),
            format!("{pairs:.1} MB"),
            format!("of words: {words:.1} MB"),
            pairs / words,
            "",
        );
    }
    for (work, word, pairs) in [
        ("search for what 3 titles have", "axolotl", "山椒魚"),
        ("search for what every second title has", "glacier", "氷河"),
        ("search for one character that every second title has", "gl", "河"),
    ] {
        let (word, pairs) = (searched(word), searched(pairs));
        let mut times: [Vec<f64>; 2] = Default::default();
        for _ in 0..ROUNDS {
            times[0].push(taken(&spaced, &word).await);
            times[1].push(taken(&unspaced, &pairs).await);
        }
        let [word, pairs] = times.map(median);
        report.add(
            format!("{work}, without spaces, on {}", kind.name()),
            shown(pairs),
            format!("of words: {}", shown(word)),
            pairs / word,
            "",
        );
    }
}

/// Pages of lists among few and among many requests, alternating. Each page has the same number of
/// entries in both.
pub(crate) async fn measure_growth(report: &mut Report, kind: Kind, few: usize, many: usize) {
    let (few, many) = (Library::fill(kind, few).await, Library::fill(kind, many).await);
    let (small, large) = (works(&few).await, works(&many).await);
    let mut times: Vec<[Vec<f64>; 2]> = vec![Default::default(); small.len()];
    // Separated from expensive work, which would evict the caches of the processor and the engine.
    for is_held in [true, false] {
        for _ in 0..ROUNDS {
            for ((small, large), times) in small.iter().zip(&large).zip(&mut times) {
                if small.is_held == is_held {
                    times[0].push(taken(&few, &small.query).await);
                    times[1].push(taken(&many, &large.query).await);
                }
            }
        }
    }
    for (work, [small, large]) in large.iter().zip(times) {
        let (small, large) = (median(small), median(large));
        report.add(
            format!("{} on {}, among {} requests", work.name, kind.name(), many.requests()),
            shown(large),
            format!("among {}: {}", few.requests(), shown(small)),
            large / small,
            if work.is_held { "at most 1.5" } else { "" },
        );
    }
}

/// A page to read.
struct Work {
    name: &'static str,
    query: ListQuery,
    /// Whether its time should not depend on the number of requests; finding half of all of them
    /// does.
    is_held: bool,
}

/// Returns pages with the same number of entries whatever the number of requests, from 10,000 on.
async fn works(library: &Library) -> Vec<Work> {
    let held = |name, query| Work { name, query, is_held: true };
    let known = |name, query| Work { name, query, is_held: false };
    let anyones = ListQuery::of(Party::Anyone, PAGE);
    let small = ListQuery::of(Party::Supplier(library::agency("CA-QMM")), PAGE);
    let rare = |query: ListQuery| query.with_status(Status::Unfilled);
    vec![
        held("the first page", all()),
        held("the first page of a status", shipped(all())),
        held("the first page of a status that 40 have", rare(all())),
        held("the same, of all libraries", rare(anyones)),
        held("the page of a library of 40 requests", small),
        held("page 150", library.from_page(150, all()).await),
        held("waiting requests, 40", waiting()),
        held("search for a word in 3 requests", searched("axolotl")),
        held("search for a number", searched(&library.reference())),
        known("search for a word in every second", searched("glacier")),
        known("search for words in every second and in 3", searched("glacier axolotl")),
    ]
}

fn all() -> ListQuery {
    ListQuery::of(Party::Supplier(library::agency("CA-OTU")), PAGE)
}

fn searched(text: &str) -> ListQuery {
    all().with_search(Search::of(text))
}

fn shipped(query: ListQuery) -> ListQuery {
    query.with_status(Status::Shipped)
}

fn waiting() -> ListQuery {
    all().with_waiting(true)
}

/// Returns the seconds taken to read a page.
#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn taken(library: &Library, query: &ListQuery) -> f64 {
    let begin = Instant::now();
    let page = library.page(query).await;
    let taken = begin.elapsed().as_secs_f64();
    assert!(!page.is_empty(), "{query:?}");
    taken
}

fn shown(seconds: f64) -> String {
    time(Duration::from_secs_f64(seconds))
}
