//! Who may do what, and when: every use case, for every actor, in every status.

use crate::support::{Bench, article, staff, update};
use desktop_delivery::blob::Stored;
use desktop_delivery::content::{FileContent, FileKind};
use desktop_delivery::decide::{
    self, BeginUpload, ClaimCommand, Claimed, Context, Decision, Resend, Ship, StoredUpload,
};
use desktop_delivery::delivery::{ClaimIdentity, Delivery, ProblemKind};
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::{BlobKey, Digest, LinkNo, UploadNo};
use desktop_delivery::notices::Recipient;
use desktop_delivery::policy::GrantsBy;
use desktop_delivery::{Actor, AttachmentNo, Audience, Policy, Refusal, Status, Terms};

const FILE: AttachmentNo = AttachmentNo::new(1);
const PATRON: LinkNo = LinkNo::new(1);
const STATUSES: [Status; 6] = [
    Status::Pending,
    Status::Shipped,
    Status::Received,
    Status::Cancelled,
    Status::Unfilled,
    Status::Withdrawn,
];

/// Creates a request in `status`, with one file, a patron link, and an upload in progress.
fn bench(status: Status) -> Bench {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("it is pending");
    bench.act(begin).expect("it is pending");
    let way: &[Status] = match status {
        Status::Withdrawn => &[Status::Shipped, Status::Withdrawn],
        Status::Pending => &[],
        _ => &[status],
    };
    for status in way {
        bench.advance(1);
        let mut update = update(&bench.policy, *status);
        update.as_of = Some(bench.now);
        bench.act(|d, c| decide::sync(Some(d), &update, c)).expect("the host may update it");
    }
    assert_eq!(bench.delivery.record.status, status);
    bench
}

fn begin(d: &Delivery, c: &Context<'_>) -> Result<Decision<()>, Refusal> {
    let begin = BeginUpload::new(article(), BlobKey::from_bytes([9; 16]));
    decide::begin_upload(d, &begin, c).map(without_answer)
}

fn without_answer<T>(decision: Decision<T>) -> Decision<()> {
    decision.map(|_| ())
}

type Rule = fn(&Delivery, &Context<'_>) -> Result<Decision<()>, Refusal>;

/// The actors who are allowed before the status is checked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    Either,
    Requester,
    Supplier,
}

const OVER: [&str; 3] = ["cancelled", "wrong-status", "withdrawn"];

/// A use case, the allowed actors, and the results in each status: pending, shipped, received, and
/// the three final ones.
type Row = (&'static str, Side, [&'static str; 3], [&'static str; 3], Rule);

fn rows() -> Vec<Row> {
    use Side::{Either, Requester, Supplier};
    let ok = ["ok"; 3];
    vec![
        ("begin_upload", Supplier, ok, OVER, begin),
        ("attach", Supplier, ok, OVER, |d, c| {
            let stored = Stored { size: 1_000, digest: Digest::from_bytes([9; 32]) };
            let upload = UploadNo::new(2);
            let settled = StoredUpload::new(upload, stored, FileContent::of(FileKind::Pdf));
            decide::attach(d, &settled, c).map(without_answer)
        }),
        ("give_up_upload", Supplier, ok, ["ok"; 3], |d, c| {
            decide::give_up_upload(d, UploadNo::new(2), c)
        }),
        ("describe", Supplier, ok, OVER, |d, c| decide::describe(d, FILE, "pages 3 to 12", c)),
        ("reorder", Supplier, ok, OVER, |d, c| decide::reorder(d, &[FILE], c)),
        ("remove", Supplier, ok, OVER, |d, c| decide::remove(d, FILE, c)),
        ("staff_read", Supplier, ok, ["ok"; 3], |d, c| {
            decide::staff_read(d, FILE, c).map(without_answer)
        }),
        ("ship", Supplier, ok, OVER, |d, c| decide::ship(d, &Ship::default(), c)),
        ("withdraw", Supplier, ["not-shipped", "ok", "ok"], OVER, |d, c| {
            decide::withdraw(d, "sent by mistake", c)
        }),
        ("change_terms", Supplier, ok, OVER, |d, c| {
            let (attachment, why) = (FILE, "as agreed".to_owned());
            let change = TermsChange::new(attachment, Terms::new(3, 14), why);
            decide::change_terms(d, &change, c).map(without_answer)
        }),
        ("grant", Supplier, ["not-shipped", "ok", "ok"], OVER, |d, c| {
            let audience = Audience::Patron;
            decide::grant(d, &Grant::new(FILE, audience).with_downloads(1), c)
        }),
        ("answer_cancel", Supplier, ["stale"; 3], OVER, |d, c| decide::answer_cancel(d, true, c)),
        ("request_cancel", Requester, ok, OVER, decide::request_cancel),
        ("receive", Requester, ["not-shipped", "ok", "ok"], OVER, |d, c| {
            decide::receive(d, true, c)
        }),
        ("report_problem", Requester, ["not-shipped", "ok", "ok"], OVER, |d, c| {
            decide::report_problem(d, FILE, ProblemKind::MissingPage, "page 7", c)
        }),
        ("answer_problem", Supplier, ["stale"; 3], OVER, |d, c| {
            decide::answer_problem(d, FILE, "so it is", c)
        }),
        ("resend for the patron", Requester, ["not-shipped", "ok", "ok"], OVER, |d, c| {
            let to = Recipient::Patron;
            decide::resend(d, &Resend::new(to).with_address(true), c).map(without_answer)
        }),
        ("resend for a partner", Supplier, ["not-shipped", "ok", "ok"], OVER, |d, c| {
            let to = Recipient::Partner;
            decide::resend(d, &Resend::new(to).with_partner(true).with_address(true), c)
                .map(without_answer)
        }),
        ("issue_link for the staff", Requester, ok, OVER, |d, c| {
            decide::issue_link(d, Audience::RequesterStaff, c).map(without_answer)
        }),
        ("issue_link for the patron", Either, ok, OVER, |d, c| {
            decide::issue_link(d, Audience::Patron, c).map(without_answer)
        }),
        ("issue_link for a partner", Either, ok, OVER, |d, c| {
            decide::issue_link(d, Audience::Partner, c).map(without_answer)
        }),
        ("revoke_link", Either, ok, ["ok"; 3], |d, c| decide::revoke_link(d, PATRON, c)),
    ]
}

fn code<T>(result: &Result<T, Refusal>) -> &'static str {
    result.as_ref().map_or_else(Refusal::code, |_| "ok")
}

#[test]
fn every_use_case_checks_the_actor_and_the_status() {
    let library = |id| (id, staff(id));
    let actors = [
        ("host", Actor::Host),
        ("system", Actor::System),
        library("CA-OTU"),
        library("CA-BVAU"),
        library("CA-NBFU"),
        ("holder", Actor::LinkHolder { link: PATRON, audience: Audience::Patron }),
    ];
    for (name, side, open, over, rule) in rows() {
        for (status, expected) in STATUSES.into_iter().zip(open.into_iter().chain(over)) {
            for (who, actor) in &actors {
                let expected = match (*who, side) {
                    ("CA-NBFU" | "holder", _) => "unknown",
                    ("CA-OTU", Side::Requester) | ("CA-BVAU", Side::Supplier) => "forbidden",
                    _ => expected,
                };
                let done = bench(status).try_as(actor, rule);
                assert_eq!(code(&done), expected, "{name} by {who} while {status}");
            }
        }
    }
}

#[test]
fn links_for_the_suppliers_staff_are_not_issued() {
    for actor in [Actor::Host, staff("CA-OTU"), staff("CA-BVAU")] {
        let done = bench(Status::Shipped)
            .try_as(&actor, |d, c| decide::issue_link(d, Audience::SupplierStaff, c));
        assert_eq!(done, Err(Refusal::Forbidden));
    }
}

#[test]
fn the_requester_can_grant_if_the_profile_allows_it() {
    let grant = Grant::new(FILE, Audience::Patron).with_downloads(1);
    let mut bench = bench(Status::Shipped);
    let requester = staff("CA-BVAU");
    let done = bench.try_as(&requester, |d, c| decide::grant(d, &grant, c));
    assert_eq!(done, Err(Refusal::Forbidden));
    bench.policy = bench.policy.with_grants_by(GrantsBy::Both);
    assert_eq!(bench.try_as(&requester, |d, c| decide::grant(d, &grant, c)), Ok(()));
}

/// The results of viewing, claiming, requesting an extension and resuming, by status.
#[test]
fn a_link_opens_from_shipped_until_the_end() {
    let expected = ["not-shipped", "ok", "ok", "cancelled", "wrong-status", "withdrawn"];
    for (status, expected) in STATUSES.into_iter().zip(expected) {
        let mut bench = bench(status);
        let context = bench.context(&Actor::System);
        assert_eq!(code(&decide::view(&bench.delivery, PATRON, &context)), expected, "{status}");
        let resumed = decide::resume(&bench.delivery, PATRON, FILE, &context);
        assert_eq!(code(&resumed), expected, "{status}");
        let command =
            ClaimCommand::new(PATRON, FILE, ClaimIdentity::Ordinal(1)).with_acknowledged(true);
        assert_eq!(code(&bench.act(|d, c| decide::claim(d, &command, c))), expected, "{status}");
        assert_eq!(
            code(&bench.act(|d, c| decide::ask(d, PATRON, FILE, "", c))),
            expected,
            "{status}"
        );
    }
}

/// What the requester's staff can claim in each status, before and after they have a link.
#[test]
fn the_requesters_staff_see_what_they_can_claim_with_and_without_a_link() {
    let expected = ["not-shipped", "ok", "ok", "cancelled", "wrong-status", "withdrawn"];
    for (status, expected) in STATUSES.into_iter().zip(expected) {
        let mut bench = bench(status);
        let see = |bench: &Bench, who| {
            decide::requester_view(&bench.delivery, &bench.context(&staff(who)))
        };
        assert_eq!(code(&see(&bench, "CA-BVAU")), expected, "{status}");
        assert_eq!(code(&see(&bench, "CA-OTU")), "forbidden", "{status}");
        assert_eq!(code(&see(&bench, "CA-NBFU")), "unknown", "{status}");
        if expected != "ok" {
            continue;
        }
        let before = see(&bench, "CA-BVAU").expect("it is shipped").files.remove(0);
        assert_eq!((before.next_ordinal, before.left, before.open_claim), (1, 5, None));
        let link = bench
            .act(|d, c| decide::issue_link(d, Audience::RequesterStaff, c))
            .expect("it is not over");
        let identity = ClaimIdentity::Ordinal(1);
        let command = ClaimCommand::new(link, FILE, identity).with_acknowledged(true);
        bench.act(|d, c| decide::claim(d, &command, c)).expect("five are left");
        let after = see(&bench, "CA-BVAU").expect("it is shipped").files.remove(0);
        assert_eq!((after.next_ordinal, after.left), (2, 4));
        assert_eq!(after.open_claim.map(|claim| claim.link), Some(link));
    }
}

#[test]
fn the_first_claim_of_staff_also_issues_their_link() {
    let command = |acknowledged| {
        move |link| {
            ClaimCommand::new(link, FILE, ClaimIdentity::Ordinal(1)).with_acknowledged(acknowledged)
        }
    };
    let mut bench = bench(Status::Shipped);
    let staff = staff("CA-BVAU");
    let (links, revision) = (bench.delivery.record.links.len(), bench.delivery.revision);
    let refused = bench.try_as(&staff, |d, c| decide::claim_as_staff(d, command(false), c));
    assert_eq!(refused, Err(Refusal::Unacknowledged));
    assert_eq!(bench.delivery.record.links.len(), links, "a refused claim issues no link");
    let before = bench.events.len();
    let claimed = bench.try_as(&staff, |d, c| decide::claim_as_staff(d, command(true), c));
    let claimed = claimed.expect("five are left").claim().clone();
    assert_eq!(bench.delivery.revision, revision + 1, "one commit");
    let link = bench.delivery.record.links.last().expect("it was issued");
    assert_eq!((link.no, link.audience), (claimed.link, Audience::RequesterStaff));
    let events = &bench.events[before..];
    assert!(matches!(events, [EventKind::LinkIssued { .. }, EventKind::Claimed { .. }]));
    let again = bench.try_as(&staff, |d, c| decide::claim_as_staff(d, command(true), c));
    assert_eq!(again, Ok(Claimed::Repeated(claimed)), "the same link, the same claim");
    assert_eq!(bench.delivery.record.links.len(), links + 1);
}

/// What staff can see in each status.
#[test]
fn the_requester_sees_attachments_from_shipped_and_strangers_nothing() {
    for status in STATUSES {
        let bench = bench(status);
        let files = |actor: &Actor| {
            decide::staff_view(&bench.delivery, &bench.context(actor)).map(|view| view.files.len())
        };
        assert_eq!(files(&staff("CA-OTU")), Ok(1), "{status}");
        assert_eq!(files(&staff("CA-BVAU")), Ok(usize::from(status.is_visible())), "{status}");
        assert_eq!(files(&staff("CA-NBFU")), Err(Refusal::Unknown), "{status}");
        assert_eq!(files(&Actor::Host), Ok(1), "{status}");
    }
}
