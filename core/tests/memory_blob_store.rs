//! [`MemoryBlobStore`] passes the suite of its trait, except for what memory cannot do.

use bytes::Bytes;
use desktop_delivery::BlobStore as _;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::memory::MemoryBlobStore;
use desktop_delivery_conformance::{Backend, Fixture, Suite};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, stream};
use std::sync::Arc;

struct Map(Arc<MemoryBlobStore>);

impl Backend for Map {
    fn kept(&self) -> BoxFuture<'static, Vec<String>> {
        let keys = self.0.keys().iter().map(ToString::to_string).collect();
        std::future::ready(keys).boxed()
    }

    fn overwrite(&self, key: BlobKey, bytes: Bytes) -> BoxFuture<'static, ()> {
        let blobs = Arc::clone(&self.0);
        async move {
            blobs.delete(key).await.expect("it answers");
            let bytes = stream::iter([Ok(bytes)]);
            blobs.put(key, Box::pin(bytes)).await.expect("the key is free");
        }
        .boxed()
    }
}

fn main() {
    let fresh = || {
        let blobs = Arc::new(MemoryBlobStore::new());
        Fixture::new(Arc::clone(&blobs) as Arc<_>).with_backend(Map(blobs))
    };
    Suite::blob_store(fresh, futures_executor::block_on)
        .skip("a_put_buffers_little_of_its_body", "it is in memory")
        .skip("a_stored_blob_is_durable", "it is in memory")
        .main("memory");
}
