use crate::error::Error;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Takes what many callers ask, and does it for as many at once as wait.
///
/// Must be made on the runtime of Tokio, on which its tasks then live until the batcher is dropped.
pub(crate) struct Batcher<Q, A>(mpsc::UnboundedSender<Asked<Q, A>>);

struct Asked<Q, A> {
    question: Q,
    reply: oneshot::Sender<Result<A, Error>>,
}

impl<Q: Send + 'static, A: Send + 'static> Batcher<Q, A> {
    /// `answer` gets at most `most` questions, and gives as many answers, in their order. So many as
    /// `at_once` are under way at the same time.
    pub(crate) fn start<F>(
        at_once: usize,
        most: usize,
        answer: impl Fn(Vec<Q>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Vec<Result<A, Error>>> + Send,
    {
        let (extension_requests, asked) = mpsc::unbounded_channel::<Asked<Q, A>>();
        let asked = Arc::new(Mutex::new(asked));
        for _ in 0..at_once {
            let (asked, answer) = (Arc::clone(&asked), answer.clone());
            tokio::spawn(async move {
                let mut batch = Vec::new();
                while asked.lock().await.recv_many(&mut batch, most).await > 0 {
                    let wanted = batch.drain(..).filter(|asked| !asked.reply.is_closed());
                    let (questions, replies): (Vec<_>, Vec<_>) =
                        wanted.map(|asked| (asked.question, asked.reply)).unzip();
                    if questions.is_empty() {
                        continue;
                    }
                    for (reply, answer) in replies.into_iter().zip(answer(questions).await) {
                        // A caller that has gone meanwhile needs no answer.
                        let _gone = reply.send(answer);
                    }
                }
            });
        }
        Self(extension_requests)
    }

    /// Asks, and waits for the answer. Where the caller drops the future, it is done whole or not at
    /// all.
    pub(crate) async fn ask(&self, question: Q) -> Result<A, Error> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Asked { question, reply }).map_err(|_| Error::TaskEnded)?;
        answer.await.map_err(|_| Error::TaskEnded)?
    }
}

impl<Q, A> fmt::Debug for Batcher<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}
