//! The executor: polls one task at a time, in an order drawn from the seed.

use crate::choices::Choices;
use crate::operation::Answer;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// The number of a call of a desk, from 1.
pub(crate) type CallNo = u64;

/// Whether a task was woken since its last poll.
#[derive(Debug)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task {
    no: CallNo,
    node: usize,
    woken: Arc<Woken>,
    future: Pin<Box<dyn Future<Output = Answer>>>,
}

/// The calls under way.
#[derive(Default)]
pub(crate) struct Scheduler {
    tasks: Vec<Task>,
}

/// The result of one poll.
pub(crate) enum Polled {
    /// The call continues.
    Pending,
    /// The call has ended.
    Answered(CallNo, usize, Answer),
    /// No task is awake.
    Asleep,
}

impl Scheduler {
    pub(crate) fn spawn(
        &mut self,
        no: CallNo,
        node: usize,
        future: Pin<Box<dyn Future<Output = Answer>>>,
    ) {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        self.tasks.push(Task { no, node, woken, future });
    }

    /// Returns the number of calls under way.
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(crate) fn on_node(&self, node: usize) -> Vec<CallNo> {
        self.tasks.iter().filter(|task| task.node == node).map(|task| task.no).collect()
    }

    /// Polls one of the tasks that were woken; `current` is called with its number before it is
    /// polled.
    pub(crate) fn poll_one(
        &mut self,
        choices: &mut Choices,
        current: impl FnOnce(CallNo),
    ) -> Polled {
        let awake = |task: &Task| task.woken.0.load(Ordering::Relaxed);
        let places: Vec<_> = (0..self.tasks.len()).filter(|at| awake(&self.tasks[*at])).collect();
        let Some(&place) = choices.pick(&places) else { return Polled::Asleep };
        let task = &mut self.tasks[place];
        current(task.no);
        task.woken.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&task.woken));
        match task.future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => Polled::Pending,
            Poll::Ready(answer) => {
                let task = self.tasks.swap_remove(place);
                Polled::Answered(task.no, task.node, answer)
            }
        }
    }

    /// Drops one of the calls under way, wherever it is.
    pub(crate) fn drop_one(&mut self, choices: &mut Choices) -> Option<CallNo> {
        if self.tasks.is_empty() {
            return None;
        }
        let task = self.tasks.swap_remove(choices.below(self.tasks.len()));
        Some(task.no)
    }

    /// Drops all calls on a node.
    pub(crate) fn drop_node(&mut self, node: usize) {
        self.tasks.retain(|task| task.node != node);
    }
}
