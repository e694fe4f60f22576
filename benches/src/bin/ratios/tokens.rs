use crate::report::{Report, time};
use desktop_delivery_benches::tokens::{Jwt, Tokens, two_compressions};
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 25;
const TIMES: u32 = 40_000;

/// Reports the minimum of many rounds: other load on the machine only adds to it.
pub(crate) fn measure(report: &mut Report) {
    let (tokens, jwt) = (Tokens::new(), Jwt::new());
    let (link, ticket, json) = (tokens.mint_link(), tokens.mint_ticket(), jwt.mint());
    assert!(tokens.verify_link(link.expose()) && tokens.verify_ticket(ticket.expose()));
    assert!(jwt.verify(&json));
    let mut least = [Duration::MAX; 7];
    for _ in 0..ROUNDS {
        let round = [
            each(two_compressions),
            each(|| tokens.mint_link()),
            each(|| tokens.verify_link(link.expose())),
            each(|| tokens.mint_ticket()),
            each(|| tokens.verify_ticket(ticket.expose())),
            each(|| jwt.mint()),
            each(|| jwt.verify(&json)),
        ];
        least.iter_mut().zip(round).for_each(|(least, took)| *least = took.min(*least));
    }
    let [floor, mint_link, verify_link, mint_ticket, verify_ticket, mint_jwt, verify_jwt] = least;
    let mut row = |work: &str, ours: Duration, name: &str, other: Duration, target: &str| {
        let ratio = match name {
            "JSON Web Token" => other.as_secs_f64() / ours.as_secs_f64(),
            _ => ours.as_secs_f64() / other.as_secs_f64(),
        };
        report.add(work, time(ours), format!("{name}: {}", time(other)), ratio, target);
    };
    let compressions = "two SHA-256 compressions";
    row("verify a link's token", verify_link, compressions, floor, "at most 2.2");
    row("verify a ticket", verify_ticket, compressions, floor, "at most 2.2");
    row("mint a link's token", mint_link, compressions, floor, "");
    row("mint a ticket", mint_ticket, compressions, floor, "");
    row("verify a link's token", verify_link, "JSON Web Token", verify_jwt, "8 times faster");
    row("mint a link's token", mint_link, "JSON Web Token", mint_jwt, "");
}

#[expect(clippy::disallowed_methods, reason = "it measures")]
fn each<T>(work: impl Fn() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..TIMES {
        black_box(work());
    }
    start.elapsed() / TIMES
}
