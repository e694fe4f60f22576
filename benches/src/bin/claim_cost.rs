//! Claims downloads one after another, for `benches/cost` to measure the cost of each.
//!
//! `claim_cost LEDGER WORK TIMES`, where the ledger is `sqlite` or `postgres` and the work is
//! `claim`, `page` (the page of a link) or `page-and-claim`. On PostgreSQL, prints the number of
//! bytes that the server wrote to its write-ahead log.
#![expect(clippy::print_stdout, reason = "printing is its work")]

use desktop_delivery_benches::claim_supply::ClaimSupply;
use desktop_delivery_benches::temporary_ledger::Kind;
use std::env;

/// Enough that claims rarely share a database page, few enough to be stored under callgrind.
const REQUESTS: usize = 2_000;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [kind, work, times] = &*arguments else {
        panic!("usage: claim_cost sqlite|postgres claim|page|page-and-claim TIMES")
    };
    let kind = match &**kind {
        "sqlite" => Kind::Sqlite,
        "postgres" => Kind::Postgres,
        other => panic!("there is no ledger {other}; use sqlite or postgres"),
    };
    let (has_page, has_claim) = match &**work {
        "claim" => (false, true),
        "page" => (true, false),
        "page-and-claim" => (true, true),
        other => panic!("there is no work {other}; use claim, page or page-and-claim"),
    };
    let times: usize = times.parse().expect("how many times");
    // One thread, so that two runs execute nearly the same instructions.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let supply = ClaimSupply::new(kind, REQUESTS).await;
        let before = supply.log_bytes();
        let claimer = supply.claimer();
        for _ in 0..times {
            let claim = claimer.next();
            if has_page {
                claim.show_page().await;
            }
            if has_claim {
                claim.make().await;
            }
        }
        if let (Some(before), Some(after)) = (before, supply.log_bytes()) {
            println!("{}", after - before);
        }
    });
}
