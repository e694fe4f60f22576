use crate::LibraryParts;
use crate::message_texts::{NOTICES, Slot};
use crate::web::{Administrator, Alert, Field, Form, Frame, Reply, done, page, page_with};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::Participant;
use desktop_delivery::notices::{NoticeKind, Recipient};
use http::StatusCode;

/// The notices that can be switched, with their names in forms and texts.
const KINDS: [(&str, NoticeKind); 7] = [
    ("received", NoticeKind::Received),
    ("more-granted", NoticeKind::MoreGranted),
    ("replaced", NoticeKind::Replaced),
    ("more-requested", NoticeKind::MoreRequested),
    ("cancel-requested", NoticeKind::CancelRequested),
    ("problem-reported", NoticeKind::ProblemReported),
    ("problem-answered", NoticeKind::ProblemAnswered),
];

/// Which notices a library's people get, and the texts that it sends.
#[derive(Template)]
#[template(path = "library/notices.html")]
struct NoticesPage {
    frame: Frame,
    alert: Option<Alert>,
    kinds: Vec<Kind>,
    groups: Vec<Group>,
}

struct Kind {
    word: &'static str,
    name: String,
    help: String,
    active: bool,
}

/// Texts for one sort of reader.
struct Group {
    heading: String,
    texts: Vec<TextRow>,
}

struct TextRow {
    notice: &'static str,
    name: String,
    /// How the library's own text stands, in English and in French.
    own: [Own; 2],
}

/// Whether a library has a text of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    No,
    /// It has one, and notices are sent with the standard text.
    NotUsed,
    Used,
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
) -> Reply {
    Ok(page(&NoticesPage::of(&parts, member.frame, &member.library, None).await?))
}

impl NoticesPage {
    /// The page, with these notices ticked.
    async fn of(
        parts: &LibraryParts,
        frame: Frame,
        library: &Participant,
        alert: Option<Alert>,
    ) -> Result<Self, Response> {
        let t = frame.t;
        let own = parts.message_texts.of(&library.id).await;
        let own = own.map_err(|error| frame.failed(error))?;
        let kinds = KINDS.into_iter().map(|(word, kind)| Kind {
            word,
            name: t.say(&format!("notice-kind-{word}")),
            help: t.say(&format!("notice-help-{word}")),
            active: library.is_told(kind),
        });
        let readers = [
            ("texts-to-patrons", Recipient::Patron),
            ("texts-to-partners", Recipient::Partner),
            ("texts-to-borrowers", Recipient::RequesterStaff),
            ("texts-to-lenders", Recipient::SupplierStaff),
        ];
        let groups = readers.into_iter().map(|(heading, reader)| {
            let texts = NOTICES.into_iter().filter(|(.., to)| *to == reader);
            let texts = texts.map(|(notice, kind, _)| TextRow {
                notice,
                name: t.say(&format!("notice-kind-{}", word(kind))),
                own: ["en", "fr"].map(|code| {
                    let is_it =
                        |slot: &Slot| slot.notice == notice && slot.language.as_str() == code;
                    let mut parts = own.iter().filter(|(slot, _)| is_it(slot)).peekable();
                    match (parts.peek().copied(), parts.all(|(_, is_used)| *is_used)) {
                        (None, _) => Own::No,
                        (Some(_), true) => Own::Used,
                        (Some(_), false) => Own::NotUsed,
                    }
                }),
            });
            Group { heading: t.say(heading), texts: texts.collect() }
        });
        let (kinds, groups) = (kinds.collect(), groups.collect());
        Ok(Self { frame, alert, kinds, groups })
    }
}

pub(super) async fn save(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Form(sent): Form,
) -> Reply {
    let mut library = member.library;
    for (word, kind) in KINDS {
        library = library.with_notice(kind, sent.text(word).is_some());
    }
    let read = sent.read(|form| {
        let field = Field::hidden;
        KINDS.into_iter().try_for_each(|(word, _)| form.ticked(field(word), "on").map(drop))
    });
    if let Err(fault) = read {
        let alert = Some(fault.alert(member.frame.t));
        let shown = NoticesPage::of(&parts, member.frame, &library, alert).await?;
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    }
    let kept =
        parts.directory.put_participant(&library, &member.actor, parts.pages.desk.now()).await;
    kept.map_err(|error| member.frame.failed(error))?;
    Ok(done(&parts.pages, "/library/notices", "notices"))
}

/// A kind's name in forms and texts.
pub(super) fn word(kind: NoticeKind) -> &'static str {
    KINDS.iter().find(|(_, other)| *other == kind).map_or("shipped", |(word, _)| word)
}
