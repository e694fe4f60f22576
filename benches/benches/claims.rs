//! Claims through the desk, in memory, on SQLite and on PostgreSQL, compared with handwritten
//! batched updates.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use desktop_delivery_benches::by_hand::{ByHand, Rows};
use desktop_delivery_benches::claim_supply::ClaimSupply;
use desktop_delivery_benches::temporary_ledger::{self, Kind};
use desktop_delivery_benches::{is_measuring, load};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::runtime::Runtime;

const TASKS: [usize; 3] = [1, 64, 512];

fn claims(criterion: &mut Criterion) {
    let requests = if is_measuring() { 20_000 } else { 64 };
    let runtime = Runtime::new().expect("a runtime");
    let mut group = criterion.benchmark_group("claims");
    group.throughput(Throughput::Elements(1)).sample_size(10);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let kinds =
        [("memory", Kind::Memory), ("SQLite", Kind::Sqlite), ("PostgreSQL", Kind::Postgres)];
    for (name, kind) in kinds {
        let mut supply = runtime.block_on(ClaimSupply::new(kind, requests));
        for tasks in TASKS {
            group.bench_function(BenchmarkId::new(name, tasks), |bench| {
                bench.iter_custom(|iterations| {
                    let operations = usize::try_from(iterations).expect("few iterations");
                    runtime.block_on(supply.refill(operations));
                    let claimer = supply.claimer();
                    let run = load::run(tasks, operations, move || claimer.claim());
                    runtime.block_on(run).elapsed
                });
            });
        }
    }
    let keys: Arc<Vec<i64>> = Arc::new((0..requests as i64).map(|n| n << 32).collect());
    for (name, rows) in [("same rows by hand", Rows::Same), ("counter by hand", Rows::Counter)] {
        let folder = temporary_ledger::folder();
        let hand = Arc::new(ByHand::open(&folder.path().join("hand.db"), rows, &keys));
        let next = Arc::new(AtomicUsize::new(0));
        for tasks in TASKS {
            group.bench_function(BenchmarkId::new(name, tasks), |bench| {
                bench.iter_custom(|iterations| {
                    let operations = usize::try_from(iterations).expect("few iterations");
                    let (hand, keys, next) =
                        (Arc::clone(&hand), Arc::clone(&keys), Arc::clone(&next));
                    let run = load::run(tasks, operations, move || {
                        let key = keys[next.fetch_add(7_919, Ordering::Relaxed) % keys.len()];
                        let hand = Arc::clone(&hand);
                        async move { assert!(hand.claim(key).await) }
                    });
                    runtime.block_on(run).elapsed
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, claims);
criterion_main!(benches);
