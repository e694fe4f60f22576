use super::errors::failed;
use super::parse;
use super::tables::fields;
use super::webhook_text::{listed_text, shown_text};
use super::work::Work;
use crate::startup_error::StartupError;
use clap::Subcommand;
use desktop_delivery::events::{EventName, FeedPosition, FeedStart};
use desktop_delivery::{AgencyId, Error, Refusal};
use desktop_delivery_webhook::{
    Attempt, NewWebhook, ResumeFrom, SigningSecret, Webhook, WebhookEdit, WebhookJson, WebhookUrl,
};
use serde_json::{Value, json};
use std::process::ExitCode;
use std::str::FromStr as _;

/// Commands for webhooks.
#[derive(Debug, Subcommand)]
pub(super) enum WebhookCommand {
    /// Create a webhook for the events from now on. Prints its id and its secret once.
    Add {
        /// Where to deliver events, such as https://ill.example.org/webhooks/desk.
        #[arg(value_parser = parse::with_remedy(WebhookUrl::new))]
        url: WebhookUrl,
        /// Only these kinds of events, separated by commas, such as shipped,more-requested.
        #[arg(long, value_delimiter = ',', value_parser = EventName::from_str)]
        events: Vec<EventName>,
        /// Only events of requests of this library.
        #[arg(long, value_parser = parse::with_remedy(AgencyId::from_str))]
        agency: Option<AgencyId>,
        /// The purpose of the webhook.
        #[arg(long, default_value = "")]
        description: String,
    },
    /// List webhooks without their secrets.
    List,
    /// Show a webhook, how far its deliveries have come, and the last failures.
    Show {
        /// The webhook's id, or its first digits.
        id: String,
    },
    /// Change a webhook. What is not given stays.
    Edit {
        /// The webhook's id, or its first digits.
        id: String,
        /// The new URL.
        #[arg(long, value_parser = parse::with_remedy(WebhookUrl::new))]
        url: Option<WebhookUrl>,
        /// The new kinds of events, separated by commas; `all` for all kinds.
        #[arg(long, value_parser = event_names)]
        events: Option<Events>,
        /// The new library.
        #[arg(long, value_parser = parse::with_remedy(AgencyId::from_str))]
        agency: Option<AgencyId>,
        /// Deliver the events of all libraries.
        #[arg(long, conflicts_with = "agency")]
        all_agencies: bool,
        /// The new purpose.
        #[arg(long)]
        description: Option<String>,
    },
    /// Remove a webhook.
    Remove {
        /// The webhook's id, or its first digits.
        id: String,
    },
    /// Replace the secret and print the new one once. The old one signs as well for 24 hours.
    Rotate {
        /// The webhook's id, or its first digits.
        id: String,
    },
    /// Send a test delivery, and print how the receiver answered.
    Test {
        /// The webhook's id, or its first digits.
        id: String,
    },
    /// Deliver the events after a position again.
    Replay {
        /// The webhook's id, or its first digits.
        id: String,
        /// The position of an event in the feed, or `beginning`.
        #[arg(long, value_parser = start)]
        after: FeedStart,
    },
    /// Resume a paused webhook where it stopped.
    Resume {
        /// The webhook's id, or its first digits.
        id: String,
        /// Skip the events until now instead.
        #[arg(long)]
        skip: bool,
    },
}

/// Kinds of events; all kinds if empty.
#[derive(Clone, Debug)]
pub(super) struct Events(Vec<EventName>);

fn event_names(text: &str) -> Result<Events, desktop_delivery::events::UnknownEventName> {
    if text == "all" {
        return Ok(Events(Vec::new()));
    }
    text.split(',').map(EventName::from_str).collect::<Result<_, _>>().map(Events)
}

fn start(text: &str) -> Result<FeedStart, desktop_delivery::events::InvalidFeedPosition> {
    if text == "beginning" {
        return Ok(FeedStart::Beginning);
    }
    FeedPosition::from_str(text).map(FeedStart::After)
}

impl WebhookCommand {
    pub(super) async fn run(self, work: &Work) -> Result<ExitCode, StartupError> {
        let webhooks = &work.server.webhooks;
        match self {
            Self::Add { url, events, agency, description } => {
                let new = NewWebhook::of_host(url)
                    .with_events(events)
                    .with_agency(agency)
                    .with_description(description);
                let made = webhooks.add(new).await;
                let (webhook, secret) = made.map_err(problem("could not create the webhook"))?;
                print_secret(work, &webhook, &secret, "created")?;
            }
            Self::List => {
                let found = webhooks.list().await?;
                let listed: Vec<_> = found.iter().map(WebhookJson::of).collect();
                work.output.answer(&json!({ "webhooks": listed }), || listed_text(&found))?;
            }
            Self::Show { id } => show(work, &find(work, &id).await?).await?,
            Self::Edit { id, url, events, agency, all_agencies, description } => {
                let webhook = find(work, &id).await?;
                let mut edit = WebhookEdit::default();
                edit.url = url;
                edit.events = events.map(|Events(events)| events.into_iter().collect());
                edit.agency = if all_agencies { Some(None) } else { agency.map(Some) };
                edit.description = description;
                let changed = webhooks.edit(&webhook.id, edit).await;
                show(work, &changed.map_err(problem("could not change the webhook"))?).await?;
            }
            Self::Remove { id } => {
                let webhook = find(work, &id).await?;
                let removed = webhooks.remove(&webhook.id).await;
                let removed = removed.map_err(problem("could not remove the webhook"))?;
                let id = webhook.id.as_str();
                work.output.answer(&json!({ "id": id, "removed": removed }), || {
                    format!("The webhook {id} has been removed.")
                })?;
            }
            Self::Rotate { id } => {
                let webhook = find(work, &id).await?;
                let rotated = webhooks.rotate_secret(&webhook.id).await;
                let secret = rotated.map_err(problem("could not replace the secret"))?;
                print_secret(work, &webhook, &secret, "given a new secret")?;
            }
            Self::Test { id } => {
                let webhook = find(work, &id).await?;
                let tested = webhooks.test(&webhook.id).await;
                let attempt = tested.map_err(problem("could not test the webhook"))?;
                return print_test(work, &webhook, &attempt);
            }
            Self::Replay { id, after } => {
                let webhook = find(work, &id).await?;
                let replayed = webhooks.replay(&webhook.id, after).await;
                replayed.map_err(problem("could not replay events"))?;
                show(work, &webhook).await?;
            }
            Self::Resume { id, skip } => {
                let webhook = find(work, &id).await?;
                let from = if skip { ResumeFrom::Latest } else { ResumeFrom::Stopped };
                let resumed = webhooks.resume(&webhook.id, from).await;
                show(work, &resumed.map_err(problem("could not resume the webhook"))?).await?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Returns the only webhook whose id begins like this, with or without its prefix.
async fn find(work: &Work, start: &str) -> Result<Webhook, StartupError> {
    let digits = start.strip_prefix("wh_").unwrap_or(start);
    let mut found = work.server.webhooks.list().await?;
    found.retain(|webhook| !digits.is_empty() && webhook.id.as_str()[3..].starts_with(digits));
    if found.len() > 1 {
        let what = format!("{} webhooks have an id that begins like this", found.len());
        return Err(StartupError::usage(what).with_remedy("enter more digits of the id"));
    }
    found.pop().ok_or_else(|| {
        StartupError::plain("there is no webhook with this id")
            .with_remedy("to see the ids, run desk webhook list")
    })
}

/// Returns a function that turns an error into one that says what could not be done.
fn problem(what: &'static str) -> impl FnOnce(Error) -> StartupError {
    move |error| match error {
        Error::Refused(Refusal::FeedReset) => StartupError::new(what, Refusal::FeedReset)
            .with_remedy("choose a position of the feed as it is now, or resume with --skip"),
        error => failed(what)(error),
    }
}

fn print_secret(
    work: &Work,
    webhook: &Webhook,
    secret: &SigningSecret,
    done: &str,
) -> Result<(), StartupError> {
    let mut value = serde_json::to_value(WebhookJson::of(webhook)).unwrap_or_default();
    value["secret"] = Value::String(secret.expose().to_string());
    work.output.answer(&value, || {
        let shown = [("id", webhook.id.to_string()), ("secret", secret.expose().to_string())];
        format!("The webhook has been {done}.\n\n{}", fields(shown))
    })
}

async fn show(work: &Work, webhook: &Webhook) -> Result<(), StartupError> {
    let status = work.server.webhooks.status(&webhook.id).await;
    let status = status.map_err(problem("could not show the webhook"))?;
    let json = WebhookJson::of(webhook).with_status(status.as_ref());
    work.output.answer(&json, || shown_text(webhook, status.as_ref()))
}

fn print_test(work: &Work, webhook: &Webhook, attempt: &Attempt) -> Result<ExitCode, StartupError> {
    let reason = attempt.failure.map(|reason| reason.as_str());
    let milliseconds = attempt.duration.as_millis();
    let value = json!({
        "id": webhook.id.as_str(), "delivered": attempt.is_success(), "status": attempt.status,
        "reason": reason, "milliseconds": u64::try_from(milliseconds).unwrap_or(u64::MAX),
    });
    work.output.answer(&value, || match (attempt.status, reason) {
        (Some(status), None) => format!("Delivered: {status} after {milliseconds} ms."),
        (Some(status), _) => format!("Not delivered: {status} after {milliseconds} ms."),
        (None, reason) => {
            let reason = reason.unwrap_or_default();
            format!("Not delivered: {reason} after {milliseconds} ms.")
        }
    })?;
    Ok(if attempt.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
