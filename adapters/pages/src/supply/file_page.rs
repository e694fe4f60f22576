use super::file_row::FileRow;
use super::supplied::{Supplied, path};
use super::waiting::{AUDIENCES, grantable, open_problems, problem_text};
use crate::Pages;
use crate::requests::{FileNo, Handle};
use crate::web::{Alert, Entered, Frame, Reply, StaffMember, View, page};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::delivery::{Expiry, ReplaceReason};
use desktop_delivery::policy::Spending;
use desktop_delivery::time::Date;
use desktop_delivery::views::StaffFile;
use desktop_delivery::{AttachmentNo, Audience, StaffView, Timestamp};
use serde::Serialize;

/// The page of a file, with its actions.
#[derive(Serialize)]
pub(super) struct FilePage {
    frame: Frame,
    alert: Option<Alert>,
    entered: Entered,
    /// The path of the request's page.
    path: String,
    title: String,
    file: FileRow,
    /// Descriptions of unanswered problems.
    problems: Vec<String>,
    is_visible: bool,
    downloads: u32,
    max_downloads: u32,
    days: u16,
    max_days: u16,
    /// The fixed last day of the terms, such as `2026-12-01`; empty if the terms are a number of
    /// days.
    until: String,
    /// The first day that can be chosen: today, in the borrowing library's time zone.
    today: String,
    /// The last day that can be chosen.
    latest: String,
    /// The error of the entered day; empty if there is none.
    until_error: String,
    /// The audiences that downloads can be granted to, with their names and the most downloads.
    grants: Vec<(&'static str, String, u32)>,
    /// The reasons for a replacement: value, label, and whether it matches the reported problem.
    reasons: Vec<(&'static str, String, bool)>,
    max_size: String,
    /// The name of the borrowing library, audience_name time zone determines the days.
    requester: String,
}

impl View for FilePage {
    const TEMPLATE: &'static str = "supply/file.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self {
            alert: Some(Alert::sample()),
            entered: Entered::none(),
            path: text(),
            title: text(),
            file: FileRow::sample(),
            problems: vec![text()],
            is_visible: true,
            downloads: 5,
            max_downloads: 5,
            days: 90,
            max_days: 90,
            until: text(),
            today: text(),
            latest: text(),
            until_error: text(),
            grants: vec![("patron", text(), 2), ("staff", text(), 2)],
            reasons: vec![("other", text(), true)],
            max_size: text(),
            requester: text(),
            frame,
        }
    }
}

impl FilePage {
    pub(super) fn of(
        supplied: Supplied,
        no: AttachmentNo,
        alert: Option<Alert>,
        entered: Entered,
    ) -> Result<Self, Response> {
        let Some(file) = supplied.file(no) else { return Err(supplied.frame.not_found()) };
        let (view, t) = (&supplied.view, &supplied.frame.t);
        let (attachment, policy) = (&file.attachment, &view.policy);
        let reported: Vec<_> = open_problems(no, &supplied).collect();
        let suggested = super::waiting::problems(&supplied)
            .into_iter()
            .find(|row| row.no == no.get())
            .map_or("", |row| row.reason);
        let reason = |reason: &ReplaceReason| {
            let word = reason.as_str();
            let is_chosen = entered.value_or("replace", "reason", suggested) == word;
            (word, t.text(&format!("supply-reason-{word}")), is_chosen)
        };
        let audiences: &[Audience] = match policy.spending {
            Spending::Shared => &[Audience::Patron],
            _ => &AUDIENCES,
        };
        let grant = |audience: &Audience| {
            let word = audience.as_str();
            (word, t.text(&format!("budget-{word}")), grantable(file, *audience, policy))
        };
        let (days, until) = match attachment.terms.expiry {
            Expiry::Days(days) => (days, String::new()),
            Expiry::At(end) => (policy.max_days, supplied.zone().last_day(end).to_string()),
            _ => (policy.max_days, String::new()),
        };
        // The error is shown at the field; the alert only refers to it.
        let (alert, until_error) = match alert {
            Some(Alert::Field(text) | Alert::Text(text)) if entered.is_wrong("edit", "until") => {
                (Some(Alert::Named("last-day")), text)
            }
            alert => (alert, String::new()),
        };
        Ok(Self {
            alert,
            today: supplied.zone().date_at(supplied.now).to_string(),
            latest: latest_day(file, view, supplied.now).to_string(),
            until_error,
            path: path(supplied.handle),
            title: view.facts.title.clone(),
            file: FileRow::of(file, &supplied),
            problems: reported.iter().map(|problem| t.text(&problem_text(problem.kind))).collect(),
            is_visible: view.status.is_visible(),
            downloads: attachment.terms.max_downloads,
            max_downloads: policy.max_downloads,
            days,
            max_days: policy.max_days,
            until,
            grants: audiences.iter().map(grant).collect(),
            reasons: ReplaceReason::ALL.iter().map(reason).collect(),
            max_size: t.size(policy.max_file_bytes),
            requester: supplied.requester_name(),
            entered,
            frame: Frame {
                here: format!("{}/files/{}", path(supplied.handle), no.get()),
                ..supplied.frame
            },
        })
    }
}

/// The last day that the policy allows.
pub(super) fn latest_day(file: &StaffFile, view: &StaffView, now: Timestamp) -> Date {
    view.zone.last_day(view.latest_end(Some(file), now))
}

pub(super) async fn show(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
) -> Reply {
    let supplied = Supplied::load(&pages, member, handle).await?;
    Ok(page(&FilePage::of(supplied, no, None, Entered::none())?))
}
