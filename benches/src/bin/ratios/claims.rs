use crate::report::{Report, median, rate, time};
use desktop_delivery_benches::by_hand::{ByHand, Rows};
use desktop_delivery_benches::claim_supply::{ClaimSupply, NextClaim};
use desktop_delivery_benches::load::{self, Figures};
use desktop_delivery_benches::postgres::Pgbench;
use desktop_delivery_benches::temporary_ledger::{self, Kind};
use futures_util::StreamExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ROUNDS: usize = 5;
const REQUESTS: usize = 100_000;
/// The pages shown before a timed part.
const PAGES: usize = 2_000;
/// Tasks that claim from pages, and the timed parts in each round.
const FROM_PAGES: [(usize, usize); 3] = [(1, 1), (64, 10), (512, 10)];

/// Claims through the desk on SQLite and handwritten batched updates, alternating.
pub(crate) async fn measure(report: &mut Report) {
    let mut supply = ClaimSupply::new(Kind::Sqlite, REQUESTS).await;
    let mut memory = ClaimSupply::new(Kind::Memory, REQUESTS).await;
    let folder = temporary_ledger::folder();
    let keys = Arc::new(supply.keys());
    let hand = |name, rows| Arc::new(ByHand::open(&folder.path().join(name), rows, &keys));
    let (same, counter) = (hand("same.db", Rows::Same), hand("counter.db", Rows::Counter));
    for (tasks, operations) in [(1, 2_000), (64, 50_000), (512, 50_000)] {
        let mut desks = Vec::new();
        let (mut by_hand, mut counters, mut in_memory) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            desks.push(claims(&mut supply, tasks, operations).await);
            by_hand.push(by(&same, &keys, tasks, operations).await);
            counters.push(by(&counter, &keys, tasks, operations).await);
            in_memory.push(claims(&mut memory, tasks, operations).await);
        }
        let [desks, by_hand, counters, in_memory] =
            [desks, by_hand, counters, in_memory].map(|figures| Middle::of(&figures));
        let work = format!("claims through the desk on SQLite, {tasks} tasks");
        let target = if tasks == 64 { "at least 0.5, p99 under 10 ms" } else { "" };
        let ratio = desks.per_second / by_hand.per_second;
        report.add(
            &work,
            desks.text(),
            format!("same rows by hand: {}", by_hand.text()),
            ratio,
            target,
        );
        let ratio = desks.per_second / counters.per_second;
        report.add(&work, desks.text(), format!("counter by hand: {}", counters.text()), ratio, "");
        let ratio = desks.per_second / in_memory.per_second;
        report.add(&work, desks.text(), format!("in memory: {}", in_memory.text()), ratio, "");
    }
    for (tasks, parts) in FROM_PAGES {
        let (mut desks, mut counters) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            for _ in 0..parts {
                desks.push(claims_from_pages(&mut supply, tasks).await);
                counters.push(by(&counter, &keys, tasks, PAGES).await);
            }
        }
        let (desks, counters) = (Middle::of(&desks), Middle::of(&counters));
        report.add(
            from_pages(tasks),
            desks.text(),
            format!("counter by hand: {}", counters.text()),
            desks.per_second / counters.per_second,
            "",
        );
    }
}

fn from_pages(tasks: usize) -> String {
    format!("the same just after their pages were shown (not timed), {tasks} tasks")
}

/// Claims through the desk on PostgreSQL and a handwritten counter, on one server, alternating.
pub(crate) async fn measure_postgres(report: &mut Report) {
    let mut supply = ClaimSupply::new(Kind::Postgres, REQUESTS).await;
    let pgbench = Pgbench::fill(REQUESTS);
    for (tasks, operations) in [(1, 2_000), (64, 50_000), (512, 50_000)] {
        // Beyond about a hundred connections, counting gets slower.
        let clients = tasks.min(64);
        let (mut desks, mut counters) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            desks.push(claims(&mut supply, tasks, operations).await);
            counters.push(pgbench.run(clients, operations));
        }
        let (desks, counters) = (Middle::of(&desks), median(counters));
        report.add(
            format!("claims through the desk on PostgreSQL, {tasks} tasks"),
            desks.text(),
            format!("pgbench, a conditional update, {clients} clients: {}", rate(counters)),
            desks.per_second / counters,
            if tasks == 64 { "at least 0.7" } else { "" },
        );
    }
    for (tasks, parts) in FROM_PAGES {
        let clients = tasks.min(64);
        let (mut desks, mut counters) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            for _ in 0..parts {
                desks.push(claims_from_pages(&mut supply, tasks).await);
            }
            counters.push(pgbench.run(clients, parts * PAGES));
        }
        let (desks, counters) = (Middle::of(&desks), median(counters));
        report.add(
            from_pages(tasks),
            desks.text(),
            format!("pgbench, a conditional update, {clients} clients: {}", rate(counters)),
            desks.per_second / counters,
            "",
        );
    }
}

/// Claims from pages that the same desk has shown shortly before. Showing them is not timed.
async fn claims_from_pages(supply: &mut ClaimSupply, tasks: usize) -> Figures {
    supply.refill(PAGES).await;
    let claimer = supply.claimer();
    let claims: Vec<_> = (0..PAGES).map(|_| claimer.next()).collect();
    let pages = claims.iter().map(NextClaim::show_page);
    futures_util::stream::iter(pages).for_each_concurrent(64, |page| page).await;
    let claims = Arc::new(Mutex::new(claims.into_iter()));
    load::run(tasks, PAGES, move || {
        let claim = claims.lock().expect("no claim panics with the lock").next();
        async move { claim.expect("there are as many as operations").make().await }
    })
    .await
}

/// Claims among few and among many requests, alternating. Each is the first one of its request, so
/// that only the number of requests differs.
pub(crate) async fn measure_growth(report: &mut Report, kind: Kind, few: usize, many: usize) {
    let (small_supply, large_supply) =
        (ClaimSupply::new(kind, few).await, ClaimSupply::new(kind, many).await);
    for (tasks, operations) in [(1, 400), (64, 1_500)] {
        let (mut small, mut large) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let claimer = small_supply.claimer();
            small.push(load::run(tasks, operations, move || claimer.claim()).await);
            let claimer = large_supply.claimer();
            large.push(load::run(tasks, operations, move || claimer.claim()).await);
        }
        let (small, large) = (Middle::of(&small), Middle::of(&large));
        for (name, small, large) in [("p50", small.p50, large.p50), ("p99", small.p99, large.p99)] {
            report.add(
                format!(
                    "{name} of a claim on {}, {tasks} tasks, among {many} requests",
                    kind.name()
                ),
                time(large),
                format!("among {few}: {}", time(small)),
                large.as_secs_f64() / small.as_secs_f64(),
                "at most 1.5",
            );
        }
    }
}

async fn claims(supply: &mut ClaimSupply, tasks: usize, operations: usize) -> Figures {
    supply.refill(operations).await;
    let claimer = supply.claimer();
    load::run(tasks, operations, move || claimer.claim()).await
}

async fn by(hand: &Arc<ByHand>, keys: &Arc<Vec<i64>>, tasks: usize, operations: usize) -> Figures {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let (hand, keys) = (Arc::clone(hand), Arc::clone(keys));
    load::run(tasks, operations, move || {
        let key = keys[NEXT.fetch_add(7_919, Ordering::Relaxed) % keys.len()];
        let hand = Arc::clone(&hand);
        async move { assert!(hand.claim(key).await) }
    })
    .await
}

/// The medians of several runs.
struct Middle {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

impl Middle {
    fn of(figures: &[Figures]) -> Self {
        let middle = |value: fn(&Figures) -> f64| median(figures.iter().map(value).collect());
        Self {
            per_second: middle(|figures| figures.per_second),
            p50: Duration::from_secs_f64(middle(|figures| figures.p50.as_secs_f64())),
            p99: Duration::from_secs_f64(middle(|figures| figures.p99.as_secs_f64())),
        }
    }

    fn text(&self) -> String {
        format!("{}, p50 {}, p99 {}", rate(self.per_second), time(self.p50), time(self.p99))
    }
}
