use super::webhook_form::{Entered, WebhookForm, read, rejected};
use crate::LibraryParts;
use crate::web::{Administrator, Alert, Form, Frame, Reply, View, page, page_with};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::{AgencyId, Error};
use desktop_delivery_webhook::{NewWebhook, Owner, WebhookState, Webhooks};
use http::StatusCode;
use serde::Serialize;

/// The webhooks of a library, with the form that creates one.
#[derive(Serialize)]
pub(super) struct WebhooksPage {
    frame: Frame,
    webhooks: Vec<Row>,
    form: WebhookForm,
    /// The webhook that was just created, with its secret.
    created: Option<Created>,
    alert: Option<Alert>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    url: String,
    description: String,
    is_paused: bool,
}

#[derive(Serialize)]
struct Created {
    url: String,
    secret: String,
}

impl View for WebhooksPage {
    const TEMPLATE: &'static str = "library/webhooks.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let row = Row { id: text(), url: text(), description: text(), is_paused: true };
        Self {
            webhooks: vec![row],
            form: WebhookForm::sample(),
            created: Some(Created { url: text(), secret: text() }),
            alert: Some(Alert::sample()),
            frame,
        }
    }
}

impl WebhooksPage {
    async fn of(webhooks: &Webhooks, frame: Frame, agency: &AgencyId) -> Result<Self, Response> {
        let found = webhooks.list().await.map_err(|error| frame.failed(error))?;
        let owner = Owner::Library(agency.clone());
        let own = found.into_iter().filter(|webhook| webhook.owner == owner);
        let rows = own.map(|webhook| Row {
            id: webhook.id.to_string(),
            url: webhook.url.to_string(),
            description: webhook.description,
            is_paused: webhook.state != WebhookState::Active,
        });
        let (webhooks, form) = (rows.collect(), WebhookForm::default());
        Ok(Self { frame, webhooks, form, created: None, alert: None })
    }
}

/// Returns the webhooks, or the page for an unknown address if the host has none.
pub(super) fn webhooks<'a>(
    parts: &'a LibraryParts,
    frame: &Frame,
) -> Result<&'a Webhooks, Response> {
    parts.pages.webhooks.as_ref().ok_or_else(|| frame.not_found())
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
) -> Reply {
    let webhooks = webhooks(&parts, &member.frame)?;
    Ok(page(&WebhooksPage::of(webhooks, member.frame, &member.library.id).await?))
}

/// Creates a webhook. Its secret is shown only on this page.
pub(super) async fn create(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Form(sent): Form,
) -> Reply {
    let webhooks = webhooks(&parts, &member.frame)?;
    let (frame, agency) = (member.frame, member.library.id);
    let made = match sent.read(read) {
        Ok(Entered { url, events, description }) => {
            let new = NewWebhook::of_library(agency.clone(), url)
                .with_events(events)
                .with_description(description);
            match webhooks.add(new).await {
                Ok(made) => Ok(made),
                Err(Error::InvalidInput(input)) => Err(rejected(input, &sent)),
                Err(error) => return Err(frame.failed(error)),
            }
        }
        Err(fault) => Err(fault),
    };
    let alert = made.as_ref().err().map(|fault| fault.alert(&frame.t));
    let mut shown = WebhooksPage::of(webhooks, frame, &agency).await?;
    let status = match made {
        Ok((webhook, secret)) => {
            let (url, secret) = (webhook.url.to_string(), secret.expose().to_string());
            shown.created = Some(Created { url, secret });
            StatusCode::CREATED
        }
        Err(_) => {
            shown.form = WebhookForm::sent(&sent);
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    shown.alert = alert;
    Ok(page_with(status, &shown))
}
