use crate::LibraryParts;
use crate::history::People;
use crate::web::{
    Administrator, Alert, Field, Form, Frame, Reply, StaffMember, View, done, page, page_with,
};
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::{InvalidInput, Participant};
use desktop_delivery_identity::check_copyright_notice;
use http::StatusCode;
use serde::Serialize;

const TEXT: Field = Field::new("text", "copyright-text");

/// The copyright notice that a library's patrons accept before a download, and its earlier
/// versions.
#[derive(Serialize)]
pub(super) struct CopyrightPage {
    frame: Frame,
    text: String,
    /// The version in use; 0 for the built-in text.
    version: u32,
    versions: Vec<VersionRow>,
    alert: Option<Alert>,
}

impl View for CopyrightPage {
    const TEMPLATE: &'static str = "library/copyright.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let row = VersionRow { version: 1, since: text(), by: text(), is_in_use: true };
        Self { text: text(), version: 1, versions: vec![row], alert: Some(Alert::sample()), frame }
    }
}

#[derive(Serialize)]
struct VersionRow {
    version: u32,
    since: String,
    by: String,
    is_in_use: bool,
}

/// A version of the notice.
#[derive(Serialize)]
pub(super) struct VersionPage {
    frame: Frame,
    version: u32,
    since: String,
    by: String,
    lines: Vec<String>,
}

impl View for VersionPage {
    const TEMPLATE: &'static str = "library/copyright-version.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self { version: 1, since: text(), by: text(), lines: vec![text()], frame }
    }
}

impl CopyrightPage {
    async fn of(
        parts: &LibraryParts,
        frame: Frame,
        library: &Participant,
    ) -> Result<Self, Response> {
        let stored = parts.directory.copyright_notices(&library.id).await;
        let stored = stored.map_err(|error| frame.failed(error))?;
        let (mut people, mut versions) = (People::of(&parts.pages, &frame.t), Vec::new());
        for notice in stored.into_iter().rev() {
            let by = people.name(&notice.by).await.map_err(|error| frame.failed(error))?;
            versions.push(VersionRow {
                version: notice.version,
                since: frame.t.moment(notice.since, &frame.zone),
                by,
                is_in_use: notice.version == library.copyright_notice_version,
            });
        }
        let text = library.copyright_notice.clone();
        let version = library.copyright_notice_version;
        Ok(Self { frame, text, version, versions, alert: None })
    }
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
) -> Reply {
    Ok(page(&CopyrightPage::of(&parts, member.frame, &member.library).await?))
}

pub(super) async fn save(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Form(sent): Form,
) -> Reply {
    let StaffMember { frame, library, actor, .. } = member;
    let text = sent.text(TEXT.name()).unwrap_or_default().replace("\r\n", "\n").trim().to_owned();
    let read = sent.read(|form| form.text(TEXT)).map_err(|fault| fault.alert(&frame.t));
    let checked = read.and_then(|_| {
        let invalid = |input: InvalidInput| Alert::Text(frame.t.invalid_input(&input));
        check_copyright_notice(&text).map_err(invalid)
    });
    if let Err(alert) = checked {
        let mut shown = CopyrightPage::of(&parts, frame, &library).await?;
        (shown.text, shown.alert) = (text, Some(alert));
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown));
    }
    let library = library.with_copyright_notice(text);
    let saved = parts.directory.put_participant(&library, &actor, parts.pages.desk.now()).await;
    saved.map_err(|error| frame.failed(error))?;
    Ok(done(&parts.pages, "/library/copyright", "copyright"))
}

pub(super) async fn version(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(version): Path<String>,
) -> Reply {
    let (frame, library) = (member.frame, member.library);
    let stored = parts.directory.copyright_notices(&library.id).await;
    let stored = stored.map_err(|error| frame.failed(error))?;
    let Some(notice) = stored.into_iter().find(|notice| notice.version.to_string() == version)
    else {
        return Err(frame.not_found());
    };
    let by = People::of(&parts.pages, &frame.t).name(&notice.by).await;
    let by = by.map_err(|error| frame.failed(error))?;
    Ok(page(&VersionPage {
        version: notice.version,
        since: frame.t.moment(notice.since, &frame.zone),
        by,
        lines: notice.text.lines().map(ToOwned::to_owned).collect(),
        frame,
    }))
}
