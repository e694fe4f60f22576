use crate::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Groups the queries of concurrent callers and answers each group at once.
///
/// Must be created on a Tokio runtime, where its tasks run until the batcher is dropped.
pub(crate) struct Batcher<Q, A>(mpsc::UnboundedSender<Queued<Q, A>>);

struct Queued<Q, A> {
    query: Q,
    reply: oneshot::Sender<Result<A, Error>>,
}

impl<Q: Send + 'static, A: Send + 'static> Batcher<Q, A> {
    /// Starts the tasks. `answer` gets at most `most` queries and must return as many answers in
    /// the same order. Up to `at_once` batches run at the same time.
    pub(crate) fn start<F>(
        at_once: usize,
        most: usize,
        answer: impl Fn(Vec<Q>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Vec<Result<A, Error>>> + Send,
    {
        let (queries, queued) = mpsc::unbounded_channel::<Queued<Q, A>>();
        let queued = Arc::new(Mutex::new(queued));
        for _ in 0..at_once {
            let (queued, answer) = (Arc::clone(&queued), answer.clone());
            tokio::spawn(async move {
                let mut batch = Vec::new();
                while queued.lock().await.recv_many(&mut batch, most).await > 0 {
                    let wanted = batch.drain(..).filter(|queued| !queued.reply.is_closed());
                    let (queries, replies): (Vec<_>, Vec<_>) =
                        wanted.map(|queued| (queued.query, queued.reply)).unzip();
                    if queries.is_empty() {
                        continue;
                    }
                    for (reply, answer) in replies.into_iter().zip(answer(queries).await) {
                        // The caller may have dropped its future.
                        let _gone = reply.send(answer);
                    }
                }
            });
        }
        Self(queries)
    }

    /// Queues a query and waits for its answer. If the caller drops the future, the query is
    /// carried out completely or not at all.
    pub(crate) async fn submit(&self, query: Q) -> Result<A, Error> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Queued { query, reply }).map_err(|_| Error::TaskEnded)?;
        answer.await.map_err(|_| Error::TaskEnded)?
    }
}

impl<Q, A> fmt::Debug for Batcher<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}
