use crate::error::Error;
use futures_channel::oneshot;
use rusqlite::Connection;

/// Work that another thread does once on its connection.
pub(crate) trait OneTime: Send {
    fn run(self: Box<Self>, connection: &Connection);
}

/// Work with the way back to its caller.
pub(crate) struct OneTimeWork<T, F> {
    pub(crate) work: F,
    pub(crate) reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> OneTime for OneTimeWork<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, Error> + Send,
{
    fn run(self: Box<Self>, connection: &Connection) {
        if !self.reply.is_canceled() {
            // The caller may have dropped its future.
            let _gone = self.reply.send((self.work)(connection));
        }
    }
}
