use crate::web::Frame;
use desktop_delivery::delivery::{DocumentProblem, ProblemKind};
use serde::Serialize;

/// The kinds of problems, in the order of the form.
pub(super) const KINDS: [ProblemKind; 4] = [
    ProblemKind::MissingPage,
    ProblemKind::Unreadable,
    ProblemKind::WrongArticle,
    ProblemKind::Other,
];

/// A reported problem, with the lending library's answer.
#[derive(Serialize)]
pub(super) struct ProblemLine {
    /// The kind of problem and when it was reported.
    pub(super) text: String,
    pub(super) note: String,
    /// When it was answered, or a note that it was not.
    pub(super) answer: String,
    pub(super) answer_note: String,
    pub(super) is_open: bool,
}

impl ProblemLine {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { text: text(), note: text(), answer: text(), answer_note: text(), is_open: true }
    }

    pub(super) fn of(problem: &DocumentProblem, frame: &Frame) -> Self {
        let t = &frame.t;
        let day = |at| t.day_of(at, &frame.zone);
        let text = t
            .message("borrow-problem-reported")
            .set("what", t.text(&kind_key(problem.kind)))
            .set("day", day(problem.at));
        let answer = problem.answer.as_ref().map(|answer| {
            let answered = t.message("borrow-problem-answered").set("day", day(answer.at));
            (answered.to_string(), answer.note.clone())
        });
        let (answer, answer_note) =
            answer.unwrap_or_else(|| (t.text("borrow-problem-open"), String::new()));
        Self {
            text: text.to_string(),
            note: problem.note.clone(),
            answer,
            answer_note,
            is_open: problem.is_open(),
        }
    }
}

pub(super) fn kind_key(kind: ProblemKind) -> String {
    format!("borrow-problem-{}", kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;

    #[test]
    fn the_form_offers_every_kind_with_a_text() {
        for kind in ProblemKind::ALL {
            assert!(KINDS.contains(kind), "{kind:?}");
            for language in [Language::ENGLISH, Language::FRENCH] {
                let (t, key) = (crate::Templates::default().texts(language), kind_key(*kind));
                assert_ne!(t.text(&key), key);
            }
        }
    }
}
