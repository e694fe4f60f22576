//! Pages offer exactly what claims get: the view, the claim, the preview, the staff view and the
//! answers to extension requests share one rule.

use crate::support::{Bench, START, article, staff};
use desktop_delivery::decide::{self, ClaimCommand, Claimed};
use desktop_delivery::delivery::{BudgetName, ClaimIdentity};
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::error::Limit;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::policy::Spending;
use desktop_delivery::views::{Availability, BudgetUsage, FileView};
use desktop_delivery::{AttachmentNo, Audience, Policy, Refusal, Terms, Timestamp};
use proptest::prelude::*;

const DAY: i64 = 86_400;
const FILE: AttachmentNo = AttachmentNo::new(1);
const AUDIENCES: [Audience; 3] = [Audience::Patron, Audience::Partner, Audience::RequesterStaff];

#[derive(Clone, Debug)]
enum Command {
    Claim { link: usize },
    ChangeTerms { downloads: u32, days: u16, begins: Option<i64> },
    Grant { audience: usize, downloads: u32 },
    Ask { link: usize },
    Wait { seconds: i64 },
    RunDue,
}

fn command() -> impl Strategy<Value = Command> {
    let link = 0..3_usize;
    prop_oneof![
        6 => link.clone().prop_map(|link| Command::Claim { link }),
        3 => (1..4_u32, 0..5_u16, prop::option::of(0..3 * DAY)).prop_map(
            |(downloads, days, begins)| Command::ChangeTerms { downloads, days, begins }
        ),
        2 => (link.clone(), 1..3_u32)
            .prop_map(|(audience, downloads)| Command::Grant { audience, downloads }),
        2 => link.prop_map(|link| Command::Ask { link }),
        3 => prop_oneof![Just(1), Just(DAY / 2), Just(DAY), Just(40 * DAY)]
            .prop_map(|seconds| Command::Wait { seconds }),
        1 => Just(Command::RunDue),
    ]
}

fn bench(own: bool, begins: Option<i64>) -> Bench {
    let spending = if own { Spending::Own { staff_downloads: 2 } } else { Spending::Shared };
    let mut policy = Policy::recommended().with_spending(spending).with_max_granted(3);
    policy.quotas.patron_claims_per_day = Some(4);
    let mut bench = Bench::new(policy);
    let mut terms = Terms::new(2, 3);
    terms.not_before = begins.map(|seconds| START.plus_seconds(seconds));
    bench.upload(article().with_terms(terms)).expect("the file is allowed");
    bench.ship();
    for audience in AUDIENCES {
        bench.act(|d, c| decide::issue_link(d, audience, c)).expect("it is shipped");
    }
    bench
}

fn link(place: usize) -> LinkNo {
    LinkNo::new(u16::try_from(place + 1).expect("there are three"))
}

fn run(bench: &mut Bench, command: &Command) {
    let no_matter = match *command {
        Command::Claim { link: place } => claim(bench, place).map(drop),
        Command::ChangeTerms { downloads, days, begins } => {
            let mut terms = Terms::new(downloads, days);
            terms.not_before = begins.map(|seconds| START.plus_seconds(seconds));
            let change = TermsChange::new(FILE, terms, "as agreed");
            bench.act(|d, c| decide::change_terms(d, &change, c)).map(drop)
        }
        Command::Grant { audience, downloads } => {
            grant(bench, AUDIENCES[audience], downloads).map(drop)
        }
        Command::Ask { link: place } => {
            bench.act(|d, c| decide::ask(d, link(place), FILE, "", c)).map(drop)
        }
        Command::Wait { seconds } => {
            bench.advance(seconds);
            Ok(())
        }
        Command::RunDue => {
            bench.run_due();
            Ok(())
        }
    };
    // A refused command changes nothing, and the state is checked all the same.
    drop(no_matter);
}

fn view(bench: &Bench, place: usize) -> Result<FileView, Refusal> {
    let context = bench.context(&desktop_delivery::Actor::System);
    let context = context.with_patron_downloads(bench.patron_downloads());
    let view = decide::view(&bench.delivery, link(place), &context)?;
    Ok(view.files.into_iter().next().expect("there is a file"))
}

fn claim(bench: &mut Bench, place: usize) -> Result<Claimed, Refusal> {
    let ordinal = view(bench, place).map_or(1, |file| file.next_ordinal);
    let identity = ClaimIdentity::Ordinal(ordinal);
    let command = ClaimCommand::new(link(place), FILE, identity).with_acknowledged(true);
    bench.act(|d, c| decide::claim(d, &command, c))
}

fn grant(bench: &mut Bench, audience: Audience, downloads: u32) -> Result<(), Refusal> {
    let grant = Grant::new(FILE, audience).with_downloads(downloads);
    bench.act(|d, c| decide::grant(d, &grant, c))
}

fn budget(bench: &Bench, name: BudgetName) -> BudgetUsage {
    let supplier = staff("CA-OTU");
    let view =
        decide::staff_view(&bench.delivery, &bench.context(&supplier)).expect("it is theirs");
    let file = view.files.into_iter().next().expect("there is a file");
    file.budgets.into_iter().find(|one| one.name == name).expect("the profile has it")
}

/// Previews a file as the borrowing library's staff: possible within the terms, whatever is used
/// up.
fn preview(bench: &mut Bench) -> Result<(), Refusal> {
    bench.try_as(&staff("CA-BVAU"), |d, c| decide::preview(d, FILE, c)).map(drop)
}

fn availability(result: Result<(), Refusal>) -> Availability {
    result.map_or_else(Availability::Refused, |()| Availability::Open)
}

fn check(bench: &Bench, place: usize) {
    let (audience, now) = (AUDIENCES[place], bench.now);
    let claimed = claim(&mut bench.clone(), place);
    let shown = match view(bench, place) {
        Ok(shown) => shown,
        // The link is revoked when the patron's data is deleted.
        Err(closed) => return assert_eq!(claimed.map(drop), Err(closed)),
    };
    assert_eq!(availability(claimed.map(drop)), shown.availability, "{audience:?} claims at {now}");
    let previewed = availability(preview(&mut bench.clone()));
    let expected = match &shown.availability {
        Availability::Refused(Refusal::Exhausted { .. } | Refusal::OverQuota { .. }) => {
            Availability::Open
        }
        other => other.clone(),
    };
    assert_eq!(previewed, shown.preview, "{audience:?} is offered a preview at {now}");
    assert_eq!(previewed, expected, "{audience:?} previews at {now}");
    let name = bench.policy.budget_of(audience).expect("it is no supplier's");
    let spent = budget(bench, name);
    assert_eq!((spent.left, spent.limit), (shown.left, shown.limit), "{audience:?} at {now}");
    if !matches!(shown.availability, Availability::Refused(Refusal::Purged { .. })) {
        let refusal = Refusal::OverLimit { what: Limit::ExtraDownloads, limit: 3 };
        let more = spent.grantable + 1;
        assert_eq!(grant(&mut bench.clone(), audience, more), Err(refusal), "one too many");
        assert_eq!(grant(&mut bench.clone(), audience, spent.grantable), Ok(()));
        check_answer(bench.clone(), place);
    }
}

/// An extension request is answered by a grant if the file can be claimed then, or will be when the
/// terms begin.
fn check_answer(mut bench: Bench, place: usize) {
    bench.act(|d, c| decide::ask(d, link(place), FILE, "", c)).expect("the file is there");
    if grant(&mut bench, AUDIENCES[place], 1).is_err() {
        return;
    }
    let waits = bench.delivery.record.extension_requests.iter().any(|ask| ask.link == link(place));
    let terms = bench.delivery.record.attachments[0].terms;
    bench.now = terms.not_before.map_or(bench.now, |from: Timestamp| from.max(bench.now));
    // The daily quota does not matter for the extension.
    let claimed = claim(&mut bench, place);
    let is_refused = claimed.is_err_and(|refusal| !matches!(refusal, Refusal::OverQuota { .. }));
    assert_eq!(is_refused, waits, "{:?}", AUDIENCES[place]);
}

/// Returns whether downloads are left, and whether an extension may be asked for.
fn offer(bench: &Bench) -> (bool, bool) {
    let file = view(bench, 0).expect("the link opens");
    (file.has_downloads_left, file.may_ask())
}

#[test]
fn downloads_are_left_if_the_file_is_open_or_opens_later() {
    let open = bench(true, None);
    assert_eq!(offer(&open), (true, false), "open");
    let early = bench(true, Some(DAY));
    assert_eq!(offer(&early), (true, true), "not yet valid");

    let mut spent = open.clone();
    claim(&mut spent, 0).expect("it is open");
    spent.policy.quotas.patron_claims_per_day = Some(1);
    assert_eq!(offer(&spent), (true, false), "over quota");
    spent.policy.quotas.patron_claims_per_day = None;
    claim(&mut spent, 0).expect("a download is left");
    assert_eq!(offer(&spent), (false, true), "exhausted");
    let embargo = Terms::new(2, 3).with_not_before(spent.now.plus_days(1));
    let change = TermsChange::new(FILE, embargo, "as agreed");
    let mut both = spent.clone();
    both.act(|d, c| decide::change_terms(d, &change, c)).expect("the terms are allowed");
    assert_eq!(offer(&both), (false, true), "exhausted and not yet valid");
    spent.act(|d, c| decide::ask(d, link(0), FILE, "", c)).expect("the file is there");
    assert_eq!(offer(&spent), (false, false), "an extension request is pending");

    let mut ended = open;
    ended.advance(5 * DAY);
    assert_eq!(offer(&ended), (false, true), "expired");
    ended.advance(40 * DAY);
    ended.run_due();
    assert_eq!(offer(&ended), (false, false), "purged");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn views_offer_exactly_what_claims_get(
        own in any::<bool>(),
        begins in prop::option::of(0..2 * DAY),
        commands in prop::collection::vec(command(), 0..30),
    ) {
        let mut bench = bench(own, begins);
        for command in &commands {
            run(&mut bench, command);
            for place in 0..AUDIENCES.len() {
                check(&bench, place);
            }
        }
    }
}
