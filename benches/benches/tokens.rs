//! Tokens, compared with two compressions and with a JSON Web Token.

use criterion::{Criterion, criterion_group, criterion_main};
use desktop_delivery_benches::tokens::{Jwt, Tokens, two_compressions};

fn tokens(criterion: &mut Criterion) {
    let (tokens, jwt) = (Tokens::new(), Jwt::new());
    let (link, ticket, json) = (tokens.mint_link(), tokens.mint_ticket(), jwt.mint());
    let mut group = criterion.benchmark_group("tokens");
    group.bench_function("two compressions", |b| b.iter(two_compressions));
    group.bench_function("mint a link", |b| b.iter(|| tokens.mint_link()));
    group.bench_function("verify a link", |b| b.iter(|| tokens.verify_link(link.expose())));
    group.bench_function("mint a ticket", |b| b.iter(|| tokens.mint_ticket()));
    group.bench_function("verify a ticket", |b| b.iter(|| tokens.verify_ticket(ticket.expose())));
    group.bench_function("mint a JSON Web Token", |b| b.iter(|| jwt.mint()));
    group.bench_function("verify a JSON Web Token", |b| b.iter(|| jwt.verify(&json)));
    group.finish();
}

criterion_group!(benches, tokens);
criterion_main!(benches);
