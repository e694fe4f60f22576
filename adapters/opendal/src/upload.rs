use crate::error::Error;
use crate::object::{Mark, Object};
use crate::placed::Placed;
use bytes::Bytes;
use futures_channel::{mpsc, oneshot};
use futures_util::StreamExt as _;
use opendal::{ErrorKind, Metadata, Writer};
use tokio::runtime::Handle;

/// What comes next of a body; without an end, the upload is taken back.
#[derive(Debug)]
pub(crate) enum Step {
    End { size: u64 },
    Part(Bytes),
}

type Outcome = Result<Placed, Error>;

/// Starts the task that sends what it is given, and tells what became of it.
pub(crate) fn start(
    object: Object,
) -> Result<(mpsc::Sender<Step>, oneshot::Receiver<Outcome>), Error> {
    let runtime = Handle::try_current().map_err(|_| Error::RuntimeMissing)?;
    let mark = Mark::new()?;
    let (steps, taken) = mpsc::channel(0);
    let (told, outcome) = oneshot::channel();
    let upload = Upload { object, mark };
    let own = runtime.clone();
    drop(runtime.spawn(async move {
        let outcome = upload.run(taken).await;
        // Where nobody hears it, what is placed is taken back by its drop.
        let _ = told.send(outcome.map(|()| Placed::new(upload.object, own)));
    }));
    Ok((steps, outcome))
}

struct Upload {
    object: Object,
    mark: Mark,
}

impl Upload {
    /// Puts the bytes in their place, where none may be yet, and looks what is there then.
    async fn run(&self, mut steps: mpsc::Receiver<Step>) -> Result<(), Error> {
        let mut writer = self.writer().await?;
        let failed = match send(&mut writer, &mut steps).await {
            Ok(size) => match writer.close().await {
                Ok(placed) => {
                    // It counts as a call as long as it lives.
                    drop(writer);
                    return self.verify(&placed, size).await;
                }
                Err(error) => match self.what_is_there(error).await {
                    Ok(own) => return self.verify(&own, size).await,
                    Err(error) => error,
                },
            },
            Err(error) => error,
        };
        // What cannot be aborted now, the bucket's own rule for unfinished uploads clears.
        if let Err(error) = writer.abort().await {
            let kind = error.kind().into_static();
            tracing::warn!(kind, "parts of an upload that failed may be left");
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
            // Whoever comes to it by another way gets a file to save.
            writer = writer.content_type("application/octet-stream");
        }
        Ok(writer.await?)
    }

    /// What lies there after the store refused to place the bytes, if it is they: of a try whose
    /// reply was lost, the next one finds the key taken by ourselves, or no upload any more.
    async fn what_is_there(&self, refused: opendal::Error) -> Result<Metadata, Error> {
        match self.object.stat().await {
            Ok(Some(found)) if self.mark.is_on(&found) => Ok(found),
            Ok(Some(_)) => Err(Error::Taken),
            Ok(None) | Err(_) if refused.kind() == ErrorKind::ConditionNotMatch => {
                Err(Error::Taken)
            }
            Ok(None) | Err(_) => Err(refused.into()),
        }
    }

    /// Compares what the store holds with what it was sent.
    async fn verify(&self, placed: &Metadata, size: u64) -> Result<(), Error> {
        let outcome = match self.object.stat().await {
            // Not ours to delete.
            Ok(Some(found)) if !self.mark.is_on(&found) => return Err(Error::Overwrites),
            Ok(Some(found)) if found.content_length() == size && same_tag(placed, &found) => {
                return Ok(());
            }
            Ok(_) => Error::Different,
            Err(error) => error,
        };
        // It must not stay where the caller is told that it failed.
        let _ = self.object.delete().await;
        Err(outcome)
    }
}

/// Sends the parts, and tells the size of the whole.
async fn send(writer: &mut Writer, steps: &mut mpsc::Receiver<Step>) -> Result<u64, Error> {
    loop {
        match steps.next().await {
            Some(Step::Part(bytes)) => writer.write(bytes).await?,
            Some(Step::End { size }) => return Ok(size),
            None => return Err(Error::Abandoned),
        }
    }
}

/// Whether both name the same version of an object, as far as the store says.
fn same_tag(one: &Metadata, other: &Metadata) -> bool {
    match (one.etag(), other.etag()) {
        (Some(one), Some(other)) => one.trim_matches('"') == other.trim_matches('"'),
        _ => true,
    }
}
