use crate::error::Error;
use crate::pool::Connections;
use crate::prepared::Handle;
use crate::rows;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tokio_postgres::Row;

/// The maximum number of deliveries read at once.
pub(crate) const MAX_BATCH: usize = 256;

const LOAD: &str = "SELECT request_usage.handle, revision, record, usage
    FROM unnest($1::bytea[]) AS c(handle)
    JOIN request_usage ON request_usage.handle = c.handle
    JOIN requests ON requests.handle = c.handle";

/// Reads deliveries, each once however many callers want it. Each caller parses the row on its own.
pub(crate) async fn load(
    connections: &Connections,
    handles: Vec<Handle>,
) -> Vec<Result<Option<Arc<Row>>, Error>> {
    let distinct: BTreeSet<&[u8]> = handles.iter().map(|handle| &handle[..]).collect();
    let distinct: Vec<&[u8]> = distinct.into_iter().collect();
    let read = async {
        let mut found: HashMap<Handle, Arc<Row>> = HashMap::with_capacity(distinct.len());
        for row in connections.read(LOAD, &[&distinct]).await? {
            found.insert(rows::bytes(&row, 0)?, Arc::new(row));
        }
        Ok(found)
    };
    match read.await {
        Ok(found) => handles.iter().map(|handle| Ok(found.get(handle).cloned())).collect(),
        Err(error) => {
            let error = Arc::new(error);
            handles.iter().map(|_| Err(Error::Shared(Arc::clone(&error)))).collect()
        }
    }
}
