//! A ticket's GET through the router, compared with a handler that serves the same bytes from
//! memory.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desktop_delivery_benches::is_measuring;
use desktop_delivery_benches::loopback::{LENGTH, Loopback};
use std::time::Duration;
use tokio::runtime::Runtime;

fn downloads(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    // About as many as criterion requests within the times below.
    let downloads = if is_measuring() { 60_000 } else { 16 };
    let loopback = runtime.block_on(Loopback::start(downloads));
    let mut group = criterion.benchmark_group("download of 1 MiB");
    group.throughput(Throughput::Bytes(LENGTH as u64)).sample_size(10);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let count = |iterations| usize::try_from(iterations).expect("few iterations");
    #[expect(clippy::disallowed_methods, reason = "it measures")]
    let now = std::time::Instant::now;
    group.bench_function("by ticket", |bench| {
        bench.iter_custom(|iterations| {
            let start = now();
            runtime.block_on(loopback.by_ticket(count(iterations)));
            start.elapsed()
        });
    });
    group.bench_function("from memory", |bench| {
        bench.iter_custom(|iterations| {
            let start = now();
            runtime.block_on(loopback.from_memory(count(iterations)));
            start.elapsed()
        });
    });
    group.finish();
}

criterion_group!(benches, downloads);
criterion_main!(benches);
