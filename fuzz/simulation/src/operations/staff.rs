//! What staff report, answer, send again and preview.

use crate::model::Intent;
use crate::operation::{Call, Draw, Operation};
use crate::violation::ensure;
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::events::EventKind;
use desktop_delivery::notices::Recipient;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "report problem",
        methods: &["report_problem"],
        weight: 4,
        records: &["ProblemReported"],
        draw: report_problem,
    },
    Operation {
        name: "answer problem",
        methods: &["answer_problem"],
        weight: 3,
        records: &["ProblemAnswered"],
        draw: answer_problem,
    },
    Operation {
        name: "resend",
        methods: &["resend"],
        weight: 9,
        records: &["LinkIssued", "Resent"],
        draw: resend,
    },
    Operation {
        name: "open preview",
        methods: &["open_preview"],
        weight: 3,
        records: &["Previewed"],
        draw: open_preview,
    },
];

fn report_problem(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no, note) = (draw.requester(&request), draw.document(&request), draw.note());
    let kinds = [ProblemKind::MissingPage, ProblemKind::Unreadable, ProblemKind::WrongArticle];
    let kind = *draw.choices.pick(&kinds)?;
    let by = actor.clone();
    Some(Call::new(
        format!("report {kind:?} in document {no} of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let (by, note) = (by.clone(), note.clone());
            async move { desk.report_problem(handle, &by, no, kind, &note).await }
        },
        move |seen, ()| {
            seen.expect("4 a reported problem is lost", "reported", |request| {
                request.problems.contains(&no.get())
            })
        },
    ))
}

fn answer_problem(draw: &mut Draw<'_>) -> Option<Call> {
    let with_problems = draw.state.model.handles().into_iter().find_map(|handle| {
        let request = draw.state.model.latest(handle)?;
        (!request.problems.is_empty()).then(|| (handle, std::sync::Arc::clone(request)))
    });
    let (handle, request) = match with_problems {
        Some(found) if draw.choices.chance(70) => found,
        _ => draw.request()?,
    };
    let problem = request.problems.first().copied().filter(|_| draw.choices.chance(80));
    let no = problem.map_or_else(|| draw.document(&request), desktop_delivery::AttachmentNo::new);
    let (actor, note) = (draw.supplier(&request), draw.note());
    let by = actor.clone();
    Some(Call::new(
        format!("answer the problems of document {no} of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let (by, note) = (by.clone(), note.clone());
            async move { desk.answer_problem(handle, &by, no, &note).await }
        },
        move |seen, ()| {
            let is_recorded =
                seen.recorded(|kind| matches!(kind, EventKind::ProblemAnswered { .. }));
            ensure!(is_recorded, "4 an answer to a problem is lost", "document {no}");
            Ok("answered".to_owned())
        },
    ))
}

fn resend(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let to =
        *draw.choices.pick(&[Recipient::Patron, Recipient::Partner, Recipient::SupplierStaff])?;
    let actor = match to {
        Recipient::Patron => draw.requester(&request),
        _ => draw.supplier(&request),
    };
    let by = actor.clone();
    Some(Call::new(
        format!("send the link of {handle} again to {to:?}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.resend(handle, &by, to).await }
        },
        |seen, resent| {
            let no = resent.notice().get();
            seen.expect("4 a notice is lost", "sent again", |request| {
                request.notices.contains_key(&no)
            })
        },
    ))
}

fn open_preview(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let no = draw.document(&request);
    let actor =
        if draw.choices.chance(30) { draw.supplier(&request) } else { draw.requester(&request) };
    let by = actor.clone();
    Some(Call::new(
        format!("preview document {no} of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.open_preview(handle, &by, no).await }
        },
        move |seen, _| {
            let actor = seen.notes.actor.clone();
            seen.expect("6 somebody sees too much", "previewed", |request| {
                let is_free = request.is_visible() && request.policy.free_preview;
                request.gone(no.get()).is_none()
                    && (is_free || !crate::model::is_requester_only(request, &actor))
            })
        },
    ))
}
