use crate::assemble::Server;
use crate::seed;
use crate::startup_error::StartupError;
use desktop_delivery::Timestamp;
use desktop_delivery_identity::{Holder, Records};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

const KIND: &str = "setup";
const KEY: &str = "first start";

/// How long another server may take for its first start before it is taken for dead, seconds.
const PATIENCE: i64 = 60;

/// How far a first start got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
enum Start {
    /// A server began it and had not ended it.
    Begun {
        at: Timestamp,
    },
    Done,
}

/// Prints where the server is, and at its first start the keys, which are shown once.
///
/// A first start that was stopped before it had printed them is done again at the next: a record says
/// how far it got, and is written last. Of servers that share a database and start at once, one does
/// it.
pub(crate) async fn greet(server: &Server, sample_data: bool) -> Result<(), StartupError> {
    let mut greeting = format!("Desktop delivery is at {}\n", server.desk.address().as_str());
    let Some(version) = take(server).await? else {
        print(&greeting);
        return Ok(());
    };
    if sample_data {
        greeting.push_str(&seed::plant(server).await?);
    } else {
        let key = server.identity.api_keys.make(Holder::Host, "first start").await?;
        greeting.push_str(&format!("API key of the host, shown once: {}\n", *key));
    }
    print(&greeting);
    starts(server).write(KEY, &Start::Done, version).await?;
    Ok(())
}

/// Takes the first start on; answers the version of its record, or `None` where it is done.
async fn take(server: &Server) -> Result<Option<u64>, StartupError> {
    let starts = starts(server);
    loop {
        let (now, held) = (server.desk.now(), starts.read(KEY).await?);
        match held {
            Some((Start::Done, _)) => return Ok(None),
            // The lock on a data folder keeps others away, so whoever began it has ended.
            Some((Start::Begun { at }, _))
                if server.engines.is_shared() && now < at.plus_seconds(PATIENCE) =>
            {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            _ => {
                let version = held.map_or(0, |(_, version)| version);
                if starts.write(KEY, &Start::Begun { at: now }, version).await?
                    && let Some((_, version)) = starts.read(KEY).await?
                {
                    return Ok(Some(version));
                }
            }
        }
    }
}

fn starts(server: &Server) -> Records<Start> {
    Records::new(Arc::clone(&server.registry), KIND)
}

/// Prints what whoever started the server must see. It is no log: it holds secrets.
fn print(greeting: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody may be reading.
    let _ = out.write_all(greeting.as_bytes()).and_then(|()| out.flush());
}
