use super::errors;
use super::parse::AudienceArg;
use super::work::Work;
use crate::startup_error::StartupError;
use desktop_delivery::decide;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::desk::TermsChange;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::time::Date;
use desktop_delivery::views::StaffFile;
use desktop_delivery::{Actor, AttachmentNo, Error, Refusal, RequestHandle, Status, Zone};
use serde_json::json;

/// Options of `link`.
#[derive(Debug, clap::Args)]
pub(super) struct Link {
    /// The request's reference or handle.
    request: String,
    /// The audience of the link.
    #[arg(long, value_enum)]
    audience: AudienceArg,
}

impl Link {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let issued = work.desk().issue_link(handle, &Actor::Host, self.audience.into()).await;
        let issued = issued.map_err(|error| match error {
            Error::Refused(Refusal::NoRecipient) => {
                StartupError::plain(format!("request {} has no patron", self.request))
                    .with_remedy("have the host send the request again with its patron")
            }
            error => errors::failed("could not get the link")(error),
        })?;
        let value = json!({
            "url": issued.url.expose(), "link": issued.no.get(),
            "hard_expires_at": issued.hard_expires_at.to_string(),
        });
        work.output.answer(&value, || issued.url.expose().to_owned())
    }
}

/// Options of `extend`.
#[derive(Debug, clap::Args)]
pub(super) struct Extend {
    /// The request's reference or handle.
    request: String,
    /// The number of the file.
    #[arg(long, value_name = "N")]
    file: u16,
    /// Until the end of the day this many days from now, or from shipping if that is still to come.
    #[arg(long, value_name = "D", required_unless_present = "until", conflicts_with = "until")]
    days: Option<u16>,
    /// Until the end of this day in the borrowing library's time zone, such as 2027-02-21.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// The reason, recorded in the history.
    #[arg(long, value_name = "TEXT")]
    why: String,
}

impl Extend {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let failed = || errors::failed("could not change the file's last day");
        let (handle, view) = work.view(&self.request).await?;
        let no = AttachmentNo::new(self.file);
        let file = view.files.iter().find(|file| file.attachment.no == no);
        let file = file.ok_or_else(|| no_file(&self.request, self.file))?;
        let expiry = match (self.days, self.until) {
            (Some(days), _) if view.status == Status::Pending => Expiry::Days(days),
            (Some(days), _) => {
                Expiry::At(zone(work, handle).await?.end_of_day(work.desk().now(), days))
            }
            (None, Some(day)) => end_of(day, &zone(work, handle).await?, work)?,
            (None, None) => {
                return Err(StartupError::usage("either --days or --until is required"));
            }
        };
        let change = TermsChange::new(no, file.attachment.terms.with_expiry(expiry), self.why);
        work.desk().change_terms(handle, &Actor::Host, &change).await.map_err(failed())?;
        print_downloads(work, &self.request, no).await
    }
}

/// Returns the end of a day, which must be in the future.
fn end_of(day: Date, zone: &Zone, work: &Work) -> Result<Expiry, StartupError> {
    let end = zone.end_of_date(day);
    if end <= work.desk().now() {
        return Err(StartupError::usage(format!("{day} is in the past"))
            .with_remedy("to end a link immediately, run desk revoke"));
    }
    Ok(Expiry::At(end))
}

fn no_file(request: &str, no: u16) -> StartupError {
    errors::missing(request, &format!("file {no}"))
}

/// Returns the time zone in which a request's days end.
async fn zone(work: &Work, handle: RequestHandle) -> Result<Zone, StartupError> {
    let delivery = work.server.engines.ledger.load(DeliveryKey::Handle(handle)).await?;
    let delivery = delivery.ok_or_else(|| StartupError::plain("the request no longer exists"))?;
    Ok(delivery.record.zone)
}

/// Options of `grant`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("extension").required(true).multiple(true).args(["downloads", "days"])))]
pub(super) struct Grant {
    /// The request's reference or handle.
    request: String,
    /// The number of the file.
    #[arg(long, value_name = "N")]
    file: u16,
    /// The audience that gets the downloads. With a shared budget, all audiences get them.
    #[arg(long, value_enum, default_value = "patron")]
    audience: AudienceArg,
    /// Number of downloads in addition to the terms.
    #[arg(long, value_name = "N")]
    downloads: Option<u32>,
    /// Until the end of the day this many days from now, if that is later than the current end.
    #[arg(long, value_name = "D")]
    days: Option<u16>,
}

impl Grant {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let (handle, view) = work.view(&self.request).await?;
        // A missing file is reported first, whatever other obstacles there are.
        if view.files.iter().all(|file| file.attachment.no.get() != self.file) {
            return Err(no_file(&self.request, self.file));
        }
        let grant = decide::Grant::new(AttachmentNo::new(self.file), self.audience.into())
            .with_downloads(self.downloads.unwrap_or(0))
            .with_days(self.days);
        // A file that cannot be extended at all has its own reason, which the desk gives.
        let is_live =
            |file: &StaffFile| file.attachment.no == grant.attachment && file.attachment.is_live();
        let is_open = view.status.is_visible() && view.files.iter().any(is_live);
        if is_open && !view.is_extended_by(&grant, work.desk().now()) {
            let plain =
                StartupError::plain("this grants nothing: it adds no downloads and no days");
            return Err(
                plain.with_remedy("choose more days than the file has left, or downloads above 0")
            );
        }
        let granted = work.desk().grant(handle, &Actor::Host, &grant).await;
        granted.map_err(|error| match error {
            Error::Refused(refusal @ Refusal::OverLimit { .. }) => {
                StartupError::new("could not grant more", refusal)
                    .with_remedy("choose a smaller number")
            }
            error => errors::failed("could not grant more")(error),
        })?;
        print_downloads(work, &self.request, grant.attachment).await
    }
}

/// Options of `revoke`.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// The request's reference or handle.
    request: String,
    /// The number of the link, as shown by `desk request show`.
    #[arg(long, value_name = "N")]
    link: u16,
}

impl Revoke {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let revoked = work.desk().revoke_link(handle, &Actor::Host, LinkNo::new(self.link)).await;
        revoked.map_err(|error| match error {
            Error::Refused(Refusal::Unknown) => {
                errors::missing(&self.request, &format!("link {}", self.link))
            }
            error => errors::failed("could not revoke the link")(error),
        })?;
        let value = json!({ "handle": handle.to_string(), "link": self.link, "revoked": true });
        work.output
            .answer(&value, || format!("Link {} of {} no longer works.", self.link, self.request))
    }
}

/// Prints the remaining downloads of a file.
async fn print_downloads(work: &Work, name: &str, no: AttachmentNo) -> Result<(), StartupError> {
    let (handle, view) = work.view(name).await?;
    let file = view.files.iter().find(|file| file.attachment.no == no);
    let file =
        file.ok_or_else(|| errors::failed("could not show the file")(Refusal::Unknown.into()))?;
    let last_day = file.last_day.map(|day| day.to_string());
    let left: Vec<_> = file
        .budgets
        .iter()
        .map(|spent| json!({ "of": spent.name, "used": spent.used, "left": spent.left }))
        .collect();
    let value = json!({
        "handle": handle.to_string(), "file": no.get(), "last_day": last_day,
        "expires_at": file.attachment.expires_at.map(|end| end.to_string()), "budgets": left,
    });
    work.output.answer(&value, || {
        let left: Vec<_> = file.budgets.iter().map(|spent| spent.left.to_string()).collect();
        let until =
            last_day.map_or_else(|| "not yet shipped".to_owned(), |day| format!("until {day}"));
        format!(
            "File {no} of {}: {} downloads left, {until}.",
            view.facts.reference,
            left.join(", ")
        )
    })
}
