use crate::api_keys::Holder;
use crate::assemble::Server;
use crate::problem::Problem;
use crate::seed;
use bytes::Bytes;
use desktop_delivery::Registry;
use std::io::Write as _;

const KIND: &str = "setup";
const KEY: &str = "first start";
const BEGUN: &[u8] = b"begun";
const DONE: &[u8] = b"done";

/// Prints where the server is, and at its first start the keys, which are shown once.
///
/// A first start that was stopped before it had printed them is done again at the next: a record says
/// how far it got, and is written last.
pub(crate) async fn greet(server: &Server, sample_data: bool) -> Result<(), Problem> {
    let mut greeting = format!("Desktop delivery is at {}\n", server.desk.address().as_str());
    let record = server.registry.read(KIND, KEY).await?;
    let mut version = record.as_ref().map_or(0, |record| record.version);
    if record.is_some_and(|record| record.value == DONE) {
        print(&greeting);
        return Ok(());
    }
    version = mark(&*server.registry, BEGUN, version).await?;
    if sample_data {
        greeting.push_str(&seed::plant(server).await?);
    } else {
        let key = server.api_keys.make(Holder::Host, "first start").await?;
        greeting.push_str(&format!("API key of the host, shown once: {}\n", *key));
    }
    print(&greeting);
    mark(&*server.registry, DONE, version).await?;
    Ok(())
}

async fn mark(registry: &dyn Registry, state: &'static [u8], version: u64) -> Result<u64, Problem> {
    let written = registry.write(KIND, KEY, Some(Bytes::from_static(state)), version).await?;
    // The lock on the data folder keeps others away.
    Ok(written.unwrap_or(version))
}

/// Prints what whoever started the server must see. It is no log: it holds secrets.
fn print(greeting: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading.
    let _ = out.write_all(greeting.as_bytes()).and_then(|()| out.flush());
}
