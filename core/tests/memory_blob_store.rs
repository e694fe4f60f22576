//! [`MemoryBlobStore`] keeps every promise of its trait but those that memory cannot keep.

use desktop_delivery::{BlobKey, BlobStore as _, MemoryBlobStore};
use desktop_delivery_conformance::{Backend, Fixture, Suite};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryStreamExt as _, stream};
use std::sync::Arc;

struct Map(Arc<MemoryBlobStore>);

impl Backend for Map {
    fn kept(&self) -> BoxFuture<'static, Vec<String>> {
        let keys = self.0.keys().iter().map(ToString::to_string).collect();
        std::future::ready(keys).boxed()
    }

    fn cut(&self, key: BlobKey) -> BoxFuture<'static, ()> {
        let blobs = Arc::clone(&self.0);
        async move {
            let blob = blobs.get(key, None).await.expect("it answers").expect("it is stored");
            let half = usize::try_from(blob.size / 2).expect("it fits");
            let bytes = blob.bytes.try_collect::<Vec<_>>().await.expect("it is there").concat();
            blobs.delete(key).await.expect("it answers");
            let half = stream::iter([Ok(bytes[..half].to_vec().into())]);
            blobs.put(key, Box::pin(half)).await.expect("the key is free");
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
        .skip("a_put_holds_little_of_its_body", "it is in memory")
        .skip("a_stored_blob_is_durable", "it is in memory")
        .main("memory");
}
