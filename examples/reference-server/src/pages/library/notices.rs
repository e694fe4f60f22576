use crate::assemble::Server;
use crate::message_texts::{NOTICES, Slot};
use crate::web::{Administrator, Form, Frame, Reply, done, page};
use askama::Template;
use axum::extract::State;
use desktop_delivery::{NoticeKind, Recipient};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
) -> Reply {
    let (frame, library) = (member.frame, member.library);
    let t = frame.t;
    let own = server.message_texts.of(&library.id).await;
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
                let is_it = |slot: &Slot| slot.notice == notice && slot.language.code() == code;
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
    Ok(page(&NoticesPage { frame, kinds, groups }))
}

pub(super) async fn save(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Form(ticked): Form<BTreeMap<String, String>>,
) -> Reply {
    let mut library = member.library;
    for (word, kind) in KINDS {
        library = library.with_notice(kind, ticked.contains_key(word));
    }
    let kept = server.directory.put_participant(&library, &member.actor, server.desk.now()).await;
    kept.map_err(|error| member.frame.failed(error))?;
    Ok(done(&server, "/library/notices", "notices"))
}

/// A kind's name in forms and texts.
pub(super) fn word(kind: NoticeKind) -> &'static str {
    KINDS.iter().find(|(_, other)| *other == kind).map_or("shipped", |(word, _)| word)
}
