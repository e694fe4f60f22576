use crate::error::Error;
use crate::object::{Mark, Object};
use crate::placed::Placed;
use bytes::Bytes;
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use opendal::{ErrorKind, Metadata, Writer};
use tokio::runtime::Handle;

/// The next step of an upload. If no end arrives, the upload is aborted.
#[derive(Debug)]
pub(crate) enum Step {
    End { size: u64 },
    Part(Bytes),
}

type Outcome = Result<Placed, Error>;

/// Starts the task that sends the parts and reports the outcome.
pub(crate) fn start(
    object: Object,
) -> Result<(mpsc::Sender<Step>, oneshot::Receiver<Outcome>), Error> {
    let runtime = Handle::try_current().map_err(|_| Error::RuntimeMissing)?;
    let mark = Mark::new()?;
    let (steps, taken) = mpsc::channel(0);
    let (outcome_sender, outcome) = oneshot::channel();
    let upload = Upload { object, mark };
    let own = runtime.clone();
    drop(runtime.spawn(async move {
        let outcome = upload.run(taken).await;
        // If the receiver is gone, dropping the placed blob deletes it.
        let _ = outcome_sender.send(outcome.map(|()| Placed::new(upload.object, own)));
    }));
    Ok((steps, outcome))
}

struct Upload {
    object: Object,
    mark: Mark,
}

impl Upload {
    /// Sends the bytes under a key that must not be taken, and verifies the stored object.
    async fn run(&self, mut steps: mpsc::Receiver<Step>) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let failed = match send(&mut writer, &mut steps).await {
            Ok(size) => match writer.close().await {
                Ok(placed) => {
                    // The writer counts as a concurrent call for as long as it exists.
                    drop(writer);
                    return self.verify(&placed, size).await;
                }
                Err(error) => match self.find_own(error).await {
                    Ok(own) => return self.verify(&own, size).await,
                    Err(error) => error,
                },
            },
            Err(error) => error,
        };
        // If aborting fails, the bucket's own rule for unfinished uploads has to remove the parts.
        if let Err(error) = writer.abort().await {
            let kind = error.kind().into_static();
            tracing::warn!(kind, "could not abort a failed upload; its parts may remain");
        }
        Err(failed)
    }

    async fn writer(&self) -> Result<Writer, Error> {
        let able = self.object.operator.info().capability();
        let mut writer = self
            .object
            .operator
            .writer_with(&self.object.path)
            .if_not_exists(true)
            .user_metadata(self.mark.to_metadata());
        if able.write_with_content_type {
            // Downloaded by other means, the object is a file to save.
            writer = writer.content_type("application/octet-stream");
        }
        Ok(writer.await?)
    }

    /// Looks up the object after the store refused the put, in case it is ours: if the response to
    /// an attempt was lost, the next attempt finds the key taken or its upload gone.
    async fn find_own(&self, refused: opendal::Error) -> Result<Metadata, Error> {
        match self.object.stat().await {
            Ok(Some(found)) if self.mark.is_on(&found) => Ok(found),
            Ok(Some(_)) => Err(Error::Taken),
            Ok(None) | Err(_) if refused.kind() == ErrorKind::ConditionNotMatch => {
                Err(Error::Taken)
            }
            Ok(None) | Err(_) => Err(refused.into()),
        }
    }

    /// Compares the stored object with what was sent.
    async fn verify(&self, placed: &Metadata, size: u64) -> Result<(), Error> {
        let outcome = match self.object.stat().await {
            // Belongs to another put, so it is not deleted.
            Ok(Some(found)) if !self.mark.is_on(&found) => return Err(Error::Overwrites),
            Ok(Some(found)) if found.content_length() == size && same_tag(placed, &found) => {
                return Ok(());
            }
            Ok(_) => Error::Different,
            Err(error) => error,
        };
        // The caller gets an error, so the object must not remain.
        let _ = self.object.delete().await;
        Err(outcome)
    }
}

/// Sends the parts and returns the total size.
async fn send(writer: &mut Writer, steps: &mut mpsc::Receiver<Step>) -> Result<u64, Error> {
    loop {
        match steps.next().await {
            Some(Step::Part(bytes)) => writer.write(bytes).await?,
            Some(Step::End { size }) => return Ok(size),
            None => return Err(Error::Abandoned),
        }
    }
}

/// Returns whether both describe the same version of an object, as far as the store identifies
/// versions.
fn same_tag(one: &Metadata, other: &Metadata) -> bool {
    match (one.etag(), other.etag()) {
        (Some(one), Some(other)) => one.trim_matches('"') == other.trim_matches('"'),
        _ => true,
    }
}
