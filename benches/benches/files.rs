//! Storing and streaming files, compared with the minimum that either can cost.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use desktop_delivery_benches::files::Files;
use std::time::Duration;
use tokio::runtime::Runtime;

fn uploads(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let files = Files::new(100 << 20);
    let mut group = criterion.benchmark_group("100 MiB");
    group.throughput(Throughput::Bytes(100 << 20)).sample_size(10);
    group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    group.bench_function("put", |bench| {
        bench.iter(|| {
            runtime.block_on(async {
                let key = files.put().await;
                files.delete(key).await;
            });
        });
    });
    group.bench_function("hash", |bench| bench.iter(|| files.hash()));
    group.bench_function("write durably", |bench| bench.iter(|| files.write()));
    group.finish();
}

fn streams(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let files = Files::new(1 << 20);
    let (key, path) = (runtime.block_on(files.put()), files.write());
    let mut group = criterion.benchmark_group("1 MiB");
    group.throughput(Throughput::Bytes(1 << 20));
    group.bench_function("stream", |bench| bench.iter(|| runtime.block_on(files.stream(key))));
    group.bench_function("read", |bench| bench.iter(|| Files::read(&path).expect("a file")));
    group.finish();
}

criterion_group!(benches, uploads, streams);
criterion_main!(benches);
