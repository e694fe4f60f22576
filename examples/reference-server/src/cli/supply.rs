use super::errors;
use super::parse;
use super::tables::{size, table};
use super::work::Work;
use crate::startup_error::StartupError;
use desktop_delivery::{Actor, Directory as _, NewFile, Shipment};
use desktop_delivery_fs::SourceFile;
use desktop_delivery_http::WarningJson;
use desktop_delivery_worker::HeartbeatTask;
use futures_util::TryStreamExt as _;
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};

/// Options of `attach`.
#[derive(Debug, clap::Args)]
pub(super) struct Attach {
    /// The request's reference or handle.
    request: String,
    /// The files, in the order in which they are shown.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A description for each of the files.
    #[arg(long, default_value = "", hide_default_value = true)]
    description: String,
    /// Number of downloads allowed. Default: the maximum of the policy profile.
    #[arg(long, value_name = "N")]
    downloads: Option<u32>,
    /// Number of days after shipping during which the file can be downloaded. Default: the maximum
    /// of the policy profile.
    #[arg(long, value_name = "D")]
    days: Option<u16>,
}

impl Attach {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let heartbeat = HeartbeatTask::start(&work.server.desk).await;
        let heartbeat = heartbeat.map_err(errors::failed("could not attach the files"))?;
        let attached = self.attach(work).await;
        heartbeat.stop().await.map_err(errors::failed("could not end the heartbeat"))?;
        attached
    }

    async fn attach(self, work: &Work) -> Result<(), StartupError> {
        let (handle, view) = work.view(&self.request).await?;
        let terms = view.policy.terms(self.downloads, self.days);
        // All files are opened before the first is attached.
        let mut opened = Vec::new();
        for path in &self.files {
            opened.push((path, open(path).await?));
        }
        let bar = work.output.bytes("attaching");
        bar.set_length(opened.iter().map(|(_, file)| file.size()).sum());
        let mut attached = Vec::new();
        for (path, file) in opened {
            let what = || format!("could not attach {}", path.display());
            let name = parse::file_name(path).map_err(|error| errors::invalid(what(), error))?;
            let mut new = NewFile::new(name.clone())
                .with_size(file.size())
                .with_description(self.description.clone());
            new.terms = Some(terms);
            let bar = bar.clone();
            let bytes = file.into_stream().inspect_ok(move |piece| bar.inc(piece.len() as u64));
            let done = work.desk().upload(handle, &Actor::Host, new, Box::pin(bytes)).await;
            let done = done.map_err(errors::failed(what()))?;
            attached.push((name, done));
        }
        bar.finish_and_clear();
        let files: Vec<_> = attached
            .iter()
            .map(|(name, attached)| {
                json!({
                    "no": attached.attachment.get(),
                    "version": attached.version.get(),
                    "file_name": name.as_str(),
                    "media_type": attached.media_type,
                    "size": attached.stored.size,
                    "digest": attached.stored.digest.to_string(),
                    "warnings":
                        attached.warnings.iter().map(WarningJson::of).collect::<Vec<_>>(),
                })
            })
            .collect();
        work.output.answer(&json!({ "handle": handle.to_string(), "files": files }), || {
            let rows = attached.iter().map(|(name, attached)| {
                [
                    attached.attachment.to_string(),
                    name.as_str().to_owned(),
                    attached.media_type.clone(),
                    size(attached.stored.size),
                    attached.stored.digest.to_string(),
                ]
            });
            let mut text = table(["FILE", "NAME", "TYPE", "SIZE", "SHA-256"], rows, "");
            for (name, attached) in &attached {
                for warning in &attached.warnings {
                    text.push_str(&format!("\nwarning: {}: {warning}", name.as_str()));
                }
            }
            text
        })
    }
}

async fn open(path: &Path) -> Result<SourceFile, StartupError> {
    let opened = SourceFile::open(path).await.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => {
            StartupError::usage(format!("{} is not a file", path.display()))
        }
        _ => StartupError::new(format!("could not read {}", path.display()), error),
    });
    opened.map_err(|error| error.with_remedy("nothing was attached"))
}

/// Options of `ship`.
#[derive(Debug, clap::Args)]
pub(super) struct Ship {
    /// The request's reference or handle.
    request: String,
    /// Ship the request even if nothing is attached.
    #[arg(long)]
    without_attachment: bool,
}

impl Ship {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let shipment =
            if self.without_attachment { Shipment::WithoutFiles } else { Shipment::WithFiles };
        let shipped = work.desk().ship(handle, &Actor::Host, shipment).await;
        shipped.map_err(errors::failed(format!("could not ship {}", self.request)))?;
        print_status(work, &self.request).await
    }
}

/// Options of `receive`.
#[derive(Debug, clap::Args)]
pub(super) struct Receive {
    /// The request's reference or handle.
    request: String,
}

impl Receive {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let received = work.desk().receive(handle, &Actor::Host).await;
        received.map_err(errors::failed(format!("could not mark {} as received", self.request)))?;
        let (_, view) = work.view(&self.request).await?;
        let directory = &work.server.identity.directory;
        let contact = directory.patron(&view.facts).await?;
        if view.facts.patron.is_some() && contact.is_none_or(|it| it.emails.is_empty()) {
            eprintln!(
                "No email address is known for the patron, so no email is sent. To hand over the link, run \
                 desk link {} --audience patron",
                self.request
            );
        }
        print_status(work, &self.request).await
    }
}

/// Options of `withdraw`.
#[derive(Debug, clap::Args)]
pub(super) struct Withdraw {
    /// The request's reference or handle.
    request: String,
    /// The reason, recorded in the history.
    #[arg(long, value_name = "TEXT")]
    why: String,
}

impl Withdraw {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let handle = work.find(&self.request).await?;
        let withdrawn = work.desk().withdraw(handle, &Actor::Host, &self.why).await;
        withdrawn.map_err(errors::failed(format!("could not withdraw {}", self.request)))?;
        print_status(work, &self.request).await
    }
}

/// Prints the status of a request.
async fn print_status(work: &Work, name: &str) -> Result<(), StartupError> {
    let (handle, view) = work.view(name).await?;
    let waiting = view
        .notices
        .iter()
        .filter(|notice| {
            matches!(notice.state, desktop_delivery::notices::NoticeState::Waiting { .. })
        })
        .count();
    let (status, reference) = (view.status, &view.facts.reference);
    let value = json!({
        "handle": handle.to_string(), "reference": reference.as_str(), "status": status.as_str(),
        "notices_waiting": waiting,
    });
    work.output.answer(&value, || match waiting {
        0 => format!("{reference} is {status}."),
        1 => format!("{reference} is {status}. One notice is waiting to be sent."),
        _ => format!("{reference} is {status}. {waiting} notices are waiting to be sent."),
    })
}
