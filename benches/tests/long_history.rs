//! The cost of a request does not grow with its history.

use bytes::Bytes;
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, ByteStream, ClaimKey, ClaimRequest, Desk, Error, FileName,
    Ledger, NewFile, Refusal, RequestHandle, StaffId,
};
use desktop_delivery_benches::scene::{ATTACHMENT, Scene};
use desktop_delivery_benches::temporary_ledger::{Kind, TemporaryLedger};
use std::time::{Duration, Instant};

const ROUNDS: u32 = 200;

fn lender() -> Actor {
    let staff = StaffId::new("s-17").expect("it is an id");
    Actor::staff(AgencyId::new("CA-OTUCL").expect("it is an id"), staff)
}

async fn upload(desk: &Desk, handle: RequestHandle, replaces: Option<AttachmentNo>) {
    let file = NewFile::new(FileName::new("ice-ages.pdf").expect("it is a name"));
    let file = match replaces {
        Some(no) => file.replacing(no, ReplaceReason::MissingPages),
        None => file,
    };
    let bytes: ByteStream =
        Box::pin(futures_util::stream::iter([Ok(Bytes::from_static(b"%PDF-1.7\n"))]));
    desk.upload(handle, &lender(), file, bytes).await.expect("it is taken");
}

async fn stored(ledger: &dyn Ledger, handle: RequestHandle) -> usize {
    let delivery = ledger.load(DeliveryKey::Handle(handle)).await.expect("it can be read");
    let delivery = delivery.expect("it is there");
    let body = serde_json::to_string(&delivery.record).expect("it can be written");
    let usage = serde_json::to_string(&delivery.usage).expect("it can be written");
    body.len() + usage.len()
}

/// Returns the minimum time of two operations, run alternately.
#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn in_turns(mut first: impl AsyncFnMut(), mut second: impl AsyncFnMut()) -> [Duration; 2] {
    let mut least = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        first().await;
        least[0] = least[0].min(begin.elapsed());
        let begin = Instant::now();
        second().await;
        least[1] = least[1].min(begin.elapsed());
    }
    least
}

/// Compares a request of this many files with a similar one whose files were replaced this many
/// times.
async fn compare(files: u16, replacements: u16) {
    let storage = TemporaryLedger::new(Kind::Sqlite).await;
    let ledger = storage.ledger();
    let scene = Scene::new(storage.ledger(), 2).await;
    let (desk, [fresh, old]) = (&scene.desk, [scene.handles[0], scene.handles[1]]);
    for handle in [fresh, old] {
        for _ in 3..files {
            upload(desk, handle, None).await;
        }
        upload(desk, handle, Some(ATTACHMENT)).await;
    }
    for round in 0..replacements {
        for no in 1..=files {
            upload(desk, old, Some(AttachmentNo::new(no))).await;
        }
        if round % 50 == 0 {
            while !desk.run_due().await.expect("it is done").is_idle() {}
        }
    }
    while !desk.run_due().await.expect("it is done").is_idle() {}

    let sizes = [stored(&*ledger, fresh).await, stored(&*ledger, old).await];
    let request = ClaimRequest::new(ATTACHMENT, ClaimKey::Ordinal(1));
    let claim = async |number: usize| {
        let refused = desk.claim(scene.tokens[number].expose(), &request).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Unacknowledged))), "{refused:?}");
    };
    let page = async |number: usize| {
        desk.link_page(scene.tokens[number].expose()).await.expect("it opens");
    };
    let claims = in_turns(async || claim(0).await, async || claim(1).await).await;
    let pages = in_turns(async || page(0).await, async || page(1).await).await;
    eprintln!(
        "{files} files, {replacements} replacements of each: {sizes:?} bytes, a refused claim \
         {claims:?}, a page {pages:?}"
    );
    assert!(sizes[1] <= 2 * sizes[0], "bytes: {sizes:?}");
    for [fresh, old] in [claims, pages] {
        assert!(old <= 2 * fresh, "{old:?} beside {fresh:?}");
    }
}

fn run(comparison: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("threads can be started").block_on(comparison);
}

#[test]
fn a_file_replaced_a_thousand_times_costs_no_more_than_a_new_one() {
    run(compare(1, 998));
}

#[test]
fn fifty_files_with_many_versions_cost_no_more_than_new_ones() {
    run(compare(50, 28));
}
