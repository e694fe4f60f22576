use bytes::Bytes;
use desktop_delivery::ids::BlobKey;
use desktop_delivery_conformance::Backend;
use desktop_delivery_opendal::opendal::Operator;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

/// The objects below a root, as other programs see them.
pub(crate) struct Objects(pub(crate) Operator);

/// The reason to skip checks that list the parts of an unfinished upload.
pub(crate) const PARTS_UNSEEN: &str = "the parts of an unfinished upload cannot be listed here";

impl Backend for Objects {
    fn kept(&self) -> BoxFuture<'static, Vec<String>> {
        let operator = self.0.clone();
        async move {
            let listed = operator.list_with("").recursive(true).await.expect("it is listed");
            listed.into_iter().map(|entry| entry.path().to_owned()).collect()
        }
        .boxed()
    }

    fn overwrite(&self, key: BlobKey, bytes: Bytes) -> BoxFuture<'static, ()> {
        let (operator, name) = (self.0.clone(), key.to_string());
        async move {
            let path = format!("{}/{name}", &name[..3]);
            operator.write(&path, bytes).await.expect("it can be overwritten");
        }
        .boxed()
    }
}
