use crate::accept;
use crate::parts::Shared;
use crate::posted::Posted;
use crate::problem::{self, Problem};
use crate::segments::Segments;
use crate::trouble::{self, STYLE};
use crate::words::{self, Texts};
use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use desktop_delivery::decide::{Availability, DeliveryView, FileView};
use desktop_delivery::{
    AttachmentNo, ClaimRequest, Error, Granted, LinkContext, Participant, Refusal, Repeat,
    TokenError, Zone,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;

/// What the address of a page may carry; whatever else a message or a browser adds is passed over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    lang: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let lang = fields.into_iter().rev().find(|(name, _)| name == "lang");
        Ok(Self { lang: lang.map(|(_, code)| code) })
    }
}

/// What the page's form or an API caller posts for a claim.
#[derive(Debug, Default, Deserialize)]
struct ClaimForm {
    #[serde(default)]
    ordinal: Option<u32>,
    #[serde(default)]
    acknowledged: Option<Ticked>,
}

/// A ticked box, as forms (`yes`, `on`) and programs (`true`) send it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Ticked {
    Flag(bool),
    Word(String),
}

impl Ticked {
    fn is_ticked(&self) -> bool {
        match self {
            Self::Flag(flag) => *flag,
            Self::Word(word) => matches!(word.as_str(), "yes" | "on" | "true"),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct AskForm {
    #[serde(default)]
    note: String,
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage<'a> {
    t: &'a Texts,
    style: &'a str,
    library: &'a str,
    contact: String,
    email: &'a str,
    here: &'a str,
    query: &'a str,
    title: &'a str,
    source: &'a str,
    request_no: String,
    supplier: String,
    alert: Option<&'a (String, String)>,
    notice: Vec<&'a str>,
    files: Vec<FileBox>,
}

/// One document on the page.
struct FileBox {
    no: u16,
    name: String,
    description: String,
    about: String,
    ordinal: u32,
    refused: Option<(String, String)>,
    /// Where the ticket is, and how long it is free.
    go_on: Option<(String, String)>,
    asked: Option<String>,
    may_ask: bool,
}

/// Shows what a link leads to; counts nothing.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Segments(token): Segments<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Response {
    if accept::wants_json(&headers) {
        return match shared.desk.open_link(&token).await {
            Ok(view) => axum::Json(crate::api::LinkJson::of(&view)).into_response(),
            Err(error) => failed(&shared, &headers, &token, &error).await,
        };
    }
    page(&shared, &headers, &token, &asked, None).await
}

/// Counts one download and leads to its ticket.
pub(crate) async fn claim(
    State(shared): State<Shared>,
    Segments((token, attachment)): Segments<(String, String)>,
    asked: Asked,
    headers: HeaderMap,
    Posted(body): Posted,
) -> Response {
    let outcome = match read_claim(&attachment, &headers, &body) {
        Ok(request) => shared.desk.claim(&token, &request).await,
        Err(problem) => return problem.into_response(),
    };
    let is_json = accept::wants_json(&headers);
    match outcome {
        Ok(granted) if is_json => {
            metrics::counter!("desktop_delivery_claims_total", "outcome" => "granted").increment(1);
            let address = shared.desk.address().as_str();
            axum::Json(TicketJson::of(address, &granted)).into_response()
        }
        Ok(granted) => {
            metrics::counter!("desktop_delivery_claims_total", "outcome" => "granted").increment(1);
            let ticket = format!("{}/t/{}", shared.prefix, granted.ticket.expose());
            see_other(&ticket)
        }
        Err(error) => {
            metrics::counter!("desktop_delivery_claims_total", "outcome" => "refused").increment(1);
            refused(&shared, &headers, &token, &asked, error).await
        }
    }
}

/// Asks the library for more.
pub(crate) async fn ask(
    State(shared): State<Shared>,
    Segments((token, attachment)): Segments<(String, String)>,
    asked: Asked,
    headers: HeaderMap,
    Posted(body): Posted,
) -> Response {
    let attachment = match attachment_no(&attachment) {
        Ok(attachment) => attachment,
        Err(problem) => return problem.into_response(),
    };
    let form: AskForm = match read_body(&headers, &body) {
        Ok(form) => form,
        Err(problem) => return problem.into_response(),
    };
    match shared.desk.ask(&token, attachment, &form.note).await {
        Ok(()) if accept::wants_json(&headers) => StatusCode::NO_CONTENT.into_response(),
        Ok(()) => see_other(&format!("{}/d/{token}{}", shared.prefix, query_of(&asked))),
        Err(error) => refused(&shared, &headers, &token, &asked, error).await,
    }
}

/// A refusal of one document shows the page again, with what happened on top of it.
async fn refused(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    asked: &Asked,
    error: Error,
) -> Response {
    problem::log(&error);
    match &error {
        Error::Refused(refusal) if !accept::wants_json(headers) => {
            page(shared, headers, token, asked, Some(refusal)).await
        }
        _ => failed(shared, headers, token, &error).await,
    }
}

/// An answer for a link that opens nothing; who holds a genuine token hears why, and from whom.
async fn failed(shared: &Shared, headers: &HeaderMap, token: &str, error: &Error) -> Response {
    problem::log(error);
    let context = match error {
        Error::Token(TokenError::Invalid) => None,
        _ => shared.desk.link_context(token).await.ok(),
    };
    trouble::answer(shared, headers, error, context.as_ref())
}

async fn page(
    shared: &Shared,
    headers: &HeaderMap,
    token: &str,
    asked: &Asked,
    alert: Option<&Refusal>,
) -> Response {
    let loaded = async {
        let view = shared.desk.open_link(token).await?;
        Ok::<_, Error>((view, shared.desk.link_context(token).await?))
    };
    let (view, context) = match loaded.await {
        Ok(loaded) => loaded,
        Err(error) => return failed(shared, headers, token, &error).await,
    };
    let language = trouble::language(headers, asked.lang.as_deref(), Some(&context));
    let t = words::texts(language);
    let zone = trouble::zone(Some(&context));
    let mut files = Vec::with_capacity(view.files.len());
    for file in &view.files {
        let ticket = match &file.open_claim {
            Some(_) => shared.desk.resume(token, file.no).await.ok().flatten(),
            None => None,
        };
        files.push(file_box(shared, t, &zone, file, ticket.as_ref()));
    }
    let alert_text = alert.map(|refusal| t.refusal(refusal, &zone));
    let here = format!("{}/d/{token}", shared.prefix);
    let status = alert.map_or(StatusCode::OK, problem::status_of);
    let page = link_page(t, &context, &view, &here, query_of(asked), alert_text.as_ref(), files);
    let mut response = trouble::html(status, page.render());
    let policy = shared.page_policy.clone();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(t.code));
    response
}

fn link_page<'a>(
    t: &'a Texts,
    context: &'a LinkContext,
    view: &'a DeliveryView,
    here: &'a str,
    query: &'a str,
    alert: Option<&'a (String, String)>,
    files: Vec<FileBox>,
) -> LinkPage<'a> {
    let name = |library: &'a Option<Participant>| library.as_ref().map_or("", |l| l.name.as_str());
    let library = name(&context.requester);
    let own_notice = context.requester.as_ref().map_or("", |l| l.copyright_notice.as_str()).trim();
    let notice = if own_notice.is_empty() { t.usual_notice } else { own_notice };
    let supplier = name(&context.supplier);
    LinkPage {
        t,
        style: STYLE,
        library,
        contact: words::fill(t.contact, "library", library),
        email: context.requester.as_ref().and_then(|l| l.email.as_deref()).unwrap_or_default(),
        here,
        query,
        title: &view.facts.title,
        source: &view.facts.source,
        request_no: words::fill(t.request_no, "no", &context.request_no),
        supplier: if supplier.is_empty() {
            String::new()
        } else {
            words::fill(t.supplied_by, "library", supplier)
        },
        alert,
        notice: notice.lines().filter(|line| !line.trim().is_empty()).collect(),
        files,
    }
}

fn file_box(
    shared: &Shared,
    t: &Texts,
    zone: &Zone,
    file: &FileView,
    ticket: Option<&Granted>,
) -> FileBox {
    let mut about =
        vec![format!("{}, {}", type_word(&file.media_type), t.language.size_in_words(file.size))];
    if file.limit > 0 {
        about.push(t.left(file.left, file.limit));
    }
    let refused = match &file.availability {
        Availability::Open => None,
        Availability::Refused(refusal) => Some(refusal),
    };
    if refused.is_none()
        && let Some(day) = file.last_day
    {
        about.push(words::fill(t.last_day, "day", &t.language.day_in_words(day)));
    }
    FileBox {
        no: file.no.get(),
        name: file.file_name.clone(),
        description: file.description.clone(),
        about: about.join(" · "),
        ordinal: file.next_ordinal,
        refused: refused.map(|refusal| t.refusal(refusal, zone)),
        go_on: ticket.map(|granted| {
            let address = format!("{}/t/{}", shared.prefix, granted.ticket.expose());
            let left = granted.ends_at.seconds_since(shared.desk.now());
            (address, words::fill(t.go_on_for, "span", &t.span(left)))
        }),
        asked: file
            .asked_at
            .map(|at| words::fill(t.asked, "day", &t.language.day_in_words(zone.date_at(at)))),
        may_ask: refused.is_some_and(Refusal::may_ask),
    }
}

/// A word for a media type, such as "PDF".
fn type_word(media_type: &str) -> String {
    let subtype = media_type.rsplit('/').next().unwrap_or_default();
    subtype.trim_start_matches("x-").to_ascii_uppercase()
}

fn query_of(asked: &Asked) -> &'static str {
    match asked.lang.as_deref() {
        Some("en") => "?lang=en",
        Some("fr") => "?lang=fr",
        _ => "",
    }
}

fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}

/// Reads what is claimed; an `Idempotency-Key` goes before the page's number.
fn read_claim(
    attachment: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<ClaimRequest, Problem> {
    let attachment = attachment_no(attachment)?;
    let form: ClaimForm = read_body(headers, body)?;
    let repeat = match (idempotency_key(headers)?, form.ordinal) {
        (Some(key), _) => Repeat::Key(key),
        (None, Some(ordinal)) => Repeat::Ordinal(ordinal),
        (None, None) => {
            return Err(Problem::malformed(
                "an Idempotency-Key header or a field ordinal is missing",
            ));
        }
    };
    let acknowledged = form.acknowledged.is_some_and(|ticked| ticked.is_ticked());
    Ok(ClaimRequest { attachment, repeat, acknowledged })
}

pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text =
        value.to_str().map_err(|_| Problem::malformed("the Idempotency-Key is not ASCII"))?;
    Ok(Some(text.to_owned()))
}

pub(crate) fn attachment_no(text: &str) -> Result<AttachmentNo, Problem> {
    text.parse().map(AttachmentNo::new).map_err(|_| Problem::not_found())
}

/// Reads a form or JSON, as the content type says; an empty body is an empty form.
fn read_body<T: for<'a> Deserialize<'a>>(headers: &HeaderMap, body: &Bytes) -> Result<T, Problem> {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = stated.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if media.eq_ignore_ascii_case("application/json") {
        return serde_json::from_slice(body)
            .map_err(|error| Problem::malformed(format!("the JSON cannot be read: {error}")));
    }
    serde_urlencoded::from_bytes(body).map_err(|_| Problem::malformed("the form cannot be read"))
}

/// What an API caller gets for a claim.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct TicketJson {
    /// Where to fetch the bytes: a secret, until it ends.
    #[schema(example = "https://ill.example.org/t/EgEAAAAAAAAAAQ")]
    pub(crate) url: String,
    /// The claim's number within the request.
    pub(crate) claim: u32,
    /// The end of the ticket, exclusive, RFC 3339.
    #[schema(example = "2026-11-23T22:46:32Z")]
    pub(crate) ends_at: String,
    /// Whether the download was counted before, so that this cost nothing.
    pub(crate) is_repeat: bool,
}

impl TicketJson {
    pub(crate) fn of(address: &str, granted: &Granted) -> Self {
        Self {
            url: format!("{address}/t/{}", granted.ticket.expose()),
            claim: granted.claim.get(),
            ends_at: granted.ends_at.to_string(),
            is_repeat: granted.is_repeat,
        }
    }
}
