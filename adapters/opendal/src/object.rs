use crate::error::Error;
use desktop_delivery::ids::BlobKey;
use opendal::{ErrorKind, Metadata, Operator};
use std::sync::Arc;

/// The name of the user metadata that identifies a put. Letters only, as Azure requires.
const MARK: &str = "put";

/// The location of a blob in the store.
///
/// ```text
/// 07f/07f3…(32 digits)     below the operator's root, as in a local folder
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) operator: Operator,
    pub(crate) path: Arc<str>,
}

impl Object {
    pub(crate) fn of(operator: &Operator, key: BlobKey) -> Self {
        let key = key.to_string();
        let path = format!("{}/{key}", &key[..3]);
        Self { operator: operator.clone(), path: path.into() }
    }

    /// Returns the metadata of the object, or `None` if it does not exist.
    pub(crate) async fn stat(&self) -> Result<Option<Metadata>, Error> {
        match self.operator.stat(&self.path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn delete(&self) -> Result<(), Error> {
        Ok(self.operator.delete(&self.path).await?)
    }
}

/// A random mark stored with the object, which identifies the put that created it.
#[derive(Clone, Debug)]
pub(crate) struct Mark(String);

impl Mark {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| Error::NoEntropy)?;
        Ok(Self(BlobKey::from_bytes(bytes).to_string()))
    }

    pub(crate) fn to_metadata(&self) -> [(String, String); 1] {
        [(MARK.to_owned(), self.0.clone())]
    }

    pub(crate) fn is_on(&self, found: &Metadata) -> bool {
        found.user_metadata().and_then(|pairs| pairs.get(MARK)) == Some(self.0.as_str())
    }
}
