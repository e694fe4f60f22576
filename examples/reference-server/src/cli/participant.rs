use super::errors;
use super::parse::{self, ChannelArg, Switch};
use super::tables::{fields, table};
use super::work::Work;
use crate::startup_error::StartupError;
use clap::Subcommand;
use desktop_delivery::ids::PolicyName;
use desktop_delivery::notices::NoticeKind;
use desktop_delivery::participants::EmailAddresses;
use desktop_delivery::{Actor, AgencyId, Directory as _, Language, Participant, Zone};
use desktop_delivery_identity::{ParticipantJson, check_copyright_notice};
use serde_json::json;
use std::path::PathBuf;
use std::str::FromStr as _;

/// Commands for participants.
#[derive(Debug, Subcommand)]
pub(super) enum ParticipantCommand {
    /// List all participants.
    List,
    /// Show a participant in full.
    Show {
        /// The library's id, such as CA-BVAU.
        #[arg(value_parser = parse::with_remedy(AgencyId::from_str))]
        id: AgencyId,
    },
    /// Create or change a participant. A new one needs a name; of an existing one, only the given
    /// values change.
    Set(Box<Set>),
}

/// Options of `participant set`.
#[derive(Debug, clap::Args)]
pub(super) struct Set {
    /// The library's id, such as CA-BVAU.
    #[arg(value_parser = parse::with_remedy(AgencyId::from_str))]
    id: AgencyId,
    /// The name shown on pages and in emails.
    #[arg(long, value_parser = parse::with_remedy(parse::library_name))]
    name: Option<String>,
    /// The address of its interlibrary-loan staff. For several, repeat the option or separate the
    /// addresses with commas: each gets every notice.
    #[arg(long = "email", value_name = "ADDRESS", value_parser = parse::with_remedy(parse::emails))]
    emails: Vec<EmailAddresses>,
    /// Remove the addresses of its staff.
    #[arg(long, conflicts_with = "emails")]
    no_email: bool,
    /// The time zone in which its days end, such as America/Vancouver. Default for a new
    /// participant: UTC.
    #[arg(long, value_parser = parse::with_remedy(parse::zone))]
    zone: Option<Zone>,
    /// The language of its pages and emails.
    #[arg(long)]
    language: Option<Language>,
    /// The policy profile for requests of its patrons. Default for a new participant: illume.
    #[arg(long, value_name = "PROFILE", value_parser = parse::with_remedy(PolicyName::from_str))]
    policy: Option<PolicyName>,
    /// How it is reached when it borrows. Default for a new participant: account.
    #[arg(long)]
    channel: Option<ChannelArg>,
    /// Whether its patrons get the notice "Received with Attachments". Default for a new
    /// participant: on.
    #[arg(long, value_name = "SWITCH")]
    patron_notice: Option<Switch>,
    /// The copyright notice to be acknowledged before each download; empty for the standard text.
    #[arg(long, value_name = "TEXT")]
    copyright_notice: Option<String>,
    /// Read the copyright notice from a file.
    #[arg(long, value_name = "FILE", conflicts_with = "copyright_notice")]
    copyright_notice_file: Option<PathBuf>,
}

impl ParticipantCommand {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        match self {
            Self::List => list(work).await,
            Self::Show { id } => show(work, &id).await,
            Self::Set(set) => set.run(work).await,
        }
    }
}

async fn list(work: &Work) -> Result<(), StartupError> {
    let found = work.server.identity.directory.participants().await?;
    let all: Vec<_> = found.iter().cloned().map(ParticipantJson::of).collect();
    work.output.answer(&json!({ "participants": all }), || {
        let rows = found.iter().map(|participant| {
            [
                participant.id.to_string(),
                participant.name.clone(),
                participant.policy.to_string(),
                participant.zone.as_str().to_owned(),
                mail(participant, "-"),
            ]
        });
        table(["ID", "NAME", "POLICY", "ZONE", "EMAIL"], rows, "No participants.")
    })
}

async fn show(work: &Work, id: &AgencyId) -> Result<(), StartupError> {
    let found = work.server.identity.directory.participant(id).await?.ok_or_else(|| unknown(id))?;
    work.output.answer(&ParticipantJson::of(found.clone()), || text(&found))
}

/// Returns the error of an unknown library.
pub(super) fn unknown(id: &AgencyId) -> StartupError {
    StartupError::plain(format!("there is no participant {id}"))
        .with_remedy("to see the participants, run desk participant list")
}

/// Returns its addresses, and the entries in its record that are not addresses.
fn mail(participant: &Participant, none: &str) -> String {
    let emails = &participant.emails;
    let usable = emails.iter().map(|address| address.as_str().to_owned());
    let unusable = emails.unusable().iter().map(|text| format!("{text:?} (not an address)"));
    let shown: Vec<_> = usable.chain(unusable).collect();
    if shown.is_empty() { none.to_owned() } else { shown.join(", ") }
}

fn text(participant: &Participant) -> String {
    let notice = &participant.copyright_notice;
    let has_notice = participant.is_notified_of(NoticeKind::Received);
    let shown = ParticipantJson::of(participant.clone());
    fields([
        ("id", participant.id.to_string()),
        ("name", participant.name.clone()),
        ("email", mail(participant, "none")),
        ("zone", participant.zone.as_str().to_owned()),
        ("language", participant.language.to_string()),
        ("policy", participant.policy.to_string()),
        ("channel", shown.channel().to_owned()),
        ("patron notice", if has_notice { "on" } else { "off" }.to_owned()),
        (
            "copyright notice",
            if notice.is_empty() { "the standard text".to_owned() } else { notice.clone() },
        ),
    ])
}

impl Set {
    async fn run(self, work: &Work) -> Result<(), StartupError> {
        let known = work.server.identity.directory.participant(&self.id).await?;
        let is_new = known.is_none();
        let mut participant = match (known, &self.name) {
            (Some(known), _) => known,
            (None, Some(name)) => Participant::new(self.id.clone(), name.clone()),
            (None, None) => {
                return Err(StartupError::usage(format!("{} is a new participant", self.id))
                    .with_remedy("set its name with --name"));
            }
        };
        if let Some(name) = self.name {
            participant.name = name;
        }
        if self.no_email || !self.emails.is_empty() {
            participant.emails = EmailAddresses::new();
        }
        for address in self.emails.iter().flatten() {
            let added = participant.emails.add(address.clone());
            added.map_err(|error| errors::invalid("--email", error))?;
        }
        if let Some(zone) = self.zone {
            participant.zone = zone;
        }
        if let Some(language) = self.language {
            participant.language = language;
        }
        if let Some(policy) = self.policy {
            if work.desk().policies().find(&policy).is_none() {
                let names: Vec<_> =
                    work.desk().policies().iter().map(|policy| policy.name.to_string()).collect();
                return Err(StartupError::usage(format!("there is no policy profile {policy}"))
                    .with_remedy(format!("available profiles: {}", names.join(", "))));
            }
            participant.policy = policy;
        }
        if let Some(channel) = self.channel {
            participant.channel = channel.into();
        }
        if let Some(switch) = self.patron_notice {
            participant = participant.with_notice(NoticeKind::Received, switch == Switch::On);
        }
        let has_notice = self.copyright_notice.is_some() || self.copyright_notice_file.is_some();
        if let Some(path) = self.copyright_notice_file {
            let text = std::fs::read_to_string(&path);
            participant.copyright_notice = text.map_err(|error| {
                StartupError::new(format!("could not read {}", path.display()), error)
            })?;
        } else if let Some(text) = self.copyright_notice {
            participant.copyright_notice = text;
        }
        if has_notice {
            check_copyright_notice(&participant.copyright_notice)
                .map_err(|input| errors::invalid("could not change the library", input))?;
        }
        let now = work.desk().now();
        work.server.identity.directory.put_participant(&participant, &Actor::Host, now).await?;
        let written = work.server.identity.directory.participant(&participant.id).await?;
        let participant = written.unwrap_or(participant);
        work.output.answer(&ParticipantJson::of(participant.clone()), || {
            let done = if is_new { "created" } else { "changed" };
            format!("{} has been {done}.\n\n{}", participant.id, text(&participant))
        })
    }
}
