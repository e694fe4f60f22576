//! What an operation is: one row, with the arguments it draws, the call it makes and the answer it
//! expects.

use crate::choices::Choices;
use crate::coverage::Ending;
use crate::model::{Intent, Request, holds};
use crate::shared::{CallNotes, State};
use crate::violation::{Verdict, Violation, ensure};
use crate::world::Cast;
use desktop_delivery::error::{Error, ErrorChain, Refusal};
use desktop_delivery::events::EventKind;
use desktop_delivery::{Actor, Desk, RequestHandle, Timestamp};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

/// A use case: a row of the table in [`operations`](crate::operations).
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// The methods of `Desk` that it calls.
    pub(crate) methods: &'static [&'static str],
    /// How often it is drawn, beside the others.
    pub(crate) weight: u32,
    /// The events that it may record; empty if it only reads.
    pub(crate) records: &'static [&'static str],
    /// Draws the arguments; `None` if there is nothing to call it on yet.
    pub(crate) draw: fn(&mut Draw<'_>) -> Option<Call>,
}

/// From what the arguments of a call are drawn.
pub(crate) struct Draw<'a> {
    pub(crate) state: &'a State,
    pub(crate) choices: &'a mut Choices,
    pub(crate) cast: &'a Cast,
    /// The time, without any node's skew.
    pub(crate) now: Timestamp,
}

type Run = Rc<dyn Fn(Arc<Desk>) -> Pin<Box<dyn Future<Output = Answer>>>>;
type OnError = Rc<dyn Fn(&Seen<'_>, &Error) -> Verdict>;

/// A call of a desk with its arguments, which can be made again.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) text: String,
    pub(crate) actor: Actor,
    pub(crate) intent: Arc<Intent>,
    pub(crate) run: Run,
}

/// The answer of a call, to be judged.
pub(crate) type Answer = Box<dyn FnOnce(&mut Seen<'_>) -> Result<Outcome, Violation>>;

/// The text of an answer, and how its call ended.
pub(crate) struct Outcome {
    pub(crate) text: String,
    pub(crate) ending: Ending,
}

/// What is known when a call has ended.
pub(crate) struct Seen<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) notes: CallNotes,
    /// The time that the call last saw on its node's clock.
    pub(crate) now: Timestamp,
    pub(crate) secrets: &'a [String],
}

impl Call {
    /// Creates a call by `actor`. `judge` checks what a call answers that was not refused, and
    /// returns the answer in words.
    pub(crate) fn new<T, F>(
        text: String,
        actor: Actor,
        intent: Intent,
        run: impl Fn(Arc<Desk>) -> F + 'static,
        judge: impl Fn(&mut Seen<'_>, &T) -> Result<String, Violation> + 'static,
    ) -> Self
    where
        T: Debug + 'static,
        F: Future<Output = Result<T, Error>> + 'static,
    {
        Self::strict(text, actor, intent, run, judge, |_, _| Ok(()))
    }

    /// Creates a call whose errors are judged too.
    pub(crate) fn strict<T, F>(
        text: String,
        actor: Actor,
        intent: Intent,
        run: impl Fn(Arc<Desk>) -> F + 'static,
        judge: impl Fn(&mut Seen<'_>, &T) -> Result<String, Violation> + 'static,
        on_error: impl Fn(&Seen<'_>, &Error) -> Verdict + 'static,
    ) -> Self
    where
        T: Debug + 'static,
        F: Future<Output = Result<T, Error>> + 'static,
    {
        let judge = Rc::new(judge);
        let on_error: OnError = Rc::new(on_error);
        let run: Run = Rc::new(move |desk| {
            let (called, judge, on_error) = (run(desk), Rc::clone(&judge), Rc::clone(&on_error));
            Box::pin(async move {
                let result = called.await;
                let answer: Answer = Box::new(move |seen| match result {
                    Ok(value) => {
                        // Writing every value takes too long.
                        if seen.state.current % 8 == 0 {
                            seen.hides_secrets(&format!("{value:?}"))?;
                        }
                        let text = judge(seen, &value)?;
                        Ok(Outcome { text, ending: Ending::Done })
                    }
                    Err(error) => {
                        on_error(seen, &error)?;
                        seen.judge_error(&error)
                    }
                });
                answer
            })
        });
        Self { text, actor, intent: Arc::new(intent), run }
    }
}

impl Seen<'_> {
    /// Returns the request as the call last saw it.
    pub(crate) fn request(&self) -> Option<&Request> {
        let (handle, revision) = self.notes.basis?;
        self.state.model.at(handle, revision).map(Arc::as_ref)
    }

    /// Returns the requests that the call loaded together.
    pub(crate) fn loaded(&self) -> BTreeMap<RequestHandle, &Request> {
        let loaded = self.notes.loaded.iter();
        let known = |(handle, revision): &(RequestHandle, u64)| {
            Some((*handle, self.state.model.at(*handle, *revision)?.as_ref()))
        };
        loaded.filter_map(known).collect()
    }

    /// Checks the request as the call last saw it.
    pub(crate) fn expect(
        &self,
        check: &'static str,
        what: &str,
        is: impl Fn(&Request) -> bool,
    ) -> Result<String, Violation> {
        ensure!(self.request().is_some_and(is), check, "{what}");
        Ok(what.to_owned())
    }

    /// Returns whether the call recorded such an event.
    pub(crate) fn recorded(&self, is: impl Fn(&EventKind) -> bool) -> bool {
        self.count(is) > 0
    }

    /// Returns how many such events the call recorded.
    pub(crate) fn count(&self, is: impl Fn(&EventKind) -> bool) -> usize {
        let commits = self.notes.commits.iter();
        let events = commits.flat_map(|(handle, revision)| self.events_of(*handle, *revision));
        events.filter(|kind| is(kind)).count()
    }

    fn events_of(&self, handle: RequestHandle, revision: u64) -> impl Iterator<Item = &EventKind> {
        let place = usize::try_from(revision).unwrap_or(0).saturating_sub(1);
        let commit = self.state.reference.history(handle).get(place);
        commit.into_iter().flat_map(|(_, events)| events).map(|event| &event.kind)
    }

    /// Checks that a text has no token, address or name in it.
    pub(crate) fn hides_secrets(&self, text: &str) -> Verdict {
        let tokens = self.state.links.iter().rev().take(8).map(|link| &link.token);
        let tickets = self.state.tickets.iter().rev().take(8).map(|ticket| &ticket.token);
        for secret in self.secrets.iter().chain(tokens).chain(tickets) {
            ensure!(!text.contains(secret.as_str()), "5 a secret is shown", "{text}");
        }
        Ok(())
    }

    fn judge_error(&self, error: &Error) -> Result<Outcome, Violation> {
        const CHECK: &str = "7 an error without reason or remedy";
        let text = format!("{}", ErrorChain::of(error));
        self.hides_secrets(&format!("{error:?} {text} {}", error.remedy()))?;
        ensure!(!text.is_empty() && !error.remedy().is_empty(), CHECK, "{error:?}");
        let Error::Refused(refusal) = error else {
            return Ok(Outcome { text: format!("fails: {text}"), ending: Ending::Failed });
        };
        self.judge_refusal(refusal)?;
        Ok(Outcome { text: format!("refused: {text}"), ending: Ending::Refused })
    }

    /// Checks that a refused call changed nothing, and that the reason is true.
    fn judge_refusal(&self, refusal: &Refusal) -> Verdict {
        // Room for an upload is reserved and given back.
        let is_kept =
            |kind: &EventKind| matches!(&*event_name(kind), "UploadBegun" | "UploadEnded");
        let changed = self.recorded(|kind| !is_kept(kind));
        ensure!(!changed, "7 a refused operation changed something", "{refusal:?}");
        let Some(request) = self.request() else { return Ok(()) };
        let is_true = |request| holds(refusal, request, &self.notes.actor, self.now);
        // A refused upload loads the request again to give its place back.
        let is_upload = self.notes.operation.records.contains(&"UploadEnded");
        let earlier = self.notes.earlier.iter().filter(|_| is_upload);
        let mut seen = earlier.filter_map(|(handle, no)| self.state.model.at(*handle, *no));
        let is_true = is_true(request) || seen.any(|request| is_true(request));
        ensure!(is_true, "7 the reason of a refusal is not true", "{refusal:?} at {}", self.now);
        Ok(())
    }
}

/// Returns the name of the kind of an event.
pub(crate) fn event_name(kind: &EventKind) -> String {
    let text = format!("{kind:?}");
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}
