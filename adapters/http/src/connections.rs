use crate::activity::Activity;
use crate::per_client::PerClient;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The connections of the server, counted for each client address.
///
/// When the server or a client is at its limit, the connection that does least is closed in favor
/// of the new one, so that connections opened to shut others out only replace each other.
#[derive(Clone, Debug)]
pub struct Connections {
    state: Arc<Mutex<State>>,
    per_client: PerClient,
    /// Bytes per second below which a connection does too little to be kept while others wait.
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
    /// Whose limit it counts against; `None` for a trusted proxy, which speaks for many.
    client: Option<IpAddr>,
    activity: Arc<Activity>,
}

/// A connection's place, given up when dropped.
#[derive(Debug)]
pub struct Place {
    connections: Connections,
    number: u64,
    activity: Arc<Activity>,
}

impl Connections {
    /// Counts connections, and prefers to keep those that move at least `slow` bytes a second.
    #[must_use]
    pub fn new(per_client: PerClient, slow: u32) -> Self {
        Self { state: Arc::default(), per_client, slow }
    }

    /// Takes a place for a connection of a client, as [`Proxies::connecting`](crate::Proxies::connecting)
    /// names it; `None` if the client has too many and all of them are busy.
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

    /// Closes the connection that does least, of any client, if it does little enough.
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
    fn cut_off(&mut self, of: Option<IpAddr>, slow: u32) -> bool {
        let held = self.held.iter().filter(|(_, held)| of.is_none() || held.client == of);
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
    /// What the connection does, for its driver to report and to obey.
    #[must_use]
    pub const fn activity(&self) -> &Arc<Activity> {
        &self.activity
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // One that was cut off is gone already.
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
    async fn a_clients_idle_connections_make_room_for_its_own_alone() {
        let connections = Connections::new(PerClient::of(None, 2), SLOW);
        let first = connections.admit(client(1)).unwrap();
        later(5).await;
        let second = connections.admit(client(1)).unwrap();
        let other = connections.admit(client(2)).unwrap();
        later(5).await;
        let third = connections.admit(client(1)).unwrap();
        assert!(first.activity.is_cut_off());
        assert!(!second.activity.is_cut_off() && !other.activity.is_cut_off());
        third.activity.serves();
        second.activity.serves();
        assert!(connections.admit(client(1)).is_none(), "both are busy");
        drop(first);
        assert!(connections.admit(client(1)).is_none(), "its place was taken before");
        drop(second);
        assert!(connections.admit(client(1)).is_some());
        let proxied: Vec<Place> = (0..10).filter_map(|_| connections.admit(None)).collect();
        assert_eq!(proxied.len(), 10, "a trusted proxy has no limit of its own");
    }

    #[tokio::test(start_paused = true)]
    async fn the_slowest_sender_goes_first_and_a_quick_one_never() {
        let connections = Connections::new(PerClient::of(None, 512), SLOW);
        let [quick, trickling, steady] = [0, 1, 2].map(|_| connections.admit(client(1)).unwrap());
        for place in [&quick, &trickling, &steady] {
            place.activity.receives();
        }
        later(20).await;
        quick.activity.moved(2_000_000);
        trickling.activity.moved(20);
        steady.activity.moved(15_000);
        assert!(connections.close_idlest() && trickling.activity.is_cut_off());
        assert!(connections.close_idlest() && steady.activity.is_cut_off());
        assert!(!connections.close_idlest() && !quick.activity.is_cut_off());
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_connection_has_a_second_to_begin() {
        let connections = Connections::new(PerClient::of(None, 512), SLOW);
        let place = connections.admit(client(1)).unwrap();
        assert!(!connections.close_idlest());
        later(2).await;
        assert!(connections.close_idlest() && place.activity.is_cut_off());
    }
}
