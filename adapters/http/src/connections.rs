use crate::activity::Activity;
use crate::per_client::PerClient;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The open connections of a server, counted by client address.
///
/// When the server or a client reaches its limit, the idlest connection is closed in favor of the
/// new one. Connections opened to exhaust the server therefore only replace each other.
#[derive(Clone, Debug)]
pub struct Connections {
    state: Arc<Mutex<State>>,
    per_client: PerClient,
    /// The pace, in bytes per second, below which a connection may be closed in favor of another.
    slow: u32,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    held: HashMap<u64, Connection>,
    clients: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Connection {
    /// The client that the connection counts against; `None` for a trusted proxy, which forwards
    /// the requests of many clients.
    client: Option<IpAddr>,
    activity: Arc<Activity>,
}

/// An admitted connection, which counts until it is dropped.
#[derive(Debug)]
pub struct Place {
    connections: Connections,
    number: u64,
    activity: Arc<Activity>,
}

impl Connections {
    /// Creates a counter with a limit for each client. At a limit, connections that transfer fewer
    /// than `slow` bytes per second may be closed.
    #[must_use]
    pub fn new(per_client: PerClient, slow: u32) -> Self {
        Self { state: Arc::default(), per_client, slow }
    }

    /// Admits a connection of a client, or returns `None` if the client is at its limit and all of
    /// its connections are busy.
    ///
    /// `client` is the result of [`Proxies::connecting`](crate::Proxies::connecting).
    #[must_use]
    pub fn admit(&self, client: Option<IpAddr>) -> Option<Place> {
        let mut state = self.lock();
        if let Some(client) = client
            && let Some(most) = self.per_client.most(client)
            && state.clients.get(&client).is_some_and(|held| *held >= most)
        {
            state.cut_off(Some(client), self.slow).then_some(())?;
        }
        let number = state.next;
        state.next += 1;
        let activity = Arc::new(Activity::new());
        state.held.insert(number, Connection { client, activity: Arc::clone(&activity) });
        if let Some(client) = client {
            *state.clients.entry(client).or_default() += 1;
        }
        Some(Place { connections: self.clone(), number, activity })
    }

    /// Closes the idlest connection of any client, unless all are busy.
    pub fn make_room(&self) {
        self.close_idlest();
    }

    fn close_idlest(&self) -> bool {
        self.lock().cut_off(None, self.slow)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Closes the idlest connection of `client`, or of any client if it is `None`. Returns `false`
    /// if all are busy.
    fn cut_off(&mut self, client: Option<IpAddr>, slow: u32) -> bool {
        let held = self.held.iter().filter(|(_, held)| client.is_none() || held.client == client);
        let ranked =
            held.filter_map(|(number, held)| Some((held.activity.idleness(slow)?, *number)));
        let Some((_, number)) = ranked.max() else { return false };
        if let Some(connection) = self.remove(number) {
            connection.activity.cut_off();
        }
        true
    }

    fn remove(&mut self, number: u64) -> Option<Connection> {
        let connection = self.held.remove(&number)?;
        if let Some(client) = connection.client
            && let Some(count) = self.clients.get_mut(&client)
        {
            *count -= 1;
            if *count == 0 {
                self.clients.remove(&client);
            }
        }
        Some(connection)
    }
}

impl Place {
    /// Returns the activity of the connection, which the task that drives it reports to and
    /// watches.
    #[must_use]
    pub const fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Does nothing if the connection was cut off, which removed it.
        self.connections.lock().remove(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SLOW: u32 = 1_000;

    fn client(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([203, 0, 113, last]))
    }

    async fn later(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_at_its_limit_replaces_only_its_own_idle_connections() {
        let connections = Connections::new(PerClient::of(None, 2), SLOW);
        let first = connections.admit(client(1)).unwrap();
        later(5).await;
        let second = connections.admit(client(1)).unwrap();
        let other = connections.admit(client(2)).unwrap();
        later(5).await;
        let third = connections.admit(client(1)).unwrap();
        assert!(first.activity.is_cut_off());
        assert!(!second.activity.is_cut_off() && !other.activity.is_cut_off());
        third.activity.processing();
        second.activity.processing();
        assert!(connections.admit(client(1)).is_none(), "both are busy");
        drop(first);
        assert!(connections.admit(client(1)).is_none(), "its place is already taken");
        drop(second);
        assert!(connections.admit(client(1)).is_some());
        let proxied: Vec<Place> = (0..10).filter_map(|_| connections.admit(None)).collect();
        assert_eq!(proxied.len(), 10, "a trusted proxy has no limit of its own");
    }

    #[tokio::test(start_paused = true)]
    async fn the_slowest_sender_is_closed_first_and_a_fast_one_never() {
        let connections = Connections::new(PerClient::of(None, 512), SLOW);
        let [fast, trickling, steady] = [0, 1, 2].map(|_| connections.admit(client(1)).unwrap());
        for place in [&fast, &trickling, &steady] {
            place.activity.receiving();
        }
        later(20).await;
        fast.activity.transferred(2_000_000);
        trickling.activity.transferred(20);
        steady.activity.transferred(15_000);
        assert!(connections.close_idlest() && trickling.activity.is_cut_off());
        assert!(connections.close_idlest() && steady.activity.is_cut_off());
        assert!(!connections.close_idlest() && !fast.activity.is_cut_off());
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_is_not_closed_within_its_first_second() {
        let connections = Connections::new(PerClient::of(None, 512), SLOW);
        let place = connections.admit(client(1)).unwrap();
        assert!(!connections.close_idlest());
        later(2).await;
        assert!(connections.close_idlest() && place.activity.is_cut_off());
    }
}
