use crate::report::{Report, median, time};
use desktop_delivery_benches::files::Files;
use desktop_delivery_benches::whole_read::WholeRead;
use std::time::{Duration, Instant};

const ROUNDS: usize = 9;
const TIMES: usize = 200;

/// A put of 100 MiB compared with hashing and durably writing as much, and a stream of 1 MiB
/// compared with reading it, alternating.
pub(crate) async fn measure(report: &mut Report) {
    let large = Files::new(100 << 20);
    let (mut puts, mut hashes, mut writes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = now();
        let key = large.put().await;
        puts.push(since(start));
        large.delete(key).await;
        let start = now();
        std::hint::black_box(large.hash());
        hashes.push(since(start));
        let start = now();
        let path = large.write();
        writes.push(since(start));
        std::fs::remove_file(path).expect("it goes");
    }
    let [put, hash, write] = [puts, hashes, writes].map(median);
    report.add(
        "put of 100 MiB into the folder store",
        seconds(put),
        format!("hashing: {}; durable write: {}", seconds(hash), seconds(write)),
        hash.max(write) / put,
        "at least 0.85 of the slower",
    );

    let small = Files::new(1 << 20);
    let (key, path) = (small.put().await, small.write());
    let (mut streams, mut reads) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = now();
        for _ in 0..TIMES {
            assert_eq!(small.stream(key).await, 1 << 20);
        }
        streams.push(since(start) / TIMES as f64);
        let start = now();
        for _ in 0..TIMES {
            assert_eq!(Files::read(&path).expect("a file"), 1 << 20);
        }
        reads.push(since(start) / TIMES as f64);
    }
    let (stream, read) = (median(streams), median(reads));
    let beside = format!("read into one buffer: {}", seconds(read));
    report.add(
        "stream of 1 MiB from the folder store, warm",
        seconds(stream),
        beside,
        read / stream,
        "",
    );
}

/// The first complete read of a file through a desk, which hashes it, compared with later ones.
pub(crate) async fn measure_first_reads(report: &mut Report) {
    for (length, name, times) in [(100 << 20, "100 MiB", 1_u32), (1 << 20, "1 MiB", 50)] {
        let file = WholeRead::new(length).await;
        file.read(&file.desk()).await;
        let (mut firsts, mut laters) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let desks: Vec<_> = (0..times).map(|_| file.desk()).collect();
            for reads in [&mut firsts, &mut laters] {
                let start = now();
                for desk in &desks {
                    file.read(desk).await;
                }
                reads.push(since(start) / f64::from(times));
            }
        }
        let (first, later) = (median(firsts), median(laters));
        report.add(
            format!("the first whole read of {name} through a desk"),
            seconds(first),
            format!("the second: {}", seconds(later)),
            later / first,
            "",
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}

fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

fn seconds(seconds: f64) -> String {
    time(Duration::from_secs_f64(seconds))
}
