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

/// How long another server may take for its first start before it is considered dead, in seconds.
const TIMEOUT: i64 = 60;

/// The state of the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
enum Start {
    /// A server has begun it and not finished.
    Begun {
        at: Timestamp,
    },
    Done,
}

/// Prints the address of the server and, at its first start, the keys, which are shown once.
///
/// A first start that was interrupted before it printed the keys is repeated at the next start: a
/// record, written last, stores its state. If several servers that share a database start at once,
/// one of them does the first start.
pub(crate) async fn print_greeting(server: &Server, sample_data: bool) -> Result<(), StartupError> {
    let mut greeting = format!("Desktop delivery is at {}\n", server.desk.address().as_str());
    let Some(version) = take(server).await? else {
        print(&greeting);
        return Ok(());
    };
    if sample_data {
        greeting.push_str(&seed::create_sample_data(server).await?);
    } else {
        let key = server.identity.api_keys.make(Holder::Host, "first start").await?;
        greeting.push_str(&format!("API key of the host, shown once: {}\n", *key));
    }
    print(&greeting);
    starts(server).write(KEY, &Start::Done, version).await?;
    Ok(())
}

/// Claims the first start. Returns the version of its record, or `None` if it is done.
async fn take(server: &Server) -> Result<Option<u64>, StartupError> {
    let starts = starts(server);
    loop {
        let (now, held) = (server.desk.now(), starts.read(KEY).await?);
        match held {
            Some((Start::Done, _)) => return Ok(None),
            // The lock on the data folder excludes other servers, so the one that began it has
            // ended.
            Some((Start::Begun { at }, _))
                if server.engines.is_shared() && now < at.plus_seconds(TIMEOUT) =>
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

/// Prints the greeting for the person who started the server. It is not logged because it contains
/// secrets.
fn print(greeting: &str) {
    let mut out = std::io::stdout().lock();
    // Standard output may be closed.
    let _ = out.write_all(greeting.as_bytes()).and_then(|()| out.flush());
}
