use super::supplied::Supplied;
use crate::web::{Field, FieldFault, Reader};
use desktop_delivery::delivery::{DocumentProblem, ExtensionRequest, ProblemKind, ReplaceReason};
use desktop_delivery::views::StaffFile;
use desktop_delivery::{AttachmentNo, Audience, Policy};
use serde::Serialize;

/// The suggested number of additional downloads, if that many can be granted.
const SUGGESTED_DOWNLOADS: u32 = 2;
/// The suggested number of days if the terms have ended or end soon.
const SUGGESTED_DAYS: u16 = 14;

/// An extension request, with the suggested extension.
#[derive(Serialize)]
pub(super) struct ExtensionRow {
    pub(super) no: u16,
    pub(super) name: String,
    /// Who requested the extension, and when.
    pub(super) text: String,
    pub(super) note: String,
    /// The downloads left.
    pub(super) left: String,
    pub(super) end: String,
    pub(super) audience: &'static str,
    pub(super) downloads: u32,
    /// The most downloads that can be granted.
    pub(super) most: u32,
    /// The suggested days; empty if the terms do not end soon.
    pub(super) days: String,
}

impl ExtensionRow {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self {
            no: 1,
            name: text(),
            text: text(),
            note: text(),
            left: text(),
            end: text(),
            audience: "patron",
            downloads: 2,
            most: 2,
            days: text(),
        }
    }
}

/// The problems reported for one file.
#[derive(Serialize)]
pub(super) struct ProblemRow {
    pub(super) no: u16,
    pub(super) name: String,
    /// The kind, time and note of each problem.
    pub(super) reports: Vec<(String, String, String)>,
    /// The suggested reason for a replacement.
    pub(super) reason: &'static str,
}

impl ProblemRow {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { no: 1, name: text(), reports: vec![(text(), text(), text())], reason: "other" }
    }
}

pub(super) fn extension_requests(supplied: &Supplied) -> Vec<ExtensionRow> {
    supplied.view.extension_requests.iter().filter_map(|request| row(request, supplied)).collect()
}

fn row(request: &ExtensionRequest, supplied: &Supplied) -> Option<ExtensionRow> {
    let (view, frame) = (&supplied.view, &supplied.frame);
    let file = supplied.file(request.attachment)?;
    let audience = view.links.iter().find(|link| link.no == request.link)?.audience;
    let key = format!("supply-extensions-{}", audience.as_str());
    let most = grantable(file, audience, &view.policy);
    let name = view.policy.budget_of(audience)?;
    let spent = file.budgets.iter().find(|spent| spent.name == name)?;
    let soon = supplied.now.plus_days(3);
    let is_short = file.attachment.expires_at.is_some_and(|end| end <= soon);
    let left = frame.t.message("downloads-left").set("n", spent.left).set("limit", spent.limit);
    Some(ExtensionRow {
        no: request.attachment.get(),
        name: file.attachment.current().file_name.as_str().to_owned(),
        text: frame.t.message(&key).set("day", frame.t.day_of(request.at, &frame.zone)).to_string(),
        note: request.note.clone(),
        left: left.to_string(),
        end: crate::requests::terms_end(file, supplied.now, frame),
        audience: audience.as_str(),
        downloads: if spent.left == 0 || !is_short { most.min(SUGGESTED_DOWNLOADS) } else { 0 },
        most,
        days: if is_short {
            SUGGESTED_DAYS.min(view.policy.max_days).to_string()
        } else {
            String::new()
        },
    })
}

/// Returns how many downloads can still be granted to an audience.
pub(super) fn grantable(file: &StaffFile, audience: Audience, policy: &Policy) -> u32 {
    let Some(name) = policy.budget_of(audience) else { return 0 };
    file.budgets.iter().find(|spent| spent.name == name).map_or(0, |spent| spent.grantable)
}

/// The audiences in forms.
pub(super) const AUDIENCES: [Audience; 3] =
    [Audience::Patron, Audience::RequesterStaff, Audience::Partner];

/// Reads an audience from a form.
pub(super) fn audience_of(form: &mut Reader<'_>, field: Field) -> Result<Audience, FieldFault> {
    form.choice(field, &AUDIENCES.map(|audience| (audience.as_str(), audience)))
}

/// Returns the files with unanswered problems.
pub(super) fn problems(supplied: &Supplied) -> Vec<ProblemRow> {
    let files = supplied.view.files.iter();
    files.filter_map(|file| problems_of(file, supplied)).collect()
}

fn problems_of(file: &StaffFile, supplied: &Supplied) -> Option<ProblemRow> {
    let open = open_problems(file.attachment.no, supplied);
    let worst = open.clone().next()?;
    let frame = &supplied.frame;
    let report = |problem: &DocumentProblem| {
        let what = frame.t.text(&problem_text(problem.kind));
        (what, frame.t.moment(problem.at, &frame.zone), problem.note.clone())
    };
    Some(ProblemRow {
        no: file.attachment.no.get(),
        name: file.attachment.current().file_name.as_str().to_owned(),
        reports: open.map(report).collect(),
        reason: replacement_reason(worst.kind).as_str(),
    })
}

pub(super) fn open_problems(
    no: AttachmentNo,
    supplied: &Supplied,
) -> impl Iterator<Item = &DocumentProblem> + Clone {
    let problems = supplied.view.problems.iter();
    problems.filter(move |problem| problem.attachment == no && problem.is_open())
}

pub(super) fn problem_text(kind: ProblemKind) -> String {
    format!("supply-problem-{}", kind.as_str())
}

/// Returns the reason for replacing a file with this kind of problem.
const fn replacement_reason(kind: ProblemKind) -> ReplaceReason {
    match kind {
        ProblemKind::MissingPage => ReplaceReason::MissingPages,
        ProblemKind::Unreadable => ReplaceReason::Unreadable,
        ProblemKind::WrongArticle => ReplaceReason::WrongDocument,
        _ => ReplaceReason::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;

    #[test]
    fn every_audience_problem_and_reason_has_a_text() {
        let asks =
            AUDIENCES.iter().map(|audience| format!("supply-extensions-{}", audience.as_str()));
        let budgets = AUDIENCES.iter().map(|audience| format!("budget-{}", audience.as_str()));
        let problems = ProblemKind::ALL.iter().map(|kind| problem_text(*kind));
        let reasons = ReplaceReason::ALL.iter().map(|r| format!("supply-reason-{}", r.as_str()));
        let keys: Vec<_> = asks.chain(budgets).chain(problems).chain(reasons).collect();
        for language in [Language::ENGLISH, Language::FRENCH] {
            let t = crate::Templates::default().texts(language);
            for key in &keys {
                let text = t.message(key).set("day", "Monday").to_string();
                assert!(!text.contains(key), "{key}");
            }
        }
    }
}
