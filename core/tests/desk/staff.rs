//! Other staff actions through a desk: emails, previews and staff copies.

use crate::support::{FILE, World, borrower, by_ordinal, lender, pdf, refusal, stream};
use desktop_delivery::delivery::{ProblemKind, ReplaceReason};
use desktop_delivery::desk::Resent;
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::NoticeNo;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::notices::{NoticeKind, NoticeState, Recipient};
use desktop_delivery::policy::Quotas;
use desktop_delivery::{
    Actor, AgencyId, Error, FileName, NewFile, Policy, Refusal, StaffId, Timestamp,
};
use futures_executor::block_on;
use futures_util::TryStreamExt as _;

#[test]
fn a_problem_is_emailed_to_the_lender_and_the_answer_to_the_borrower() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(3).await;
        let desk = &world.desk;
        let reporter = borrower();
        let report = |kind, note| desk.report_problem(handle, &reporter, FILE, kind, note);
        report(ProblemKind::MissingPage, "page 7").await.expect("it is shipped");
        report(ProblemKind::Other, "upside down").await.expect("it is shipped");
        desk.run_due().await.expect("the ledger answers");
        for blank in ["", " \n", "\u{200b}"] {
            let refused = desk.answer_problem(handle, &lender(), FILE, blank).await;
            let Err(Error::InvalidInput(input)) = refused else { panic!("{refused:?}") };
            assert_eq!((input.field(), input.fault()), (&InputField::NOTE, &InputFault::EMPTY));
        }
        desk.answer_problem(handle, &lender(), FILE, "the original is").await.expect("two wait");
        desk.run_due().await.expect("the ledger answers");
        let mails = world.mail.taken();
        let [reported, answered] = &*mails else { panic!("two mails, not {mails:?}") };
        assert_eq!(
            (reported.kind, reported.to),
            (NoticeKind::ProblemReported, Recipient::SupplierStaff)
        );
        assert_eq!(reported.address.as_str(), "ill@ca-otu.example.org");
        let notes: Vec<_> = reported.problems.iter().map(|p| (p.kind, p.note.as_str())).collect();
        let both = [(ProblemKind::MissingPage, "page 7"), (ProblemKind::Other, "upside down")];
        assert_eq!(notes, both);
        assert_eq!(reported.files[0].file_name, "ice-ages.pdf");
        assert_eq!(
            (answered.kind, answered.to),
            (NoticeKind::ProblemAnswered, Recipient::RequesterStaff)
        );
        assert_eq!((answered.note.as_str(), answered.problems.len()), ("the original is", 2));
        assert_eq!(answered.address.as_str(), "ill@ca-bvau.example.org");
        assert!(reported.link.is_none() && answered.link.is_none(), "staff sign in");
        for actor in [lender(), borrower()] {
            let view = desk.staff_view(handle, &actor).await.expect("it is theirs");
            assert_eq!(view.problems.len(), 2);
        }
    });
}

#[test]
fn the_history_of_an_email_has_the_version_it_is_about() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(3).await;
        let desk = &world.desk;
        let wrong = ProblemKind::WrongArticle;
        for name in ["second.pdf", "third.pdf"] {
            desk.report_problem(handle, &borrower(), FILE, wrong, "").await.expect("it is shipped");
            let better = NewFile::new(FileName::new(name).expect("it is a name"));
            let better = better.replacing(FILE, ReplaceReason::WrongDocument);
            desk.upload(handle, &lender(), better, stream(&pdf(700))).await.expect("it is a PDF");
        }
        desk.run_due().await.expect("the ledger answers");
        let events = desk.events(handle, &lender(), None, 100).await.expect("the ledger answers");
        let tried: Vec<_> = events
            .iter()
            .filter_map(|recorded| match recorded.event.kind {
                EventKind::NoticeTried { kind, .. } => {
                    let document = recorded.event.document.as_ref()?;
                    Some((kind, document.version.get(), document.file_name.as_str()))
                }
                _ => None,
            })
            .collect();
        assert!(tried.contains(&(NoticeKind::ProblemReported, 1, "ice-ages.pdf")), "{tried:?}");
        assert!(tried.contains(&(NoticeKind::Replaced, 3, "third.pdf")), "{tried:?}");
    });
}

#[test]
fn an_email_that_staff_request_is_sent_even_if_the_library_turned_it_off() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(3).await;
        let silent = world.silent_desk();
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        silent.run_due().await.expect("the ledger answers");
        let state = world.stored(handle).await.record.notices[0].state;
        assert!(matches!(state, NoticeState::Skipped { .. }), "{state:?}");
        assert!(world.mail.taken().is_empty());
        let told = silent.resend(handle, &borrower(), Recipient::Patron).await;
        assert_eq!(told.expect("the patron is known"), Resent::Written(NoticeNo::new(2)));
        silent.run_due().await.expect("the ledger answers");
        let mails = world.mail.taken();
        let [mail] = &*mails else { panic!("one mail, not {mails:?}") };
        assert_eq!((mail.kind, mail.to), (NoticeKind::Received, Recipient::Patron));
        assert!(mail.link.is_some());
    });
}

#[test]
fn previews_have_a_daily_limit_and_use_no_downloads() {
    block_on(async {
        let mut quotas = Quotas::default();
        quotas.staff_previews_per_day = Some(2);
        let world = World::with(Policy::recommended().with_quotas(quotas));
        let (handle, token) = world.shipped(3).await;
        let desk = &world.desk;
        for _ in 0..2 {
            let opened = desk.open_preview(handle, &borrower(), FILE).await.expect("it is free");
            assert_eq!((opened.claim, opened.ends_at), (None, None));
            let bytes: Vec<_> = desk
                .read(&opened, None)
                .await
                .expect("the bytes are there")
                .try_collect()
                .await
                .expect("memory does not break off");
            assert_eq!(bytes.concat(), pdf(2_000));
            desk.recheck(&opened).await.expect("it is open");
        }
        let over = refusal(desk.open_preview(handle, &borrower(), FILE).await);
        let tomorrow = Timestamp::from_seconds(20_781 * 86_400);
        let Refusal::OverQuota { used: 2, limit: 2, frees_at, .. } = over else { panic!("{over}") };
        assert_eq!(frees_at, Some(tomorrow));
        let agency = AgencyId::new("CA-BVAU").expect("the id is short and plain");
        let other = StaffId::new("s-18").expect("the id is short and plain");
        let other = Actor::staff(agency, other);
        desk.open_preview(handle, &other, FILE).await.expect("it is another's count");
        world.clock.set(tomorrow);
        desk.open_preview(handle, &borrower(), FILE).await.expect("it is another day");
        let page = desk.open_link(&token).await.expect("the link is open");
        assert_eq!(page.files[0].left, 3);
    });
}

#[test]
fn the_history_records_the_version_of_the_copyright_notice() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(3).await;
        for (ordinal, notice) in [(1, None), (2, Some(4))] {
            let mut request = by_ordinal(ordinal);
            request.copyright_version = notice;
            world.desk.claim(&token, &request).await.expect("some are left");
        }
        let events = world.desk.events(handle, &lender(), None, 100).await;
        let events = events.expect("the ledger answers").into_iter();
        let shown: Vec<_> = events
            .filter_map(|recorded| match recorded.event.kind {
                EventKind::Claimed { copyright_version, .. } => Some(copyright_version),
                _ => None,
            })
            .collect();
        assert_eq!(shown, [None, Some(4)]);
    });
}
