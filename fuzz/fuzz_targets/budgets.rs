#![no_main]
//! Random commands through `Desk`, compared with a small model of budgets: no claim is granted
//! beyond the limit, none is refused while downloads are left, repeats are free, and the page shows
//! the downloads left.

mod model;

use arbitrary::{Arbitrary, Unstructured};
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Audience, ByteStream, ClaimKey, ClaimRequest, Desk, Error,
    Facts, FileName, IssuedLink, KeyRing, NewFile, Participant, Parts, PatronId, Policy,
    PublicAddress, Refusal, RequestHandle, RequestReference, Shipment, StaffId, Status, Terms,
    Timestamp,
};
use futures_executor::block_on;
use libfuzzer_sys::fuzz_target;
use model::{Expected, Model};
use std::sync::Arc;

/// One step, with small numbers so that limits are reached often.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Command {
    Advance { minutes: u16 },
    ChangeTerms { downloads: u8 },
    ClaimByKey { partner: bool, key: u8, acknowledged: bool },
    ClaimByPage { partner: bool, double_click: bool },
    Refund { nth: u8 },
    Grant { partner: bool, downloads: u8, days: Option<u8> },
    Replace,
    Revoke { partner: bool },
}

struct Stage {
    desk: Desk,
    clock: Arc<ManualClock>,
    supplier: Actor,
    handle: RequestHandle,
    links: [IssuedLink; 2],
}

const ARTICLE: AttachmentNo = AttachmentNo::new(1);
const AUDIENCES: [Audience; 2] = [Audience::Patron, Audience::Partner];

fn file(name: &str) -> (NewFile, ByteStream) {
    let bytes = bytes::Bytes::from_static(b"%PDF-1.7\nposition-dependent");
    let name = FileName::new(name).expect("a plain name");
    (NewFile::new(name), Box::pin(futures_util::stream::iter([Ok(bytes)])))
}

impl Stage {
    async fn set(policy: Policy) -> Result<Self, Error> {
        let (requester, supplier) = (AgencyId::new("CA-BVAU")?, AgencyId::new("CA-OTU")?);
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792)));
        let secret = |byte| SecretKey::from_bytes([byte; 32]);
        let borrower = Participant::new(requester.clone(), "Vancouver");
        let desk = Desk::new(Parts {
            ledger: Arc::new(MemoryLedger::new()),
            blobs: Arc::new(MemoryBlobStore::new()),
            notifier: Arc::new(RecordingNotifier::new()),
            directory: Arc::new(
                MemoryDirectory::new()
                    .with_participant(borrower.with_policy(policy.name.clone()))
                    .with_participant(Participant::new(supplier.clone(), "Toronto")),
            ),
            inspector: Arc::new(AcceptAll),
            clock: Arc::clone(&clock) as _,
            entropy: Arc::new(CountingEntropy::default()),
            keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(0)),
            policies: Policies::default().with(policy).expect("its numbers are in range"),
            address: PublicAddress::new("https://ill.example.org")?,
        });
        let facts = Facts::new(
            RequestReference::new("2026-00417")?,
            requester,
            supplier.clone(),
            "On Ice Ages",
        )
        .with_patron(PatronId::new("p-2041")?);
        let supplier = Actor::staff(supplier, StaffId::new("s-17")?);
        let handle = desk.sync(facts, Status::Pending, desk.now()).await?.handle;
        let (article, bytes) = file("ice-ages.pdf");
        desk.upload(handle, &supplier, article, bytes).await?;
        desk.ship(handle, &supplier, Shipment::WithFiles).await?;
        let links = [
            desk.issue_link(handle, &supplier, AUDIENCES[0]).await?,
            desk.issue_link(handle, &supplier, AUDIENCES[1]).await?,
        ];
        Ok(Self { desk, clock, supplier, handle, links })
    }

    async fn claim(&self, model: &mut Model, who: usize, repeat: ClaimKey, acknowledged: bool) {
        let now = self.desk.now();
        let expected = model.expect(who, &repeat, acknowledged, now);
        let request = ClaimRequest::new(ARTICLE, repeat.clone()).with_acknowledged(acknowledged);
        let token = self.links[who].token.expose();
        match (self.desk.claim(token, &request).await, expected) {
            (Ok(granted), Expected::Counted) if !granted.is_repeat => {
                model.counted(who, repeat, now, granted.ends_at, granted.ticket);
            }
            (Ok(granted), Expected::Repeated(ends_at)) if granted.is_repeat => {
                assert_eq!(granted.ends_at, ends_at, "a repeat keeps its original end");
            }
            (Err(Error::Refused(refusal)), Expected::Refused(code)) => {
                assert_eq!(refusal.code(), code);
            }
            (outcome, expected) => panic!("{expected:?} was expected, not {outcome:?}"),
        }
    }

    async fn obey(&self, model: &mut Model, command: Command) {
        let now = self.desk.now();
        match command {
            Command::Advance { minutes } => {
                let then = now.plus_seconds(i64::from(minutes) * 60);
                // Later, no token verifies, whatever downloads are left.
                if self.links.iter().all(|link| then < link.hard_expires_at) {
                    self.clock.set(then);
                }
            }
            Command::ClaimByKey { partner, key, acknowledged } => {
                let repeat = ClaimKey::Key(format!("k{key}"));
                self.claim(model, usize::from(partner), repeat, acknowledged).await;
            }
            Command::ClaimByPage { partner, double_click } => {
                let who = usize::from(partner);
                let next = model.made[who].count + 1;
                let ordinal = if double_click { next - 1 } else { next };
                self.claim(model, who, ClaimKey::Ordinal(ordinal), true).await;
            }
            Command::ChangeTerms { downloads } => {
                let terms = Terms::new(u32::from(downloads), 90);
                let change = TermsChange::new(ARTICLE, terms, "tried");
                let changed = self.desk.change_terms(self.handle, &self.supplier, &change).await;
                match model.change_terms(u32::from(downloads)) {
                    Some(max) => assert_eq!(changed.map(|t| t.max_downloads).ok(), Some(max)),
                    None => {
                        assert!(matches!(changed, Err(Error::Refused(Refusal::OverLimit { .. }))))
                    }
                }
            }
            Command::Refund { nth } => {
                let Some((place, ticket)) = model.open_ticket(usize::from(nth), now) else {
                    return;
                };
                if let Ok(opened) = self.desk.open_ticket(&ticket).await {
                    let given = self.desk.refund(&opened).await.expect("it was open");
                    assert_eq!(given, model.refund(place));
                }
            }
            Command::Grant { partner, downloads, days } => {
                let who = usize::from(partner);
                let (downloads, days) = (u32::from(downloads), days.map(u16::from));
                let grant =
                    Grant::new(ARTICLE, AUDIENCES[who]).with_downloads(downloads).with_days(days);
                let granted = self.desk.grant(self.handle, &self.supplier, &grant).await;
                assert_eq!(granted.is_ok(), model.grant(who, downloads, days), "{granted:?}");
            }
            Command::Replace => {
                let (better, bytes) = file("ice-ages-complete.pdf");
                let better = better.replacing(ARTICLE, ReplaceReason::MissingPages);
                self.desk
                    .upload(self.handle, &self.supplier, better, bytes)
                    .await
                    .expect("it fits");
                model.replaced();
            }
            Command::Revoke { partner } => {
                let who = usize::from(partner);
                let no = self.links[who].no;
                self.desk.revoke_link(self.handle, &self.supplier, no).await.expect("it is there");
                model.revoked[who] = true;
            }
        }
    }

    /// Asserts that the page agrees with the model.
    async fn compare(&self, model: &mut Model) {
        for (who, link) in self.links.iter().enumerate() {
            let Ok(view) = self.desk.open_link(link.token.expose()).await else {
                assert!(model.revoked[who], "a link opens until it is revoked");
                continue;
            };
            let file = &view.files[0];
            model.expires_at = file.expires_at;
            assert_eq!(file.left, model.left(who), "downloads left");
            assert_eq!(file.next_ordinal, model.made[who].count + 1);
        }
    }
}

fuzz_target!(|input: (bool, Vec<u8>)| {
    let (shared, bytes) = input;
    let policy = if shared { Policy::illume() } else { Policy::recommended() };
    block_on(async {
        let stage = Stage::set(policy).await.expect("the stage is set by valid commands");
        let mut model = Model::new(shared);
        let mut random = Unstructured::new(&bytes);
        for _ in 0..64 {
            if random.is_empty() {
                break;
            }
            let Ok(command) = Command::arbitrary(&mut random) else { break };
            stage.compare(&mut model).await;
            stage.obey(&mut model, command).await;
        }
        stage.compare(&mut model).await;
    });
});
