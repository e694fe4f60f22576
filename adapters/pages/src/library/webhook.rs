use super::webhook_form::{Entered, WebhookForm, read, rejected};
use super::webhooks::webhooks;
use crate::LibraryParts;
use crate::web::{
    Administrator, Alert, Button, Field, Form, Frame, Reply, StaffMember, View, done, page,
    page_with,
};
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::{Error, Refusal};
use desktop_delivery_text::Texts;
use desktop_delivery_webhook::{
    Attempt, DeliveryStatus, FailureReason, Owner, ResumeFrom, Webhook, WebhookEdit, WebhookId,
    WebhookState, Webhooks,
};
use http::StatusCode;
use serde::Serialize;

const FROM: Field = Field::hidden("from");

/// One webhook.
#[derive(Serialize)]
pub(super) struct WebhookPage {
    frame: Frame,
    id: String,
    /// The stored URL.
    url: String,
    form: WebhookForm,
    /// Why it is paused, and since when.
    paused: Option<Paused>,
    /// When a delivery last succeeded; empty if none has.
    delivered: String,
    /// The number of events that will be tried again.
    retrying: usize,
    failures: Vec<Failed>,
    /// The outcome of a test, as a sentence.
    tested: Option<Tested>,
    /// The secret that was just generated.
    secret: Option<String>,
    alert: Option<Alert>,
}

#[derive(Serialize)]
struct Paused {
    reason: String,
    since: String,
}

#[derive(Serialize)]
struct Failed {
    at: String,
    reason: String,
}

#[derive(Serialize)]
struct Tested {
    is_delivered: bool,
    text: String,
}

impl View for WebhookPage {
    const TEMPLATE: &'static str = "library/webhook.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self {
            id: text(),
            url: text(),
            form: WebhookForm::sample(),
            paused: Some(Paused { reason: text(), since: text() }),
            delivered: text(),
            retrying: 1,
            failures: vec![Failed { at: text(), reason: text() }],
            tested: Some(Tested { is_delivered: true, text: text() }),
            secret: Some(text()),
            alert: Some(Alert::sample()),
            frame,
        }
    }
}

impl WebhookPage {
    async fn of(
        webhooks: &Webhooks,
        member: StaffMember,
        webhook: &Webhook,
    ) -> Result<Self, Response> {
        let frame = member.frame;
        let status = webhooks.status(&webhook.id).await.map_err(|error| frame.failed(error))?;
        let moment = |at| frame.t.moment(at, &frame.zone);
        let paused = match webhook.state {
            WebhookState::Paused { reason, since } => Some(Paused {
                reason: frame.t.text(&format!("webhook-paused-{reason}")),
                since: moment(since),
            }),
            _ => None,
        };
        let delivered = status.as_ref().and_then(|status| status.delivered_at);
        let failures = status.iter().flat_map(|status| &status.failures);
        let failures = failures.map(|failure| Failed {
            at: moment(failure.at),
            reason: reason(&frame.t, failure.reason, failure.status),
        });
        Ok(Self {
            id: webhook.id.to_string(),
            url: webhook.url.to_string(),
            form: WebhookForm::of(webhook),
            paused,
            delivered: delivered.map(moment).unwrap_or_default(),
            retrying: status.as_ref().map_or(0, |status: &DeliveryStatus| status.retrying),
            failures: failures.collect(),
            tested: None,
            secret: None,
            alert: None,
            frame,
        })
    }
}

/// Returns why an attempt failed.
fn reason(t: &Texts, reason: FailureReason, status: Option<u16>) -> String {
    let key = format!("webhook-failure-{reason}");
    let message = t.message(&key);
    message.set("status", status.unwrap_or_default().to_string()).to_string()
}

impl Tested {
    fn of(t: &Texts, attempt: &Attempt) -> Self {
        let text = match attempt.failure {
            None => {
                let milliseconds = u64::try_from(attempt.duration.as_millis());
                let message = t.message("webhook-tested");
                let message =
                    message.set("milliseconds", t.number(milliseconds.unwrap_or_default()));
                message.set("status", attempt.status.unwrap_or_default().to_string()).to_string()
            }
            Some(failure) => reason(t, failure, attempt.status),
        };
        Self { is_delivered: attempt.is_success(), text }
    }
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(id): Path<String>,
) -> Reply {
    let (webhooks, webhook) = of_library(&parts, &member, &id).await?;
    Ok(page(&WebhookPage::of(webhooks, member, &webhook).await?))
}

pub(super) async fn details(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(id): Path<String>,
    Form(sent): Form,
) -> Reply {
    let (webhooks, webhook) = of_library(&parts, &member, &id).await?;
    let fault = match sent.read(read) {
        Ok(Entered { url, events, description }) => {
            let mut edit = WebhookEdit::default();
            (edit.url, edit.events) = (Some(url), Some(events));
            edit.description = Some(description);
            match webhooks.edit(&webhook.id, edit).await {
                Ok(_) => {
                    return Ok(done(&parts.pages, &path(&webhook), "webhook"));
                }
                Err(Error::InvalidInput(input)) => rejected(input, &sent),
                Err(error) => return Err(member.frame.failed(error)),
            }
        }
        Err(fault) => fault,
    };
    let alert = fault.alert(&member.frame.t);
    let mut shown = WebhookPage::of(webhooks, member, &webhook).await?;
    (shown.form, shown.alert) = (WebhookForm::sent(&sent), Some(alert));
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

/// Replaces the secret. The new one is shown only on this page.
pub(super) async fn rotate(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(id): Path<String>,
    _: Button,
) -> Reply {
    let (webhooks, webhook) = of_library(&parts, &member, &id).await?;
    let rotated = webhooks.rotate_secret(&webhook.id).await;
    let secret = rotated.map_err(|error| member.frame.failed(error))?;
    let mut shown = WebhookPage::of(webhooks, member, &webhook).await?;
    shown.secret = Some(secret.expose().to_string());
    Ok(page(&shown))
}

/// Sends a test delivery, and shows how the receiver answered.
pub(super) async fn test(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(id): Path<String>,
    _: Button,
) -> Reply {
    let (webhooks, webhook) = of_library(&parts, &member, &id).await?;
    let tested = webhooks.test(&webhook.id).await;
    let attempt = tested.map_err(|error| member.frame.failed(error))?;
    let mut shown = WebhookPage::of(webhooks, member, &webhook).await?;
    shown.tested = Some(Tested::of(&shown.frame.t, &attempt));
    Ok(page(&shown))
}

/// Resumes where it stopped, or skips the events until now.
pub(super) async fn resume(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(id): Path<String>,
    Form(sent): Form,
) -> Reply {
    let (webhooks, webhook) = of_library(&parts, &member, &id).await?;
    let choices = [("stopped", ResumeFrom::Stopped), ("latest", ResumeFrom::Latest)];
    let alert = match sent.read(|form| form.choice(FROM, &choices)) {
        Ok(from) => match webhooks.resume(&webhook.id, from).await {
            Ok(_) => return Ok(done(&parts.pages, &path(&webhook), "webhook-resumed")),
            Err(Error::Refused(Refusal::FeedReset)) => Alert::Named("webhook-feed-reset"),
            Err(error) => return Err(member.frame.failed(error)),
        },
        Err(fault) => fault.alert(&member.frame.t),
    };
    let mut shown = WebhookPage::of(webhooks, member, &webhook).await?;
    shown.alert = Some(alert);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
}

pub(super) async fn remove(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path(id): Path<String>,
    _: Button,
) -> Reply {
    let (webhooks, webhook) = of_library(&parts, &member, &id).await?;
    webhooks.remove(&webhook.id).await.map_err(|error| member.frame.failed(error))?;
    Ok(done(&parts.pages, "/library/webhooks", "webhook-removed"))
}

fn path(webhook: &Webhook) -> String {
    format!("/library/webhooks/{}", webhook.id)
}

/// Returns the webhook if it belongs to the administrator's library.
async fn of_library<'a>(
    parts: &'a LibraryParts,
    member: &StaffMember,
    id: &str,
) -> Result<(&'a Webhooks, Webhook), Response> {
    let frame = &member.frame;
    let webhooks = webhooks(parts, frame)?;
    let id = WebhookId::parse(id).ok_or_else(|| frame.not_found())?;
    let found = webhooks.find(&id).await.map_err(|error| frame.failed(error))?;
    let own = found.filter(|webhook| webhook.owner == Owner::Library(member.library.id.clone()));
    Ok((webhooks, own.ok_or_else(|| frame.not_found())?))
}
