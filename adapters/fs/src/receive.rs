use crate::batch::{Batch, Next};
use crate::blocking::{self, DropAside};
use crate::engine::{Engine, Published, Staged};
use crate::error::Error;
use desktop_delivery::ByteStream;
use desktop_delivery::ids::{BlobKey, Digest};
use futures_util::future::{try_join, try_join3};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Stores a body. Each batch is hashed and written on blocking threads while the next one is read.
///
/// No thread waits for the body, so a slow body costs two small batches of memory and nothing else.
pub(crate) async fn receive(
    engine: Engine,
    key: BlobKey,
    mut body: ByteStream,
) -> Result<DropAside<Published>, Error> {
    let mut staged = blocking::run(move || engine.begin(key).map(DropAside::new)).await?;
    let mut hasher = Sha256::new();
    let (mut batch, mut next) = Batch::gather(&mut body).await;
    loop {
        if let Next::BrokeOff(error) = next {
            let clean = move || {
                drop(staged.into_inner());
                Ok(())
            };
            // The file is deleted before the error is returned.
            blocking::run(clean).await?;
            return Err(Error::Body(error));
        }
        let batch_now = Arc::new(batch);
        let write = write(staged, Arc::clone(&batch_now));
        let hash = hash(hasher, batch_now);
        if let Next::Ended = next {
            let (staged, hasher) = try_join(write, hash).await?;
            let digest = Digest::from_bytes(hasher.finalize().into());
            let publish = move || staged.into_inner().publish(key, digest).map(DropAside::new);
            return blocking::run(publish).await;
        }
        let gather = async { Ok(Batch::gather(&mut body).await) };
        (staged, hasher, (batch, next)) = try_join3(write, hash, gather).await?;
    }
}

async fn write(staged: DropAside<Staged>, batch: Arc<Batch>) -> Result<DropAside<Staged>, Error> {
    blocking::run(move || {
        let mut staged = staged.into_inner();
        staged.append(batch.pieces())?;
        Ok(DropAside::new(staged))
    })
    .await
}

async fn hash(mut hasher: Sha256, batch: Arc<Batch>) -> Result<Sha256, Error> {
    blocking::run(move || {
        for piece in batch.pieces() {
            hasher.update(piece);
        }
        Ok(hasher)
    })
    .await
}
