use crate::parts::Shared;
use crate::problem::ProblemDetails;
use desktop_delivery::error::Limit;
use desktop_delivery::time::Date;
use desktop_delivery::{Actor, AttachmentNo, Error, Refusal, RequestHandle, StaffView, Timestamp};

/// The fields of a request that set downloads and time, as sent.
#[derive(Debug, Default)]
pub(super) struct StatedTerms {
    /// The field with the number of downloads, and its value.
    pub(super) downloads: Option<(&'static str, u32)>,
    /// The field with the end, and its value.
    pub(super) end: Option<(&'static str, StatedEnd)>,
    /// The field with the start, and its value.
    pub(super) start: Option<(&'static str, Timestamp)>,
}

/// The end of terms, in the form in which it was sent.
#[derive(Debug)]
pub(super) enum StatedEnd {
    At(Timestamp),
    Days(u16),
    LastDay(Date),
}

impl StatedTerms {
    /// Rewords the problem of refused terms so that it refers to the field that caused the refusal.
    ///
    /// `file` is the attachment if it already exists.
    fn explain(
        &self,
        problem: ProblemDetails,
        error: &Error,
        view: &StaffView,
        file: Option<AttachmentNo>,
        now: Timestamp,
    ) -> ProblemDetails {
        let Error::Refused(refusal) = error else { return problem };
        let title = match refusal {
            Refusal::OverLimit { what: Limit::Downloads, limit } => {
                let sent = self.downloads.map(|(field, sent)| format!("`{field}` is {sent}"));
                sent.map(|sent| format!("{sent}; expected a whole number from 1 to {limit}"))
            }
            Refusal::OverLimit { what: Limit::ExtraDownloads, limit } => {
                let sent = self.downloads.map(|(field, sent)| format!("`{field}` is {sent}"));
                sent.map(|sent| {
                    format!("{sent}; all extensions together may add at most {limit} downloads")
                })
            }
            Refusal::OverLimit { what: Limit::Days, limit } => self.end.as_ref().map(|end| {
                let file = view.files.iter().find(|one| Some(one.attachment.no) == file);
                let latest = view.latest_end(file, now);
                let most = match end.1 {
                    StatedEnd::Days(_) => format!("a whole number from 0 to {limit}"),
                    StatedEnd::At(_) => format!("{latest} or earlier"),
                    StatedEnd::LastDay(_) => {
                        format!("{} or earlier", view.zone.last_day(latest))
                    }
                };
                format!("{}; expected {most}", sent_end(end))
            }),
            Refusal::OverLimit { what: Limit::DaysAfterStart, .. } => {
                self.start.map(|(field, start)| {
                    format!("`{field}` is {start}; expected a time before the end of the terms")
                })
            }
            Refusal::PastEnd { .. } => self.end.as_ref().map(|end| {
                let least = match end.1 {
                    StatedEnd::Days(_) => {
                        "enough days, counted from the day of shipping, to end in the future".into()
                    }
                    StatedEnd::At(_) => format!("a time after {now}, the current time"),
                    StatedEnd::LastDay(_) => format!("{} or later", view.zone.date_at(now)),
                };
                format!("{}; expected {least}", sent_end(end))
            }),
            _ => None,
        };
        match title {
            Some(title) => ProblemDetails { title, ..problem },
            None => problem,
        }
    }
}

/// Creates the problem of refused terms, worded for the field that caused the refusal. `no` is the
/// attachment if it already exists.
pub(super) async fn refused(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    no: Option<AttachmentNo>,
    sent: &StatedTerms,
    error: &Error,
) -> ProblemDetails {
    let problem = shared.problem_of(error);
    match shared.desk.staff_view(handle, actor).await {
        Ok(view) => sent.explain(problem, error, &view, no, shared.desk.now()),
        Err(_) => problem,
    }
}

fn sent_end((field, end): &(&'static str, StatedEnd)) -> String {
    match end {
        StatedEnd::At(end) => format!("`{field}` is {end}"),
        StatedEnd::Days(days) => format!("`{field}` is {days}"),
        StatedEnd::LastDay(day) => format!("`{field}` is {day}"),
    }
}
