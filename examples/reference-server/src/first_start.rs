use crate::assemble::Server;
use crate::seed;
use crate::startup_error::StartupError;
use desktop_delivery::time::SystemClock;
use desktop_delivery_identity::{Holder, OneTimeSetup};
use std::io::Write as _;
use std::sync::Arc;

/// Prints the address of the server and, at its first start, the keys, which are shown once.
///
/// A first start that was interrupted before it printed the keys is repeated at the next start. If
/// several servers that share a database start at once, one of them does the first start.
pub(crate) async fn print_greeting(server: &Server, sample_data: bool) -> Result<(), StartupError> {
    let mut greeting = format!("Desktop delivery is at {}\n", server.desk.address().as_str());
    let setup = OneTimeSetup::new(Arc::clone(&server.registry), "first start");
    // Without a shared database, the lock on the data folder excludes other servers.
    let Some(claim) = setup.claim(&SystemClock, server.engines.is_shared()).await? else {
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
    setup.finish(claim).await?;
    Ok(())
}

/// Prints the greeting for the person who started the server. It is not logged because it contains
/// secrets.
fn print(greeting: &str) {
    let mut out = std::io::stdout().lock();
    // Standard output may be closed.
    let _ = out.write_all(greeting.as_bytes()).and_then(|()| out.flush());
}
