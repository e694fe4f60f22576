//! What the host and both libraries do with a request as a whole.

use crate::model::Intent;
use crate::operation::{Call, Draw, Operation, Seen};
use crate::violation::{Violation, ensure};
use desktop_delivery::desk::{SyncOutcome, Synced};
use desktop_delivery::events::EventKind;
use desktop_delivery::{Actor, Facts, RequestReference, Status, Timestamp};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "sync",
        methods: &["sync"],
        weight: 12,
        records: &[
            "CancelAnswered",
            "CancelRequested",
            "Cancelled",
            "Created",
            "LinkIssued",
            "LinkRevoked",
            "Received",
            "Removed",
            "Reopened",
            "Shipped",
            "Synced",
            "Unfilled",
            "UploadEnded",
            "Withdrawn",
        ],
        draw: sync,
    },
    Operation {
        name: "request cancel",
        methods: &["request_cancel"],
        weight: 3,
        records: &["CancelRequested"],
        draw: request_cancel,
    },
    Operation {
        name: "answer cancel",
        methods: &["answer_cancel"],
        weight: 3,
        records: &["CancelAnswered", "Cancelled", "LinkRevoked"],
        draw: answer_cancel,
    },
    Operation {
        name: "receive",
        methods: &["receive"],
        weight: 4,
        records: &["LinkIssued", "Received"],
        draw: receive,
    },
    Operation {
        name: "withdraw",
        methods: &["withdraw"],
        weight: 2,
        records: &["LinkRevoked", "Withdrawn"],
        draw: withdraw,
    },
    Operation {
        name: "forget patron",
        methods: &["forget_patron"],
        weight: 2,
        records: &["Forgotten", "LinkRevoked"],
        draw: forget_patron,
    },
];

/// The number of references that a run uses.
const REFERENCES: usize = 7;

fn facts(draw: &mut Draw<'_>) -> Facts {
    let number = draw.choices.below(REFERENCES);
    let reference = RequestReference::new(format!("2026-{number:05}")).expect("it is plain");
    let other = usize::from(draw.choices.chance(3));
    let requester = draw.cast.requesters[(number + other) % 2].clone();
    let other = usize::from(draw.choices.chance(8));
    let supplier = draw.cast.suppliers[(number / 2 + other) % 2].clone();
    let title = ["On Ice Ages", "On Ice Ages, 2nd ed.", ""];
    let title = title[draw.choices.weighted([(40, 0), (9, 1), (1, 2)].into_iter()).unwrap_or(0)];
    let mut facts = Facts::new(reference, requester, supplier, title);
    facts.patron = match draw.choices.below(12) {
        0 | 1 => None,
        2 | 3 => draw.choices.pick(&draw.cast.patrons).cloned(),
        _ => draw.cast.patrons.get(number % 3).cloned(),
    };
    facts
}

fn sync(draw: &mut Draw<'_>) -> Option<Call> {
    let facts = facts(draw);
    let statuses = [
        (60, Status::Pending),
        (12, Status::Shipped),
        (12, Status::Received),
        (3, Status::Cancelled),
        (3, Status::Unfilled),
        (1, Status::Withdrawn),
    ];
    let status = draw.choices.weighted(statuses.into_iter())?;
    let age = match draw.choices.below(12) {
        0..4 => None,
        4 | 5 => Some(draw.choices.number(100, 200_000)),
        6 => Some(draw.choices.number(-200, -1)),
        7 if draw.choices.chance(30) => Some(-10_000),
        _ => Some(draw.choices.number(0, 5)),
    };
    let as_of: Option<Timestamp> = age.map(|age| draw.now.plus_seconds(-age));
    let patron = if facts.patron.is_some() { "a patron" } else { "no patron" };
    let text = format!(
        "sync {} as {status}, as of {}, with {patron}",
        facts.reference,
        as_of.map_or("now".to_owned(), |as_of| as_of.to_string()),
    );
    let intent = Intent::Sync { facts: Box::new(facts.clone()), as_of };
    Some(Call::new(
        text,
        Actor::Host,
        intent,
        move |desk| {
            let facts = facts.clone();
            async move { desk.sync(facts, status, as_of).await }
        },
        judge_sync,
    ))
}

fn judge_sync(seen: &mut Seen<'_>, synced: &Synced) -> Result<String, Violation> {
    const CHECK: &str = "4 an update is answered wrongly";
    let outcome = synced.outcome;
    // Also an update that changes nothing else makes the request's date newer.
    let is_date =
        |kind: &EventKind| outcome == SyncOutcome::Unchanged && *kind == EventKind::Synced;
    let changed = seen.recorded(|kind| !is_date(kind));
    let changes = match outcome {
        SyncOutcome::OlderThanKnown | SyncOutcome::Unchanged => Some(false),
        SyncOutcome::Created | SyncOutcome::Updated => Some(true),
        _ => None,
    };
    ensure!(changes.is_none_or(|changes| changes == changed), CHECK, "{outcome:?}, {changed}");
    seen.expect(CHECK, synced.status.as_str(), |request| request.status == synced.status)?;
    Ok(format!("{outcome:?}, {}", synced.status))
}

fn request_cancel(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.requester(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("request cancel of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.request_cancel(handle, &by).await }
        },
        |seen, ()| {
            seen.expect("4 a cancellation request is lost", "requested", |r| r.cancel_requested)
        },
    ))
}

fn answer_cancel(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, accept) = (draw.supplier(&request), draw.choices.chance(40));
    let by = actor.clone();
    Some(Call::new(
        format!("answer cancel of {handle}: {accept}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.answer_cancel(handle, &by, accept).await }
        },
        move |seen, ()| {
            let is_answered = |request: &crate::model::Request| {
                !request.cancel_requested && (!accept || request.status == Status::Cancelled)
            };
            seen.expect("4 an answer to a cancellation is lost", "answered", is_answered)
        },
    ))
}

fn receive(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.requester(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("receive {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.receive(handle, &by).await }
        },
        |seen, ()| seen.expect("4 a receipt is lost", "received", |r| r.status == Status::Received),
    ))
}

fn withdraw(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, why) = (draw.supplier(&request), draw.words());
    let by = actor.clone();
    Some(Call::new(
        format!("withdraw {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let (by, why) = (by.clone(), why.clone());
            async move { desk.withdraw(handle, &by, &why).await }
        },
        |seen, ()| {
            seen.expect("4 a withdrawal is lost", "withdrawn", |r| r.status == Status::Withdrawn)
        },
    ))
}

fn forget_patron(draw: &mut Draw<'_>) -> Option<Call> {
    let agency = draw.choices.pick(&draw.cast.requesters)?.clone();
    let patron = draw.choices.pick(&draw.cast.patrons)?.clone();
    let staff = draw.cast.staff_of(&agency, draw.choices);
    let actor = if draw.choices.chance(60) { Actor::Host } else { staff };
    let by = actor.clone();
    Some(Call::new(
        format!("forget a patron of {agency}"),
        actor,
        Intent::ForgetPatron,
        move |desk| {
            let (by, agency, patron) = (by.clone(), agency.clone(), patron.clone());
            async move { desk.forget_patron(&by, &agency, &patron).await }
        },
        |seen, count| {
            let recorded = seen.notes.commits.len();
            ensure!(recorded <= *count, "5 a patron is forgotten wrongly", "{recorded} of {count}");
            Ok(format!("{count} requests"))
        },
    ))
}
