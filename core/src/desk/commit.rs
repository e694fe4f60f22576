use super::{Desk, RequestAt};
use crate::decide::{self, Charged, Context, Decision, Quota};
use crate::desk::Error;
use crate::model::delivery::Delivery;
use crate::model::event::Actor;
use crate::model::facts::Facts;
use crate::model::ids::{CommitId, CounterKey, PolicyName, RequestHandle};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::link::Audience;
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::ports::StoreError;
use crate::ports::change::{Change, Charge, CommitOutcome, DeliveryKey, Settlement};
use std::future::poll_fn;
use std::task::Poll;

/// The maximum number of tries of an upload's commits, which wait in line in their process. It is
/// sufficient even with many processes and other changes to the request.
const PATIENT_TRIES: u32 = 64;

/// The binary logarithm of the longest pause between two tries, in yields to the executor.
const MAX_PAUSE_BITS: u32 = 8;

/// The maximum number of tries before [`Refusal::Busy`]. It is sufficient for dozens of writers on
/// one request: in every round one of them succeeds, and most of the others are then finished.
const MAX_TRIES: u32 = 8;

impl Desk {
    /// Loads a delivery, boxed: the futures that pass it on stay small, and moving them is cheap.
    pub(super) async fn load(&self, handle: RequestHandle) -> Result<Box<Delivery>, Error> {
        let found = self.ledger.load(DeliveryKey::Handle(handle)).await?;
        found.map(Box::new).ok_or(Error::Refused(Refusal::Unknown))
    }

    /// Loads a delivery for a page with a download button, so that a claim can
    /// [recall](crate::Ledger::recall) it.
    pub(super) async fn load_for_page(
        &self,
        handle: RequestHandle,
    ) -> Result<Box<Delivery>, Error> {
        let found = self.ledger.load_to_recall(handle).await?;
        found.map(Box::new).ok_or(Error::Refused(Refusal::Unknown))
    }

    pub(super) fn policy(&self, name: &PolicyName) -> Result<&Policy, InvalidInput> {
        self.policies
            .find(name)
            .ok_or(InvalidInput::new(InputField::POLICY_NAME, InputFault::NOT_A_PROFILE))
    }

    /// Runs `rule` on the stored delivery and commits its decision.
    pub(super) async fn decide<T: Send>(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<T, Error> {
        self.decide_settling(request, actor, |_| Vec::new(), rule).await
    }

    /// Like [`decide`](Self::decide), for a delivery that the caller has just loaded; the delivery
    /// is loaded again only if it changed in the meantime.
    pub(super) async fn decide_loaded<T: Send>(
        &self,
        request: impl Into<RequestAt> + Send,
        delivery: Box<Delivery>,
        actor: &Actor,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<T, Error> {
        let request = request.into();
        self.decide_trying(MAX_TRIES, request, Some(delivery), actor, |_| Vec::new(), rule).await
    }

    /// Like [`decide`](Self::decide), but begins with a [recalled](crate::Ledger::recall) delivery,
    /// which saves the load of nearly every claim from a page.
    pub(super) async fn decide_recalled<T: Send>(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<T, Error> {
        let request = request.into();
        if let Some(recalled) = self.ledger.recall(request.handle).await.map(Box::new)
            && request.check(&recalled).is_ok()
            && let Some(answer) = self.commit_recalled(recalled, actor, &rule).await?
        {
            return Ok(answer);
        }
        self.decide(request, actor, rule).await
    }

    /// Commits the decision of `rule` on a [recalled](crate::Ledger::recall) delivery, which may be
    /// outdated. Returns `None` if nothing was committed: anything that no commit checks is decided
    /// on a loaded delivery.
    async fn commit_recalled<T: Send>(
        &self,
        delivery: Box<Delivery>,
        actor: &Actor,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<Option<T>, Error> {
        let Ok(policy) = self.policy(&delivery.record.policy) else { return Ok(None) };
        let context = Context::new(self.clock.now(), policy, actor);
        let decision = match rule(&delivery, &context) {
            Ok(decision) if !decision.events.is_empty() => decision,
            Ok(_) | Err(_) => return Ok(None),
        };
        let expected = Some(delivery.revision);
        match self.commit(delivery.handle, expected, decision, Vec::new()).await {
            // The hook runs only after the revision was verified.
            Err(error @ Error::Refused(Refusal::Vetoed(_))) => Err(error),
            // The quota is full; the claim may still be a repeat.
            Err(Error::Refused(_)) => Ok(None),
            committed => committed,
        }
    }

    /// Like [`decide`](Self::decide), with more tries, for callers that wait in line.
    pub(super) async fn decide_patiently<T: Send>(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<T, Error> {
        let request = request.into();
        self.decide_trying(PATIENT_TRIES, request, None, actor, |_| Vec::new(), rule).await
    }

    /// Like [`decide`](Self::decide), and settles leases in the same commit.
    pub(super) async fn decide_settling<T: Send>(
        &self,
        request: impl Into<RequestAt> + Send,
        actor: &Actor,
        settle: impl Fn(&T) -> Vec<Settlement> + Send + Sync,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<T, Error> {
        self.decide_trying(MAX_TRIES, request.into(), None, actor, settle, rule).await
    }

    async fn decide_trying<T: Send>(
        &self,
        tries: u32,
        request: RequestAt,
        mut loaded: Option<Box<Delivery>>,
        actor: &Actor,
        settle: impl Fn(&T) -> Vec<Settlement> + Send + Sync,
        rule: impl Fn(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal> + Send + Sync,
    ) -> Result<T, Error> {
        for attempt in 0..tries {
            self.jitter(attempt).await?;
            let delivery = match loaded.take() {
                Some(delivery) => delivery,
                None => self.load(request.handle).await?,
            };
            let policy = self.policy(&delivery.record.policy)?;
            let context = Context::new(self.clock.now(), policy, actor);
            // First, so that a revision is compared only for callers who may make the change
            // (RFC 9110 section 13.2.1).
            let decision = rule(&delivery, &context)?;
            request.check(&delivery)?;
            if decision.events.is_empty() {
                return Ok(decision.answer);
            }
            let settle = settle(&decision.answer);
            if let Some(answer) =
                self.commit(request.handle, Some(delivery.revision), decision, settle).await?
            {
                return Ok(answer);
            }
        }
        Err(Refusal::Busy.into())
    }

    /// Commits a decision; `None` if it is stale.
    ///
    /// If the reply is lost, the outcome is looked up by the commit's id. If a retry may help, the
    /// same change is tried once more; the revision that it expects prevents it from being applied
    /// twice.
    pub(super) async fn commit<T: Send>(
        &self,
        handle: RequestHandle,
        expected: Option<u64>,
        decision: Decision<T>,
        settle: Vec<Settlement>,
    ) -> Result<Option<T>, Error> {
        let charges = self.charges(&decision.charges);
        let change = Change {
            handle,
            commit_id: CommitId::from_bytes(self.random()?),
            expected,
            record: decision.record,
            usage: decision.usage,
            events: decision.events,
            outbox: decision.outbox,
            settle,
            charges,
        };
        let commit_id = change.commit_id;
        let mut outcome = self.ledger.commit(change.clone()).await;
        if let Err(error) = &outcome {
            let may_help = error.is_transient();
            if self.ledger.committed(handle, commit_id).await?.is_some() {
                return Ok(Some(decision.answer));
            }
            if may_help {
                outcome = self.ledger.commit(change.clone()).await;
                // The first try may still have been in progress during the lookup.
                let unsettled = !matches!(outcome, Ok(CommitOutcome::Committed { .. }));
                if unsettled && self.ledger.committed(handle, commit_id).await?.is_some() {
                    return Ok(Some(decision.answer));
                }
            }
        }
        match outcome? {
            CommitOutcome::Committed { .. } => Ok(Some(decision.answer)),
            CommitOutcome::Full { counter, used } => {
                Err(over_quota(&decision.charges, &change.charges, counter, used).into())
            }
            CommitOutcome::Stale => Ok(None),
            CommitOutcome::Vetoed(veto) => Err(Refusal::Vetoed(*veto).into()),
        }
    }

    fn charges(&self, charged: &[Charged]) -> Vec<Charge> {
        let charge = |charged: &Charged| Charge {
            counter: self.counter(&charged.quota),
            amount: charged.amount,
            limit: charged.limit,
            expires_at: charged.quota.frees_at(),
        };
        charged.iter().map(charge).collect()
    }

    /// Returns the key under which the ledger counts a quota. The key does not reveal who is
    /// counted.
    fn counter(&self, quota: &Quota) -> CounterKey {
        let keys = self.keys();
        match quota {
            Quota::PatronClaims { agency, patron, day } => keys.counter(&[
                b"patron claims",
                agency.as_str().as_bytes(),
                patron.as_str().as_bytes(),
                &day.to_be_bytes(),
            ]),
            Quota::StaffPreviews { agency, staff, day } => keys.counter(&[
                b"staff previews",
                agency.as_str().as_bytes(),
                staff.as_str().as_bytes(),
                &day.to_be_bytes(),
            ]),
            Quota::SupplierBytes { agency } => {
                keys.counter(&[b"supplier bytes", agency.as_str().as_bytes()])
            }
            Quota::SupplierUploads { agency, day } => {
                keys.counter(&[b"supplier uploads", agency.as_str().as_bytes(), &day.to_be_bytes()])
            }
        }
    }

    /// Returns how much of a quota is used.
    pub(super) async fn used(&self, quota: &Quota) -> Result<u64, StoreError> {
        self.ledger.counter(self.counter(quota)).await
    }

    /// Returns a context for a view of what an audience may claim. For the patron, it includes how
    /// much of their quota is used; if the profile has such a quota, that takes one read.
    pub(super) async fn view_context<'a>(
        &self,
        audience: Audience,
        facts: &Facts,
        policy: &'a Policy,
        actor: &'a Actor,
    ) -> Result<Context<'a>, Error> {
        let context = Context::new(self.clock.now(), policy, actor);
        let quota = decide::patron_quota(facts, policy, context.now);
        Ok(match quota.filter(|_| audience == Audience::Patron) {
            Some((quota, _)) => context.with_patron_downloads(Some(self.used(&quota).await?)),
            None => context,
        })
    }

    pub(super) fn random<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Yields to other tasks, longer the more tries have failed. The core crate has no timer, so it
    /// yields to the executor a random number of times.
    async fn jitter(&self, attempt: u32) -> Result<(), Error> {
        if attempt > 0 {
            let [dice] = self.random()?;
            for _ in 0..u32::from(dice) % (1 << attempt.min(MAX_PAUSE_BITS)) {
                yield_now().await;
            }
        }
        Ok(())
    }
}

/// Returns the refusal for a counter that the ledger reported as full.
fn over_quota(charged: &[Charged], charges: &[Charge], counter: CounterKey, used: u64) -> Refusal {
    let full = charged.iter().zip(charges).find(|(_, charge)| charge.counter == counter);
    full.map_or(Refusal::Busy, |(charged, _)| charged.over_quota(used))
}

async fn yield_now() {
    let mut yielded = false;
    poll_fn(|task| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        task.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
