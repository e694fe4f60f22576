use crate::error::Error;
use crate::object::Object;
use crate::part::Parts;
use crate::upload::{self, Step};
use desktop_delivery::ByteStream;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::Digest;
use futures_util::SinkExt as _;
use sha2::Digest as _;

/// The length of a part in bytes: the S3 minimum, to keep memory use small. The S3 maximum of
/// 10,000 parts allows 48 GiB.
const PART: usize = 5 * 1024 * 1024;

/// Stores a body. One part is sent while the next is read.
///
/// A separate task sends the parts. It does not end with this one: if the caller gives up, the
/// upload is still completed or aborted.
pub(crate) async fn receive(object: Object, body: ByteStream) -> Result<Stored, Error> {
    let least = object.operator.info().capability().write_multi_min_size.unwrap_or_default();
    let mut parts = Parts::new(body, PART.max(least));
    let (mut steps, outcome) = upload::start(object)?;
    let ended = loop {
        match parts.next().await {
            Ok(Some(part)) => {
                // A closed channel means that the task has failed; its result has the reason.
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
    // Without an end, the upload is aborted before this returns.
    drop(steps);
    let outcome = outcome.await.map_err(|_| Error::RuntimeEnded)?;
    ended?;
    outcome?.keep();
    let digest = Digest::from_bytes(parts.hasher.finalize().into());
    Ok(Stored { size: parts.size, digest })
}
