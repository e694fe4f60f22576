use crate::report::{Report, median, rate};
use desktop_delivery_benches::loopback::Loopback;
use std::time::Instant;

const ROUNDS: usize = 7;
const DOWNLOADS: usize = 2_000;

/// Tickets through the router and a handler that serves the same bytes from memory, alternating.
pub(crate) async fn measure(report: &mut Report) {
    let loopback = Loopback::start(ROUNDS * DOWNLOADS).await;
    let (mut tickets, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = now();
        loopback.by_ticket(DOWNLOADS).await;
        tickets.push(DOWNLOADS as f64 / start.elapsed().as_secs_f64());
        let start = now();
        loopback.from_memory(DOWNLOADS).await;
        memory.push(DOWNLOADS as f64 / start.elapsed().as_secs_f64());
    }
    let (tickets, memory) = (median(tickets), median(memory));
    report.add(
        "a ticket's GET of 1 MiB over loopback, 8 connections",
        rate(tickets),
        format!("the same bytes from memory, counting nothing: {}", rate(memory)),
        tickets / memory,
        "",
    );
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn now() -> Instant {
    Instant::now()
}
