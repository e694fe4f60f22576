use super::row::Row;
use super::{Libraries, Side, status_of};
use crate::Pages;
use crate::web::{
    Alert, Field, FieldFault, Frame, PageQuery, Reader, Reply, StaffMember, View, page_with,
};
use axum::extract::State;
use desktop_delivery::Status;
use desktop_delivery::ledger::{ListPosition, ListQuery, Search};
use http::StatusCode;
use serde::Serialize;

/// The number of requests on a page.
const PAGE: usize = 25;

const AFTER: Field = Field::in_address("after");
const SEARCH: Field = Field::new("q", "list-search");
const STATUS: Field = Field::new("status", "list-status");
const WAITING: Field = Field::new("waiting", "list-waiting");

/// The filters of the list, from the query.
#[derive(Serialize, Clone, Debug, Default)]
pub(super) struct ListParams {
    /// The search terms.
    q: String,
    /// The status to filter by; `None` for all.
    #[serde(skip)]
    status: Option<Status>,
    /// Whether to list only requests that wait for an answer.
    waiting: bool,
    /// The cursor of the request that the page starts after.
    after: String,
}

impl ListParams {
    fn read(query: &mut Reader<'_>) -> Result<Self, FieldFault> {
        let mut statuses = vec![("", None)];
        statuses.extend(Status::ALL.iter().map(|status| (status.as_str(), Some(*status))));
        let status = match query.optional(STATUS)? {
            Some(_) => query.choice(STATUS, &statuses)?,
            None => None,
        };
        Ok(Self {
            q: query.optional(SEARCH)?.unwrap_or_default().to_owned(),
            status,
            waiting: query.ticked(WAITING, "yes")?,
            after: query.optional(AFTER)?.unwrap_or_default().to_owned(),
        })
    }
}

#[derive(Serialize)]
pub(super) struct ListPage {
    frame: Frame,
    alert: Option<Alert>,
    /// The path of the list.
    path: &'static str,
    lends: bool,
    title: String,
    lead: String,
    /// The heading of the other library's column.
    other: String,
    params: ListParams,
    /// The name, label and selection state of each status.
    statuses: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    /// The address of the first page; empty on the first page.
    first: String,
    next: String,
    is_filtered: bool,
}

impl View for ListPage {
    const TEMPLATE: &'static str = "requests/list.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self {
            alert: Some(Alert::sample()),
            path: "/supply",
            lends: true,
            title: text(),
            lead: text(),
            other: text(),
            params: ListParams { q: text(), waiting: true, ..ListParams::default() },
            statuses: vec![("shipped", text(), true)],
            rows: vec![Row::sample()],
            first: text(),
            next: text(),
            is_filtered: true,
            frame,
        }
    }
}

pub(super) async fn supply(
    State(pages): State<Pages>,
    member: StaffMember,
    query: PageQuery,
) -> Reply {
    show(&pages, member, Side::Lending, &query).await
}

pub(super) async fn borrow(
    State(pages): State<Pages>,
    member: StaffMember,
    query: PageQuery,
) -> Reply {
    show(&pages, member, Side::Borrowing, &query).await
}

async fn show(pages: &Pages, member: StaffMember, side: Side, query: &PageQuery) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let (params, alert) = match query.read(ListParams::read) {
        Ok(params) => (params, None),
        // The search terms stay; the other filters are dropped.
        Err(fault) => {
            let q = query.text("q").unwrap_or_default().to_owned();
            (ListParams { q, ..ListParams::default() }, Some(fault.alert(&frame.t)))
        }
    };
    let status = params.status;
    // One more than the page size shows whether there is another page.
    let query = ListQuery::of(side.party(agency), PAGE + 1)
        .with_status(status)
        .with_search(Search::of(&params.q))
        .with_waiting(side.lends() && params.waiting)
        // An invalid position starts at the first page.
        .with_after(params.after.parse::<ListPosition>().ok());
    let found = pages.desk.list(&query).await;
    let mut found = found.map_err(|error| frame.failed(error))?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let mut libraries = Libraries::of(pages);
    let mut rows = Vec::with_capacity(found.len());
    for listed in &found {
        let other = libraries.name(side.other(&listed.facts)).await;
        let other = other.map_err(|error| frame.failed(error))?;
        rows.push(Row::of(listed, other, side, &frame));
    }
    let statuses = Status::ALL
        .iter()
        .map(|one| (one.as_str(), status_of(*one, &frame), Some(*one) == status))
        .collect();
    let address = |after: &str| address(&frame.base, side, &params, after);
    let first = query.after.map(|_| address("")).unwrap_or_default();
    let next = found.last().filter(|_| more).map(|last| address(&last.position.to_string()));
    let is_filtered = status.is_some() || query.search.is_some() || query.waiting;
    let label = |part: &str| frame.t.text(&format!("list-{}{part}", side.word()));
    let code = if alert.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let shown = ListPage {
        title: label(""),
        lead: label("-lead"),
        other: label("-other"),
        statuses,
        rows,
        first,
        next: next.unwrap_or_default(),
        is_filtered,
        alert,
        frame,
        path: side.path(),
        lends: side.lends(),
        params,
    };
    Ok(page_with(code, &shown))
}

/// Returns the address of another page of the same list.
fn address(base: &str, side: Side, params: &ListParams, after: &str) -> String {
    let fields = [
        (SEARCH.name(), &*params.q),
        (STATUS.name(), params.status.map_or("", |status| status.as_str())),
        (WAITING.name(), if params.waiting { "yes" } else { "" }),
        (AFTER.name(), after),
    ];
    let fields: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(fields).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{base}{}{mark}{query}", side.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_pages_keep_the_search_terms() {
        let params = ListParams { q: "ice & snow".into(), ..ListParams::default() };
        let shown = address("/desk", Side::Lending, &params, "1.2");
        assert_eq!(shown, "/desk/supply?q=ice+%26+snow&after=1.2");
        assert_eq!(address("", Side::Borrowing, &ListParams::default(), ""), "/borrow");
    }
}
