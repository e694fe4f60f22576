use crate::error::Error;
use crate::object::Object;
use crate::part::Parts;
use crate::upload::{self, Step};
use desktop_delivery::ByteStream;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::Digest;
use futures_util::SinkExt as _;
use sha2::Digest as _;

/// The length of a part, bytes: the least that S3 takes, so that memory stays small. 10,000 of them,
/// the most that S3 takes, are 48 GiB.
const PART: usize = 5 * 1024 * 1024;

/// Stores a body: one part is sent while the next is gathered.
///
/// Sending is a task of its own, which this one's end does not cut short: whatever becomes of the
/// caller, the upload is brought to its end, or taken back.
pub(crate) async fn receive(object: Object, body: ByteStream) -> Result<Stored, Error> {
    let least = object.operator.info().capability().write_multi_min_size.unwrap_or_default();
    let mut parts = Parts::new(body, PART.max(least));
    let (mut steps, outcome) = upload::start(object)?;
    let ended = loop {
        match parts.next().await {
            Ok(Some(part)) => {
                // A task that takes no more has failed, and tells why.
                if steps.send(Step::Part(part)).await.is_err() {
                    break Ok(());
                }
            }
            Ok(None) => {
                let _ = steps.send(Step::End { size: parts.size }).await;
                break Ok(());
            }
            Err(error) => break Err(Error::Body(error)),
        }
    };
    // Without an end it is taken back, before the answer and not soon after.
    drop(steps);
    let outcome = outcome.await.map_err(|_| Error::RuntimeEnded)?;
    ended?;
    outcome?.keep();
    let digest = Digest::from_bytes(parts.hasher.finalize().into());
    Ok(Stored { size: parts.size, digest })
}
