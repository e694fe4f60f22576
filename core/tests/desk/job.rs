//! The whole job, and all of its refusals.

use crate::support::{
    FILE, PATRON_ADDRESS, START, World, agency, article, borrower, by_key, by_ordinal, facts,
    grant, lender, pdf, refusal, stream,
};
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::SyncOutcome;
use desktop_delivery::desk::Synced;
use desktop_delivery::error::{StoreErrorKind, TokenError};
use desktop_delivery::events::EventKind;
use desktop_delivery::input::InputFault;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::notices::NoticeKind;
use desktop_delivery::policy::Quotas;
use desktop_delivery::views::Availability;
use desktop_delivery::{
    Actor, AttachmentNo, Audience, BlobStore as _, ClaimKey, ClaimRequest, Clock as _, Desk, Error,
    FileName, NewFile, PatronId, Policy, Refusal, RequestReference, Shipment, StaffId, Status,
};
use futures_executor::block_on;
use futures_util::{StreamExt as _, TryStreamExt as _};

#[test]
fn the_whole_job_from_update_to_download_and_extension() {
    block_on(async {
        let world = World::new();
        let desk = &world.desk;
        let handle = world.request().await;
        let bytes = pdf(150_000);
        let attached = desk
            .upload(handle, &lender(), article().with_description("pages 3 to 12"), stream(&bytes))
            .await
            .expect("it is a PDF");
        assert_eq!(
            (attached.media_type.as_str(), attached.stored.size),
            ("application/pdf", 150_000)
        );
        desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
        desk.receive(handle, &borrower()).await.expect("it is shipped");
        let report = desk.run_due().await.expect("the ledger answers");
        assert_eq!((report.notices_sent, report.errors.len()), (1, 0));
        let mails = world.mail.taken();
        let [mail] = &*mails else { panic!("one mail, not {mails:?}") };
        assert_eq!((mail.kind, mail.address.as_str()), (NoticeKind::Received, PATRON_ADDRESS));
        assert_eq!(mail.files[0].downloads_left, 5);
        let url = mail.link.as_ref().expect("it carries a link").expose().to_owned();
        let token = url.strip_prefix("https://ill.example.org/d/").expect("the path is known");

        for ordinal in 1..=5 {
            let page = desk.open_link(token).await.expect("the link is open");
            assert_eq!((page.files[0].left, page.files[0].next_ordinal), (6 - ordinal, ordinal));
            let granted = desk.claim(token, &by_ordinal(ordinal)).await.expect("some are left");
            assert!(!granted.is_repeat);
            assert_eq!(world.fetch(&granted).await.expect("the ticket is open"), bytes);
            let again = desk.claim(token, &by_ordinal(ordinal)).await.expect("it is a repeat");
            assert_eq!((again.is_repeat, again.ends_at), (true, granted.ends_at));
            assert_eq!(again.ticket.expose(), granted.ticket.expose());
        }
        let sixth = refusal(desk.claim(token, &by_ordinal(6)).await);
        assert_eq!(sixth, Refusal::Exhausted { limit: 5, since: Some(desk.now()) });
        assert!(sixth.may_ask());

        desk.ask(token, FILE, "the file broke").await.expect("more may be asked");
        desk.run_due().await.expect("the ledger answers");
        desk.grant(handle, &lender(), &grant(1)).await.expect("the profile allows it");
        desk.run_due().await.expect("the ledger answers");
        let kinds: Vec<_> =
            world.mail.taken().iter().map(|mail| (mail.kind, mail.note.clone())).collect();
        assert_eq!(kinds[1], (NoticeKind::MoreRequested, "the file broke".to_owned()));
        assert_eq!(kinds[2], (NoticeKind::MoreGranted, String::new()));
        desk.claim(token, &by_ordinal(6)).await.expect("more was granted");
        assert_eq!(world.used(handle).await, 6);
    });
}

#[test]
fn a_range_is_part_of_the_same_content() {
    block_on(async {
        let world = World::new();
        let (_, token) = world.shipped(1).await;
        let granted = world.desk.claim(&token, &by_ordinal(1)).await.expect("one is left");
        let opened = world.desk.open_ticket(granted.ticket.expose()).await.expect("it is open");
        assert_eq!(opened.ends_at, Some(granted.ends_at));
        let part = world.desk.read(&opened, Some(500..1_500)).await.expect("the bytes are there");
        let part: Vec<_> = part.try_collect().await.expect("memory does not break off");
        assert_eq!(part.concat(), pdf(2_000)[500..1_500]);
    });
}

#[test]
fn a_partner_without_an_account_gets_the_link_when_shipped() {
    block_on(async {
        let world = World::new();
        let handle = world.request_of("2026-00418", "CA-NBFU").await;
        let desk = &world.desk;
        desk.upload(handle, &lender(), article(), stream(&pdf(900))).await.expect("it is a PDF");
        desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
        desk.run_due().await.expect("the ledger answers");
        let mails = world.mail.taken();
        assert_eq!((mails.len(), mails[0].kind), (1, NoticeKind::Shipped));
        assert_eq!(mails[0].address.as_str(), "ill@ca-nbfu.example.org");
    });
}

#[test]
fn a_repeated_claim_returns_the_open_ticket_and_the_page_shows_its_end() {
    block_on(async {
        let world = World::new();
        let (_, token) = world.shipped(1).await;
        let desk = &world.desk;
        assert!(desk.resume(&token, FILE).await.expect("the link is open").is_none());
        let granted = desk.claim(&token, &by_key("k-1")).await.expect("one is left");
        let page = desk.open_link(&token).await.expect("the link is open");
        let claim = page.files[0].open_claim.as_ref().expect("its ticket is open");
        assert_eq!(claim.ends_at, granted.ends_at);
        let again = desk.resume(&token, FILE).await.expect("the link is open").expect("it is open");
        assert_eq!(again.ticket.expose(), granted.ticket.expose());
        world.clock.set(granted.ends_at);
        assert!(desk.resume(&token, FILE).await.expect("the link is open").is_none());
        let ended = desk.open_ticket(granted.ticket.expose()).await;
        assert!(matches!(ended, Err(Error::Token(TokenError::Expired))), "{ended:?}");
    });
}

#[test]
fn a_refused_link_names_the_library_to_contact_and_views_name_no_patron() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(1).await;
        let desk = &world.desk;
        assert_eq!(desk.open_link(&token).await.expect("it is open").facts.patron, None);
        desk.withdraw(handle, &lender(), "sent by mistake").await.expect("it is shipped");
        let since = world.clock.now();
        assert_eq!(refusal(desk.open_link(&token).await), Refusal::Withdrawn { since });
        let context = desk.link_context(&token).await.expect("the link is ours");
        assert_eq!(context.status, Status::Withdrawn);
        assert_eq!(context.requester.map(|r| r.name).as_deref(), Some("Coast University Library"));
        let forged = desk.link_context(&token.replace('A', "B")).await;
        assert!(matches!(forged, Err(Error::Token(TokenError::Invalid))), "{forged:?}");
    });
}

#[test]
fn a_signed_in_patron_sees_own_requests_and_their_files_once_shipped() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let desk = &world.desk;
        let patron = |library, id| {
            let id = PatronId::new(id).expect("the id is short and plain");
            Actor::patron(agency(library), id)
        };
        let patrons = patron("CA-BVAU", "p-2211");
        let own = async || desk.patron_view(handle, &patrons).await;
        let others =
            [patron("CA-BVAU", "p-2212"), patron("CA-OTU", "p-2211"), lender(), Actor::Host];
        for other in others {
            assert_eq!(refusal(desk.patron_view(handle, &other).await), Refusal::Unknown);
            assert_eq!(refusal(desk.issue_patron_link(handle, &other).await), Refusal::Unknown);
        }
        assert_eq!(refusal(desk.staff_view(handle, &patrons).await), Refusal::Unknown);
        desk.upload(handle, &lender(), article(), stream(&pdf(900))).await.expect("it is a PDF");
        let view = own().await.expect("it is theirs");
        assert_eq!((view.status, view.files.len()), (Status::Pending, 0));

        desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
        let view = own().await.expect("it is theirs");
        assert_eq!((view.status_since, view.files[0].left), (world.clock.now(), 5));
        let link = desk.issue_patron_link(handle, &patrons).await.expect("it is theirs");
        let history = desk.events(handle, &Actor::Host, None, 100).await.expect("it is ours");
        assert!(!format!("{history:?}").contains("Patron {"), "no event names a patron");
        desk.claim(link.token.expose(), &by_ordinal(1)).await.expect("some are left");
        let view = own().await.expect("it is theirs");
        // Like the link page: also downloads that can be resumed for free.
        assert_eq!((view.files[0].left, view.files[0].open_claim.is_some()), (4, true));

        desk.withdraw(handle, &lender(), "sent by mistake").await.expect("it is shipped");
        let view = own().await.expect("it is theirs");
        assert_eq!((view.status, view.files.len()), (Status::Withdrawn, 0));
    });
}

#[test]
fn staff_use_the_shared_budget_or_their_own_depending_on_the_profile() {
    for (policy, patrons_left) in [(Policy::illume(), 4), (Policy::recommended(), 5)] {
        block_on(async {
            let world = World::with(policy);
            let (handle, token) = world.shipped(5).await;
            let claim = world.desk.claim_as_staff(handle, &borrower(), &by_key("k-1")).await;
            claim.expect("staff may download");
            let page = world.desk.open_link(&token).await.expect("the link is open");
            assert_eq!(page.files[0].left, patrons_left);
            let events = world.desk.events(handle, &lender(), None, 100).await;
            let by_staff = events.expect("the ledger answers").into_iter().any(|recorded| {
                matches!(recorded.event.kind, EventKind::Claimed { .. })
                    && recorded.event.actor == borrower()
            });
            assert!(by_staff, "the audit says who");
            let free = world.desk.open_as_supplier(handle, &lender(), FILE).await;
            assert_eq!(free.expect("it is theirs").claim, None);
            for actor in [lender(), Actor::Host] {
                let link = world.desk.issue_link(handle, &actor, Audience::RequesterStaff).await;
                assert_eq!(refusal(link), Refusal::Forbidden, "staff sign in");
            }
        });
    }
}

#[test]
fn the_same_key_from_two_staff_members_makes_two_claims() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(5).await;
        let id = StaffId::new("s-18").expect("the id is short and plain");
        let colleague = Actor::staff(agency("CA-BVAU"), id);
        for (actor, used) in [(borrower(), 1), (colleague, 2), (borrower(), 2)] {
            let claim = world.desk.claim_as_staff(handle, &actor, &by_key("k-1")).await;
            claim.expect("five are left");
            assert_eq!(world.used(handle).await, used);
        }
    });
}

#[test]
fn a_refused_upload_leaves_nothing_behind() {
    block_on(async {
        let world = World::with(Policy::illume().with_max_file_bytes(1_000));
        let handle = world.request().await;
        let named = |name: &str| NewFile::new(FileName::new(name).expect("the name is plain"));
        let cases = [
            ("too-large", article(), pdf(1_001)),
            ("too-large", article().with_size(2_000), pdf(10)),
            ("unsupported-type", named("setup.exe"), pdf(10)),
            ("unsupported-type", named("page.pdf"), b"<!DOCTYPE html><html>".to_vec()),
            ("longer", article().with_size(500), pdf(501)),
            ("longer", article().with_size(1_000), pdf(1_400)),
            ("shorter", article().with_size(500), pdf(499)),
            ("empty", article(), Vec::new()),
            ("control", article().with_description("two\nlines"), pdf(10)),
        ];
        for (expected, file, bytes) in cases {
            let done = world.desk.upload(handle, &lender(), file, stream(&bytes)).await;
            let answer = match done {
                Err(Error::Refused(refusal)) => refusal.code().to_owned(),
                Err(Error::InvalidInput(invalid)) => invalid.to_string(),
                other => panic!("{expected}: {other:?}"),
            };
            assert!(answer.contains(expected), "{expected}: {answer}");
        }
        let other = world.desk.upload(handle, &borrower(), article(), stream(&pdf(10))).await;
        assert_eq!(refusal(other), Refusal::Forbidden);
        world.desk.run_due().await.expect("the ledger answers");
        let stored = world.stored(handle).await;
        assert_eq!((stored.record.attachments.len(), stored.record.uploads.len()), (0, 0));
        assert_eq!((world.blobs.keys(), stored.record.pending_deletions), (vec![], vec![]));
    });
}

#[test]
fn a_too_slow_upload_is_abandoned() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let clock = std::sync::Arc::clone(&world.clock);
        let pieces = (0..3).map(move |_| {
            clock.advance(3 * 3_600);
            Ok(pdf(100).into())
        });
        let bytes = Box::pin(futures_util::stream::iter(pieces));
        let done = world.desk.upload(handle, &lender(), article(), bytes).await;
        assert!(matches!(done, Err(Error::InvalidInput(_))), "{done:?}");
        assert!(world.stored(handle).await.record.uploads.is_empty());
    });
}

#[test]
fn an_upload_that_ends_after_its_deadline_stores_nothing() {
    block_on(async {
        for pieces in 0..2 {
            let world = World::new();
            let handle = world.request().await;
            let clock = std::sync::Arc::clone(&world.clock);
            let end = futures_util::stream::poll_fn(move |_| {
                // The process pauses; meanwhile, others give up the upload and delete its bytes.
                clock.advance(8 * 3_600);
                std::task::Poll::Ready(None)
            });
            let sent = (0..pieces).map(|_| Ok(pdf(100).into()));
            let bytes = Box::pin(futures_util::stream::iter(sent).chain(end));
            let done = world.desk.upload(handle, &lender(), article(), bytes).await;
            let Err(Error::InvalidInput(invalid)) = done else { panic!("{done:?}") };
            assert_eq!(*invalid.fault(), InputFault::TOO_SLOW);
            assert!(world.blobs.keys().is_empty(), "{pieces} pieces");
        }
    });
}

#[test]
fn an_interrupted_upload_is_an_error_with_its_cause() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let broken = Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
        let bytes = Box::pin(futures_util::stream::iter([Ok(pdf(100).into()), broken]));
        let done = world.desk.upload(handle, &lender(), article(), bytes).await;
        let Err(Error::Store(error)) = done else { panic!("{done:?}") };
        assert_eq!(error.kind(), StoreErrorKind::Interrupted);
        assert!(std::error::Error::source(&error).is_some());
        assert!(world.blobs.keys().is_empty());
    });
}

#[test]
fn each_refusal_of_a_claim_has_a_remedy() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(1).await;
        let desk = &world.desk;
        let unticked = by_ordinal(1).with_acknowledged(false);
        assert_eq!(refusal(desk.claim(&token, &unticked).await), Refusal::Unacknowledged);
        let unknown =
            ClaimRequest::new(AttachmentNo::new(9), ClaimKey::Ordinal(1)).with_acknowledged(true);
        assert_eq!(refusal(desk.claim(&token, &unknown).await), Refusal::Unknown);
        assert_eq!(refusal(desk.claim(&token, &by_ordinal(3)).await), Refusal::Stale);
        for key in ["", &"k".repeat(256)] {
            let repeat = ClaimKey::Key(key.to_owned());
            let done =
                desk.claim(&token, &ClaimRequest::new(FILE, repeat).with_acknowledged(true)).await;
            assert!(matches!(done, Err(Error::InvalidInput(_))), "{done:?}");
        }
        let granted = desk.claim(&token, &by_ordinal(1)).await.expect("one is left");
        assert_eq!(
            refusal(desk.claim(&token, &by_key("k")).await),
            Refusal::Exhausted { limit: 1, since: Some(desk.now()) }
        );
        world.clock.set(granted.ends_at);
        let ended = Refusal::Ended { since: granted.ends_at };
        assert_eq!(refusal(desk.claim(&token, &by_ordinal(1)).await), ended);
        world.clock.advance(40 * 86_400);
        let expired = refusal(desk.claim(&token, &by_ordinal(2)).await);
        assert_eq!(expired.code(), "expired");
        let links = world.stored(handle).await.record.links;
        desk.revoke_link(handle, &borrower(), links[0].no).await.expect("it exists");
        let revoked = Refusal::Revoked { since: world.clock.now() };
        assert_eq!(refusal(desk.claim(&token, &by_ordinal(2)).await), revoked);
        for refusal in [ended, expired, revoked] {
            assert!(!refusal.remedy().is_empty() && !refusal.to_string().is_empty());
        }
        assert_eq!(world.used(handle).await, 1);
    });
}

#[test]
fn quotas_span_requests_and_report_when_they_reset() {
    block_on(async {
        let mut quotas = Quotas::default();
        quotas.patron_claims_per_day = Some(2);
        quotas.supplier_bytes = Some(5_000);
        let world = World::with(Policy::illume().with_quotas(quotas));
        let (handle, first) = world.shipped_as("2026-00417", 5).await;
        let (_, second) = world.shipped_as("2026-00418", 5).await;
        world.desk.claim(&first, &by_key("k")).await.expect("two are left today");
        let granted = world.desk.claim(&second, &by_key("k")).await.expect("one is left today");
        let full = refusal(world.desk.claim(&first, &by_key("l")).await);
        let Refusal::OverQuota { used: 2, limit: 2, frees_at: Some(frees_at), .. } = full else {
            panic!("{full:?}")
        };
        let shown = Availability::Refused(full);
        assert_eq!(
            first_availability(&world.desk, &first).await,
            shown,
            "the page offers what a claim gets"
        );
        assert_eq!(first_availability(&world.desk, &second).await, shown);
        let id = PatronId::new("p-2211").expect("the id is short and plain");
        let patron = Actor::patron(agency("CA-BVAU"), id);
        let tracked = world.desk.patron_view(handle, &patron).await.expect("it is theirs");
        assert_eq!(tracked.files[0].availability, shown);
        let staff = world.desk.requester_page(handle, &borrower()).await.expect("it is theirs");
        let offer = staff.offer.expect("it is shipped");
        assert_eq!(offer.files[0].availability, Availability::Open, "it is the patron's quota");
        let opened = world.desk.open_ticket(granted.ticket.expose()).await.expect("it is open");
        assert!(world.desk.refund(&opened).await.expect("the ledger answers"));
        assert_eq!(first_availability(&world.desk, &first).await, Availability::Open);
        world.desk.claim(&first, &by_key("l")).await.expect("one was given back");
        world.clock.set(frees_at);
        assert_eq!(first_availability(&world.desk, &first).await, Availability::Open);
        world.desk.claim(&first, &by_key("m")).await.expect("it is another day");

        let large = article().with_size(1_001);
        let over = world.desk.upload(handle, &lender(), large, stream(&[])).await;
        assert_eq!(refusal(over).code(), "over-quota");
        world.desk.remove(handle, &lender(), FILE).await.expect("it exists");
        world.desk.run_due().await.expect("the ledger answers");
        let file = article().with_size(3_000);
        world.desk.upload(handle, &lender(), file, stream(&pdf(3_000))).await.expect("2,000 went");
    });
}

#[test]
fn the_requester_sees_no_history_of_attachments_before_shipped() {
    block_on(async {
        let world = World::new();
        let handle = world.request().await;
        let desk = &world.desk;
        desk.upload(handle, &lender(), article(), stream(&pdf(900))).await.expect("it is a PDF");
        let seen = |actor: Actor| async move {
            let events = desk.events(handle, &actor, None, 1).await.expect("the ledger answers");
            let after = events.last().map(|last| last.position);
            let rest = desk.events(handle, &actor, after, 100).await.expect("the ledger answers");
            events.len() + rest.len()
        };
        assert_eq!((seen(lender()).await, seen(borrower()).await), (3, 1));
        desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
        assert_eq!((seen(lender()).await, seen(borrower()).await), (4, 4));
        let stranger = Actor::staff(agency("CA-NBFU"), StaffId::new("s-1").expect("plain"));
        assert_eq!(refusal(desk.events(handle, &stranger, None, 9).await), Refusal::Unknown);
    });
}

#[test]
fn concurrent_updates_create_one_delivery() {
    block_on(async {
        let world = World::slow();
        let news = || world.desk.sync(facts("2026-00417", "CA-BVAU"), Status::Pending, START);
        let synced = futures_util::future::join_all((0..20).map(|_| news())).await;
        let synced: Vec<_> =
            synced.into_iter().map(|synced| synced.expect("news is taken")).collect();
        let first = &synced[0].handle;
        assert!(synced.iter().all(|synced| synced.handle == *first));
        let made = |synced: &&Synced| synced.outcome == SyncOutcome::Created;
        assert_eq!(synced.iter().filter(made).count(), 1, "{synced:?}");
        assert!(synced.iter().all(|s| made(&s) || s.outcome == SyncOutcome::Unchanged));
        let reference = RequestReference::new("2026-00417").expect("the reference is plain");
        let found = world.desk.delivery(DeliveryKey::Reference(&reference)).await;
        assert_eq!(found.expect("the ledger answers").map(|d| d.handle), Some(*first));
    });
}

#[test]
fn a_claim_is_refunded_if_the_content_is_missing() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(1).await;
        let granted = world.desk.claim(&token, &by_ordinal(1)).await.expect("one is left");
        world.blobs.delete(world.blobs.keys()[0]).await.expect("memory deletes");
        let opened = world.desk.open_ticket(granted.ticket.expose()).await.expect("it is open");
        let Err(Error::Store(error)) = world.desk.read(&opened, None).await else {
            panic!("the bytes are missing")
        };
        assert_eq!(error.kind(), StoreErrorKind::Corrupt);
        assert!(world.desk.refund(&opened).await.expect("the ledger answers"));
        assert_eq!(world.used(handle).await, 0);
        assert_eq!(refusal(world.fetch(&granted).await).code(), "ended");
        world.desk.claim(&token, &by_ordinal(1)).await.expect("the page from before is good still");
    });
}

#[test]
fn content_of_the_wrong_length_is_not_served() {
    block_on(async {
        let world = World::new();
        let (_, token) = world.shipped(1).await;
        let granted = world.desk.claim(&token, &by_ordinal(1)).await.expect("one is left");
        let key = world.blobs.keys()[0];
        world.blobs.delete(key).await.expect("memory deletes");
        world.blobs.put(key, stream(&pdf(1_999))).await.expect("memory stores");
        let opened = world.desk.open_ticket(granted.ticket.expose()).await.expect("it is open");
        assert!(matches!(world.desk.read(&opened, None).await, Err(Error::Store(_))));
    });
}

#[test]
fn a_wrong_document_is_deleted_at_once() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(5).await;
        let granted = world.desk.claim(&token, &by_ordinal(1)).await.expect("five are left");
        let opened = world.desk.open_ticket(granted.ticket.expose()).await.expect("it is open");
        let right = article().replacing(FILE, ReplaceReason::WrongDocument);
        world.desk.upload(handle, &lender(), right, stream(&pdf(50))).await.expect("it is a PDF");
        assert_eq!(refusal(world.desk.recheck(&opened).await).code(), "replaced");
        assert_eq!(refusal(world.fetch(&granted).await).code(), "replaced");
        world.desk.run_due().await.expect("the ledger answers");
        assert_eq!(world.blobs.keys().len(), 1);
    });
}

#[test]
fn a_failed_deletion_does_not_delay_other_work() {
    block_on(async {
        let world = World::new();
        for no in 0..300 {
            let (handle, _) = world.shipped_as(&format!("2026-{no:05}"), 1).await;
            world.desk.remove(handle, &lender(), FILE).await.expect("it exists");
            if no < 256 {
                world.blobs.fail_next_delete(StoreErrorKind::Denied);
            }
        }
        let first = world.desk.run_due().await.expect("the ledger answers");
        assert_eq!((first.errors.len(), first.blobs_deleted), (256, 0));
        let second = world.desk.run_due().await.expect("the ledger answers");
        assert_eq!((second.errors.len(), second.blobs_deleted), (0, 44));
        world.clock.advance(60);
        let third = world.desk.run_due().await.expect("the ledger answers");
        assert_eq!((third.errors.len(), third.blobs_deleted), (0, 256));
        assert!(world.blobs.keys().is_empty());
    });
}

/// Returns the availability of the first file on a link's page.
async fn first_availability(desk: &Desk, token: &str) -> Availability {
    let page = desk.link_page(token).await.expect("the link is genuine");
    page.view.expect("the link is open").files[0].availability.clone()
}
