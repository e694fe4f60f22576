use super::parse::{self, AudienceWord};
use super::trouble;
use super::work::Work;
use crate::startup_error::StartupError;
use desktop_delivery::decide;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::desk::TermsChange;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::{Actor, AttachmentNo, Error, Refusal, RequestHandle, Status, Zone};
use serde_json::json;
use time::Date;

/// Whose link is printed.
#[derive(Debug, clap::Args)]
pub(super) struct Link {
    /// The host's reference of the request, or its handle.
    request: String,
    /// For whom.
    #[arg(long, value_enum)]
    audience: AudienceWord,
}

impl Link {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let issued = work.desk().issue_link(handle, &Actor::Host, self.audience.into()).await;
        let issued = issued.map_err(|error| match error {
            Error::Refused(Refusal::NoRecipient) => {
                StartupError::plain(format!("request {} names no patron", self.request))
                    .with_remedy("name the patron in the request: the host sends it again")
            }
            error => trouble::failed("there is no link")(error),
        })?;
        let value = json!({
            "url": issued.url.expose(), "link": issued.no.get(),
            "hard_expires_at": issued.hard_expires_at.to_string(),
        });
        work.output.answer(&value, || issued.url.expose().to_owned())
    }
}

/// What is to last longer, or shorter.
#[derive(Debug, clap::Args)]
pub(super) struct Extend {
    /// The host's reference of the request, or its handle.
    request: String,
    /// The file's number.
    #[arg(long, value_name = "N")]
    file: u16,
    /// Until the end of the day this many days from now, or from Shipped where that is yet to come.
    #[arg(long, value_name = "D", required_unless_present = "until", conflicts_with = "until")]
    days: Option<u16>,
    /// Until the end of this day, such as 2027-02-21, in the borrowing library's zone.
    #[arg(long, value_name = "DATE", value_parser = parse::with_remedy(parse::day))]
    until: Option<Date>,
    /// Why, for the audit.
    #[arg(long, value_name = "TEXT")]
    why: String,
}

impl Extend {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let failed = || trouble::failed("the file's last day stays");
        let (handle, view) = work.view(&self.request).await?;
        let no = AttachmentNo::new(self.file);
        let file = view.files.iter().find(|file| file.attachment.no == no);
        let file = file.ok_or_else(|| no_file(&self.request, self.file))?;
        let expiry = match (self.days, self.until) {
            (Some(days), _) if view.status == Status::Pending => Expiry::Days(days),
            (Some(days), _) => {
                Expiry::At(zone(work, handle).await?.end_of_day(work.desk().now(), days))
            }
            (None, Some(day)) => self.end_of(day, &zone(work, handle).await?, work)?,
            (None, None) => return Err(StartupError::usage("either --days or --until is needed")),
        };
        let change = TermsChange::new(no, file.attachment.terms.with_expiry(expiry), self.why);
        work.desk().change_terms(handle, &Actor::Host, &change).await.map_err(failed())?;
        now_is(work, &self.request, no).await
    }

    /// The end of a day that is not over yet.
    fn end_of(&self, day: Date, zone: &Zone, work: &Work) -> Result<Expiry, StartupError> {
        let now = work.desk().now();
        let today = parse::day(&zone.date_at(now).to_string())?;
        let days = u16::try_from((day - today).whole_days()).map_err(|_| {
            StartupError::usage(format!("{day} is over, or too far away"))
                .with_remedy("desk revoke ends a link at once")
        })?;
        Ok(Expiry::At(zone.end_of_day(now, days)))
    }
}

fn no_file(request: &str, no: u16) -> StartupError {
    trouble::missing(request, &format!("file {no}"))
}

/// The zone in which a request's days end.
async fn zone(work: &Work, handle: RequestHandle) -> Result<Zone, StartupError> {
    let delivery = work.server.engines.ledger.load(DeliveryKey::Handle(handle)).await?;
    let delivery = delivery.ok_or_else(|| StartupError::plain("the request is gone"))?;
    Ok(delivery.record.zone)
}

/// What is granted on top.
#[derive(Debug, clap::Args)]
pub(super) struct Grant {
    /// The host's reference of the request, or its handle.
    request: String,
    /// The file's number.
    #[arg(long, value_name = "N")]
    file: u16,
    /// Whose downloads; where the profile has one budget for all, it is everybody's.
    #[arg(long, value_enum, default_value = "patron")]
    audience: AudienceWord,
    /// Downloads on top of those that the terms allow.
    #[arg(long, value_name = "N", required_unless_present = "days")]
    downloads: Option<u32>,
    /// Until the end of the day this many days from now, where that is later than now.
    #[arg(long, value_name = "D")]
    days: Option<u16>,
}

impl Grant {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let (handle, view) = work.view(&self.request).await?;
        // What the request does not have is the reason, whatever else stands in the way.
        if view.files.iter().all(|file| file.attachment.no.get() != self.file) {
            return Err(no_file(&self.request, self.file));
        }
        let grant = decide::Grant::new(AttachmentNo::new(self.file), self.audience.into())
            .with_downloads(self.downloads.unwrap_or(0))
            .with_days(self.days);
        let granted = work.desk().grant(handle, &Actor::Host, &grant).await;
        granted.map_err(trouble::failed("nothing is granted"))?;
        now_is(work, &self.request, grant.attachment).await
    }
}

/// What is revoked.
#[derive(Debug, clap::Args)]
pub(super) struct Revoke {
    /// The host's reference of the request, or its handle.
    request: String,
    /// The link's number, as `desk request show` tells it.
    #[arg(long, value_name = "N")]
    link: u16,
}

impl Revoke {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let revoked = work.desk().revoke_link(handle, &Actor::Host, LinkNo::new(self.link)).await;
        revoked.map_err(|error| match error {
            Error::Refused(Refusal::Unknown) => {
                trouble::missing(&self.request, &format!("link {}", self.link))
            }
            error => trouble::failed("the link is not revoked")(error),
        })?;
        let value = json!({ "handle": handle.to_string(), "link": self.link, "revoked": true });
        work.output
            .answer(&value, || format!("Link {} of {} no longer works.", self.link, self.request))
    }
}

/// Says what may be downloaded of a file now.
async fn now_is(work: &Work, name: &str, no: AttachmentNo) -> Result<(), StartupError> {
    let (handle, view) = work.view(name).await?;
    let file = view.files.iter().find(|file| file.attachment.no == no);
    let file = file.ok_or_else(|| trouble::failed("the file is gone")(Refusal::Unknown.into()))?;
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
