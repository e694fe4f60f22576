//! What the supplier does with documents.

use crate::model::{Intent, Request};
use crate::operation::{Call, Draw, Operation};
use crate::violation::ensure;
use desktop_delivery::decide::Shipment;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::events::EventKind;
use desktop_delivery::{AttachmentNo, Audience, Terms};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "describe",
        methods: &["describe"],
        weight: 3,
        records: &["Described"],
        draw: describe,
    },
    Operation {
        name: "reorder",
        methods: &["reorder"],
        weight: 3,
        records: &["Reordered"],
        draw: reorder,
    },
    Operation {
        name: "remove",
        methods: &["remove"],
        weight: 3,
        records: &["Removed"],
        draw: remove,
    },
    Operation {
        name: "ship",
        methods: &["ship"],
        weight: 9,
        records: &["CancelAnswered", "LinkIssued", "Shipped"],
        draw: ship,
    },
    Operation {
        name: "change terms",
        methods: &["change_terms"],
        weight: 4,
        records: &["TermsChanged"],
        draw: change_terms,
    },
    Operation { name: "grant", methods: &["grant"], weight: 5, records: &["Granted"], draw: grant },
    Operation {
        name: "check upload",
        methods: &["check_upload"],
        weight: 3,
        records: &[],
        draw: check_upload,
    },
    Operation {
        name: "open as supplier",
        methods: &["open_as_supplier"],
        weight: 2,
        records: &["StaffRead"],
        draw: open_as_supplier,
    },
];

pub(super) fn terms(draw: &mut Draw<'_>, request: &Request) -> Terms {
    let policy = &request.policy;
    let beyond = |draw: &mut Draw<'_>| i64::from(draw.choices.chance(5));
    let most = i64::from(policy.max_downloads) + beyond(draw);
    let downloads = u32::try_from(draw.choices.number(1, most)).unwrap_or(1);
    let days = i64::from(policy.max_days) + beyond(draw);
    let days = draw.choices.number(0, days);
    let mut terms = Terms::new(downloads, u16::try_from(days).unwrap_or(1));
    if draw.choices.chance(15) {
        let from = draw.choices.number(-100, 90_000);
        terms = terms.with_not_before(draw.now.plus_seconds(from));
    }
    if draw.choices.chance(15) {
        let end = draw.now.plus_seconds(draw.choices.number(-1_000, 2 * 86_400));
        terms = terms.with_expiry(Expiry::At(end));
    }
    terms
}

fn describe(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no, words) = (draw.supplier(&request), draw.document(&request), draw.words());
    let (by, wanted) = (actor.clone(), words.clone());
    Some(Call::new(
        format!("describe document {no} of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let (by, words) = (by.clone(), words.clone());
            async move { desk.describe(handle, &by, no, &words).await }
        },
        move |seen, ()| {
            seen.expect("4 a description is lost", "described", |request| {
                request.documents.get(&no.get()).is_some_and(|d| d.description == wanted)
            })
        },
    ))
}

fn reorder(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.supplier(&request);
    let mut order: Vec<_> = request.live().map(|(no, _)| AttachmentNo::new(no)).collect();
    if draw.choices.chance(50) {
        order.reverse();
    } else if !order.is_empty() {
        order.rotate_left(1);
    }
    if draw.choices.chance(10) {
        order.pop();
    }
    let by = actor.clone();
    Some(Call::new(
        format!("reorder documents of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let (by, order) = (by.clone(), order.clone());
            async move { desk.reorder(handle, &by, &order).await }
        },
        |_, ()| Ok("reordered".to_owned()),
    ))
}

fn remove(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no) = (draw.supplier(&request), draw.document(&request));
    let by = actor.clone();
    Some(Call::new(
        format!("remove document {no} of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.remove(handle, &by, no).await }
        },
        move |seen, ()| {
            seen.expect("4 a removal is lost", "removed", |request| {
                request.documents.get(&no.get()).is_some_and(|d| d.is_removed)
            })
        },
    ))
}

fn ship(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.supplier(&request);
    let shipment =
        if draw.choices.chance(85) { Shipment::WithFiles } else { Shipment::WithoutFiles };
    let by = actor.clone();
    Some(Call::new(
        format!("ship {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.ship(handle, &by, shipment).await }
        },
        |seen, ()| seen.expect("4 a shipment is lost", "shipped", Request::is_visible),
    ))
}

fn change_terms(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no) = (draw.supplier(&request), draw.document(&request));
    let wanted = terms(draw, &request);
    let change = TermsChange::new(no, wanted, draw.words());
    let (by, intent) = (actor.clone(), Intent::Terms(change.clone()));
    Some(Call::new(
        format!("change terms of document {no} of {handle} to {} downloads", wanted.max_downloads),
        actor,
        intent,
        move |desk| {
            let (by, change) = (by.clone(), change.clone());
            async move { desk.change_terms(handle, &by, &change).await }
        },
        move |seen, terms| {
            let is_enough = terms.max_downloads >= wanted.max_downloads;
            ensure!(is_enough, "1 a limit falls below what is used", "{terms:?} for {wanted:?}");
            seen.expect("4 changed terms are lost", "changed", |request| {
                request.documents.get(&no.get()).is_some_and(|d| d.terms == *terms)
            })
        },
    ))
}

fn grant(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no) = (draw.supplier(&request), draw.document(&request));
    let audiences = [Audience::Patron, Audience::Partner, Audience::RequesterStaff];
    let audience = *draw.choices.pick(&audiences)?;
    let most = i64::from(request.policy.max_granted) + 1;
    let downloads = u32::try_from(draw.choices.number(0, most)).unwrap_or(0);
    let days =
        draw.choices.chance(40).then(|| draw.choices.number(0, i64::from(request.policy.max_days)));
    let days = days.and_then(|days| u16::try_from(days).ok());
    let grant = Grant::new(no, audience).with_downloads(downloads).with_days(days);
    let by = actor.clone();
    Some(Call::new(
        format!("grant {downloads} downloads of document {no} of {handle} to {audience:?}"),
        actor,
        Intent::Grant(grant),
        move |desk| {
            let by = by.clone();
            async move { desk.grant(handle, &by, &grant).await }
        },
        move |seen, ()| {
            let count = seen.count(|kind| matches!(kind, EventKind::Granted { .. }));
            ensure!(count > 0 || downloads == 0, "4 a grant is lost", "{grant:?}");
            ensure!(count < 2, "1 a grant is applied twice", "{grant:?}");
            Ok("granted".to_owned())
        },
    ))
}

fn check_upload(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.supplier(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("check upload to {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.check_upload(handle, &by).await }
        },
        |seen, ()| {
            seen.expect("6 a request that is over takes uploads", "may upload", |r| !r.is_over())
        },
    ))
}

fn open_as_supplier(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no) = (draw.supplier(&request), draw.document(&request));
    let by = actor.clone();
    Some(Call::new(
        format!("open document {no} of {handle} as supplier"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.open_as_supplier(handle, &by, no).await }
        },
        move |seen, download| {
            seen.state.downloads.push(download.clone());
            seen.expect("4 a document is lost", "opened", |request| {
                request.gone(no.get()).is_none()
            })
        },
    ))
}
