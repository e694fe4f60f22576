use crate::LibraryParts;
use crate::message_texts::{NOTICES, Slot};
use crate::web::{Administrator, Alert, Field, Form, Frame, Reply, View, done, page, page_with};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::Participant;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery_text::LanguageInfo;
use http::StatusCode;
use serde::Serialize;

/// The notices that can be turned on and off, in the order of the form.
const KINDS: [NoticeKind; 7] = [
    NoticeKind::Received,
    NoticeKind::MoreGranted,
    NoticeKind::Replaced,
    NoticeKind::MoreRequested,
    NoticeKind::CancelRequested,
    NoticeKind::ProblemReported,
    NoticeKind::ProblemAnswered,
];

/// The notices that a library has turned on, and their texts.
#[derive(Serialize)]
pub(super) struct NoticesPage {
    frame: Frame,
    alert: Option<Alert>,
    kinds: Vec<Kind>,
    groups: Vec<Group>,
}

impl View for NoticesPage {
    const TEMPLATE: &'static str = "library/notices.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let kind = Kind { word: "received", name: text(), help: text(), active: true };
        let own = OwnText { tag: text(), name: text(), dir: "ltr", state: Own::Used };
        let texts = vec![TextRow { notice: "received-patron", name: text(), own: vec![own] }];
        let groups = vec![Group { heading: text(), texts }];
        Self { alert: Some(Alert::sample()), kinds: vec![kind], groups, frame }
    }
}

#[derive(Serialize)]
struct Kind {
    word: &'static str,
    name: String,
    help: String,
    active: bool,
}

/// The texts for one kind of recipient.
#[derive(Serialize)]
struct Group {
    heading: String,
    texts: Vec<TextRow>,
}

#[derive(Serialize)]
struct TextRow {
    notice: &'static str,
    name: String,
    /// The state of the library's own text in each language.
    own: Vec<OwnText>,
}

#[derive(Serialize)]
struct OwnText {
    tag: String,
    /// The name of the language in that language.
    name: String,
    dir: &'static str,
    state: Own,
}

/// The state of a library's own text.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Own {
    No,
    /// There is one, but notices are sent with the standard text.
    NotUsed,
    Used,
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
) -> Reply {
    Ok(page(&NoticesPage::of(&parts, member.frame, &member.library, None).await?))
}

impl OwnText {
    fn of(info: &LanguageInfo, notice: &str, own: &[(Slot, bool)]) -> Self {
        let matches = |slot: &Slot| slot.notice == notice && slot.language == info.language;
        let mut parts = own.iter().filter(|(slot, _)| matches(slot)).peekable();
        let state = match (parts.peek().copied(), parts.all(|(_, is_used)| *is_used)) {
            (None, _) => Own::No,
            (Some(_), true) => Own::Used,
            (Some(_), false) => Own::NotUsed,
        };
        let (tag, name) = (info.language.to_string(), info.name.clone());
        Self { tag, name, dir: info.direction.as_str(), state }
    }
}

impl NoticesPage {
    /// Loads the page, with the notices of `library` turned on.
    async fn of(
        parts: &LibraryParts,
        frame: Frame,
        library: &Participant,
        alert: Option<Alert>,
    ) -> Result<Self, Response> {
        let t = frame.t.clone();
        let catalog = frame.catalog().clone();
        let languages = catalog.languages();
        let own = parts.message_texts.of(&library.id).await;
        let own = own.map_err(|error| frame.failed(error))?;
        let kinds = KINDS.into_iter().map(|kind| Kind {
            word: kind.as_str(),
            name: t.text(&format!("notice-kind-{}", kind.as_str())),
            help: t.text(&format!("notice-help-{}", kind.as_str())),
            active: library.is_notified_of(kind),
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
                name: t.text(&format!("notice-kind-{}", kind.as_str())),
                own: languages.iter().map(|info| OwnText::of(info, notice, &own)).collect(),
            });
            Group { heading: t.text(heading), texts: texts.collect() }
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
    for kind in KINDS {
        library = library.with_notice(kind, sent.text(kind.as_str()).is_some());
    }
    let read = sent.read(|form| {
        let field = Field::hidden;
        KINDS.iter().try_for_each(|kind| form.ticked(field(kind.as_str()), "on").map(drop))
    });
    if let Err(fault) = read {
        let alert = Some(fault.alert(&member.frame.t));
        let shown = NoticesPage::of(&parts, member.frame, &library, alert).await?;
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    }
    let saved =
        parts.directory.put_participant(&library, &member.actor, parts.pages.desk.now()).await;
    saved.map_err(|error| member.frame.failed(error))?;
    Ok(done(&parts.pages, "/library/notices", "notices"))
}
