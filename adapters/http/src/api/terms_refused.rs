use crate::problem::ProblemDetails;
use desktop_delivery::error::Limit;
use desktop_delivery::time::Date;
use desktop_delivery::{AttachmentNo, Error, Refusal, StaffView, Timestamp};

/// The fields in which a request stated downloads and time, as they were sent.
#[derive(Debug, Default)]
pub(super) struct StatedTerms {
    /// The field of the number of downloads, and the number.
    pub(super) downloads: Option<(&'static str, u32)>,
    /// The field of the end, and its value.
    pub(super) end: Option<(&'static str, StatedEnd)>,
    /// The field of the start, and its value.
    pub(super) start: Option<(&'static str, Timestamp)>,
}

/// An end of terms as it was sent.
#[derive(Debug)]
pub(super) enum StatedEnd {
    At(Timestamp),
    Days(u16),
    LastDay(Date),
}

impl StatedTerms {
    /// The problem with the terms, by the field that is the reason; `view` is the request, and `file` the
    /// attachment, if it exists already.
    pub(super) fn explain(
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
                    StatedEnd::At(_) => format!("{latest} at the latest"),
                    StatedEnd::LastDay(_) => {
                        format!("{} at the latest", view.zone.last_day(latest))
                    }
                };
                format!("{}; expected {most}", described(end))
            }),
            Refusal::OverLimit { what: Limit::DaysAfterStart, .. } => {
                self.start.map(|(field, start)| {
                    format!("`{field}` is {start}; expected a time before the end of the terms")
                })
            }
            Refusal::PastEnd { .. } => self.end.as_ref().map(|end| {
                let least = match end.1 {
                    StatedEnd::Days(_) => {
                        "enough days to end in the future, counted from the day it was shipped"
                            .into()
                    }
                    StatedEnd::At(_) => format!("a time after now, which is {now}"),
                    StatedEnd::LastDay(_) => format!("{} or later", view.zone.date_at(now)),
                };
                format!("{}; expected {least}", described(end))
            }),
            _ => None,
        };
        match title {
            Some(title) => ProblemDetails { title, ..problem },
            None => problem,
        }
    }
}

fn described((field, end): &(&'static str, StatedEnd)) -> String {
    match end {
        StatedEnd::At(end) => format!("`{field}` is {end}"),
        StatedEnd::Days(days) => format!("`{field}` is {days}"),
        StatedEnd::LastDay(day) => format!("`{field}` is {day}"),
    }
}
