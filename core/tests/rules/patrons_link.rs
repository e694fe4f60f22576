//! A shipped request with a link for its patron.

use crate::support::{Bench, article, update};
use desktop_delivery::decide::{self, ClaimCommand, Claimed, OpenTicket, RequestUpdate};
use desktop_delivery::delivery::{Claim, ClaimIdentity};
use desktop_delivery::desk::{Grant, SyncOutcome};
use desktop_delivery::ids::LinkNo;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{AttachmentNo, Audience, Policy, Refusal, Terms};

pub(crate) const FILE: AttachmentNo = AttachmentNo::new(1);
pub(crate) const LINK: LinkNo = LinkNo::new(1);
pub(crate) const DAY: i64 = 86_400;

pub(crate) fn shipped(policy: Policy, terms: Terms) -> Bench {
    let mut bench = Bench::new(policy);
    bench.upload(article().with_terms(terms)).expect("the terms are allowed");
    bench.ship();
    bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("it is shipped");
    bench
}

pub(crate) fn claim(bench: &mut Bench, ordinal: u32) -> Result<Claim, Refusal> {
    let identity = ClaimIdentity::Ordinal(ordinal);
    let command = ClaimCommand::new(LINK, FILE, identity).with_acknowledged(true);
    let claimed = bench.act(|d, c| decide::claim(d, &command, c))?;
    assert!(matches!(claimed, Claimed::Counted(_)), "{claimed:?}");
    Ok(claimed.claim().clone())
}

pub(crate) fn open(bench: &mut Bench, claim: &Claim) -> Result<u64, Refusal> {
    let Claim { no, attachment, version, ends_at, .. } = *claim;
    let ticket = OpenTicket::new(no, attachment, version, ends_at);
    let context = bench.context(&desktop_delivery::Actor::System);
    decide::open_ticket(&bench.delivery, &ticket, &context).map(|version| version.size)
}

pub(crate) fn sync(
    bench: &mut Bench,
    change: impl FnOnce(&mut RequestUpdate),
) -> Result<SyncOutcome, Refusal> {
    let mut synced = update(&bench.policy, bench.delivery.record.status);
    synced.as_of = Some(bench.now);
    change(&mut synced);
    bench.act(|d, c| decide::sync(Some(d), &synced, c))
}

pub(crate) fn grant(downloads: u32, days: Option<u16>) -> Grant {
    Grant::new(FILE, Audience::Patron).with_downloads(downloads).with_days(days)
}

pub(crate) fn kinds(bench: &Bench) -> Vec<(NoticeKind, Recipient, Option<u16>)> {
    let notices = bench.delivery.record.notices.iter();
    notices.map(|n| (n.kind, n.to, n.attachment.map(AttachmentNo::get))).collect()
}
