//! Runs the steps of a plan, then finishes without faults.

use crate::backend::Backend;
use crate::choices::Choices;
use crate::coverage::Coverage;
use crate::fault::{Fault, FaultPlan};
use crate::model::Model;
use crate::operation::{Call, Draw, Operation, Seen};
use crate::plan::{Plan, Step};
use crate::reference::ReferenceLedger;
use crate::scheduler::{CallNo, Polled, Scheduler};
use crate::shared::{CallNotes, Shared, State};
use crate::stores::SimulatedLedger;
use crate::trace::Trace;
use crate::violation::Violation;
use crate::world::{Cast, MAX_SKEW, World};
use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::memory::MemoryBlobStore;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tempfile::TempDir;

/// The most calls under way at once.
const MAX_CALLS: usize = 7;

/// A run under way.
pub(crate) struct Simulation {
    // Calls are dropped before the stores that they use.
    pub(crate) scheduler: Scheduler,
    pub(crate) world: World,
    pub(crate) shared: Shared,
    pub(crate) ledger: Arc<dyn LedgerSnapshot>,
    pub(crate) step: u32,
    recent: VecDeque<(&'static Operation, Call)>,
    last_call: CallNo,
    _folder: Option<TempDir>,
}

impl Simulation {
    pub(crate) fn new(seed: u64, backend: Backend, is_traced: bool) -> Self {
        let mut choices = Choices::of(!seed);
        let cast = Cast::draw(&mut choices);
        let model = Model::new(cast.policies.clone(), Cast::addresses());
        let shared = Shared::of(State {
            current: 0,
            calls: BTreeMap::new(),
            texts: BTreeMap::new(),
            faults_on: true,
            reference: ReferenceLedger::default(),
            model,
            blobs: BTreeMap::new(),
            contents: BTreeMap::new(),
            links: Vec::new(),
            tickets: Vec::new(),
            downloads: Vec::new(),
            mail: Vec::new(),
            late: Vec::new(),
            clocks: Vec::new(),
            trace: Trace::new(is_traced),
            coverage: Coverage::default(),
            violation: None,
        });
        let (ledger, registry, folder) = backend.open();
        let simulated = SimulatedLedger::new(shared.clone(), Arc::clone(&ledger));
        let stores = (registry, Arc::new(MemoryBlobStore::new()) as _);
        let world = World::new(cast, shared.clone(), simulated, stores, &mut choices);
        Self {
            scheduler: Scheduler::default(),
            world,
            shared,
            ledger,
            step: 0,
            recent: VecDeque::new(),
            last_call: 0,
            _folder: folder,
        }
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.shared.lock().violation.is_some()
    }

    pub(crate) fn run(&mut self, plan: &Plan) {
        for step in &plan.steps {
            self.take(*step);
            if self.has_failed() {
                return;
            }
        }
        self.settle();
    }

    fn take(&mut self, step: Step) {
        self.step = step.number;
        self.shared.lock().trace.begin_step(step.number);
        let mut choices = step.choices();
        match choices.below(100) {
            0..58 if self.scheduler.len() < MAX_CALLS => self.start_any(&mut choices, step.faults),
            58..66 => self.repeat(&mut choices, step.faults),
            66..72 => self.drop_one(&mut choices),
            72..75 => self.kill(&mut choices),
            75..84 => self.jump(&mut choices),
            84..87 => self.skew(&mut choices),
            87 => {
                self.shared.lock().trace.note(|| "the keys are rotated".to_owned());
                self.world.rotate_keys(choices.bytes());
            }
            _ => {}
        }
        if step.alone {
            self.finish(&mut choices);
        } else {
            for _ in 0..choices.below(16) {
                self.poll(&mut choices);
            }
        }
        if !self.has_failed() {
            let state = &mut *self.shared.lock();
            let verdict = state.model.agree_on_counters(&state.reference, &state.clocks);
            state.judge(verdict);
        }
    }

    fn start_any(&mut self, choices: &mut Choices, faults: bool) {
        let drawn = {
            let state = &*self.shared.lock();
            let (cast, now) = (&self.world.cast, self.world.now);
            let mut draw = Draw { state, choices, cast, now };
            (0..6).find_map(|_| {
                let all = crate::operations::all();
                let row = draw.choices.weighted(all.map(|row| (row.weight, row)))?;
                Some((row, (row.draw)(&mut draw)?))
            })
        };
        if let Some((operation, call)) = drawn {
            let node = choices.below(self.world.nodes.len());
            self.recent.push_back((operation, call.clone()));
            if self.recent.len() > 8 {
                self.recent.pop_front();
            }
            self.start(operation, &call, node, choices, faults);
        }
    }

    /// Starts a call on a node.
    pub(crate) fn start(
        &mut self,
        operation: &'static Operation,
        call: &Call,
        node: usize,
        choices: &mut Choices,
        faults: bool,
    ) {
        self.last_call += 1;
        let no = self.last_call;
        let plan = FaultPlan::draw(choices);
        let recalls = choices.below(5).checked_sub(1);
        let notes = CallNotes {
            operation,
            intent: Arc::clone(&call.intent),
            actor: call.actor.clone(),
            faults: if faults { plan } else { FaultPlan::default() },
            recalls,
            store_calls: 0,
            basis: None,
            earlier: Vec::new(),
            loaded: Vec::new(),
            commits: Vec::new(),
            time: None,
            disturbed: false,
        };
        {
            let state = &mut *self.shared.lock();
            if let crate::model::Intent::Upload { bytes, .. } = &*call.intent {
                state.contents.insert(crate::model::sha256(bytes), bytes.clone());
            }
            state.calls.insert(no, notes);
            state.trace.begins(no, node, || call.text.clone());
            state.texts.insert(no, call.text.clone());
        }
        let future = (call.run)(Arc::clone(&self.world.nodes[node].desk));
        self.scheduler.spawn(no, node, future);
    }

    /// Makes a recent call once more, as a client does after a timeout or a double click.
    fn repeat(&mut self, choices: &mut Choices, faults: bool) {
        let recent: Vec<_> = self.recent.iter().cloned().collect();
        if let Some((operation, call)) = choices.pick(&recent) {
            let node = choices.below(self.world.nodes.len());
            self.shared.lock().coverage.hit(operation, Fault::Repeat);
            self.start(operation, call, node, choices, faults);
        }
    }

    fn drop_one(&mut self, choices: &mut Choices) {
        if let Some(no) = self.scheduler.drop_one(choices) {
            self.forget(no, Fault::Drop, "is dropped");
        }
    }

    fn forget(&mut self, no: CallNo, fault: Fault, what: &str) {
        let state = &mut *self.shared.lock();
        if let Some(notes) = state.calls.remove(&no) {
            state.coverage.hit(notes.operation, fault);
            state.trace.note(|| format!("#{no} {what}"));
        }
    }

    /// Kills a node, mostly the busiest.
    fn kill(&mut self, choices: &mut Choices) {
        let any = choices.below(self.world.nodes.len());
        let nodes = 0..self.world.nodes.len();
        let busiest = nodes.max_by_key(|node| self.scheduler.on_node(*node).len());
        let node = busiest.filter(|_| choices.chance(80)).unwrap_or(any);
        self.shared.lock().trace.node(node, "is killed and restarted");
        for no in self.scheduler.on_node(node) {
            self.forget(no, Fault::Kill, "dies with it");
        }
        self.scheduler.drop_node(node);
        self.world.restart(node);
    }

    fn jump(&mut self, choices: &mut Choices) {
        if choices.chance(15) && self.jump_to_an_end(choices) {
            return;
        }
        let seconds = match choices.below(100) {
            0..50 => choices.number(1, 30),
            50..72 => choices.number(60, 1_800),
            72..90 => choices.number(3_600, 30_000),
            90..98 => choices.number(86_400, 20 * 86_400),
            _ => choices.number(60 * 86_400, 130 * 86_400),
        };
        self.advance(seconds);
    }

    /// Advances the clock of one node to the end of a ticket or of terms, or to a second beside it.
    fn jump_to_an_end(&mut self, choices: &mut Choices) -> bool {
        let node = choices.below(self.world.nodes.len());
        let now = self.world.clock(node);
        let ends = self.shared.lock().model.ends_after(now);
        let Some(end) = choices.pick(&ends) else { return false };
        let seconds = end.seconds_since(now) + choices.number(-1, 1);
        self.advance(seconds.max(0));
        true
    }

    fn advance(&mut self, seconds: i64) {
        self.world.advance(seconds);
        let now = self.world.now;
        self.shared.lock().trace.note(|| format!("{seconds} s pass, it is {now}"));
        for node in 0..self.world.nodes.len() {
            self.hit_all(node, Fault::Jump);
        }
    }

    fn skew(&mut self, choices: &mut Choices) {
        let node = choices.below(self.world.nodes.len());
        let seconds = choices.number(-MAX_SKEW, MAX_SKEW);
        self.world.skew(node, seconds);
        self.shared.lock().trace.node(node, &format!("is {seconds} s ahead"));
        self.hit_all(node, Fault::Skew);
    }

    fn hit_all(&self, node: usize, fault: Fault) {
        let state = &mut *self.shared.lock();
        for no in self.scheduler.on_node(node) {
            if let Some(notes) = state.calls.get(&no) {
                state.coverage.hit(notes.operation, fault);
            }
        }
    }

    /// Polls one of the calls under way; a late commit may take effect before.
    fn poll(&mut self, choices: &mut Choices) -> bool {
        if self.has_failed() {
            return false;
        }
        if choices.chance(8) {
            self.world.ledger.commit_late();
        }
        let shared = &self.shared;
        match self.scheduler.poll_one(choices, |no| shared.lock().current = no) {
            Polled::Pending => true,
            Polled::Answered(no, node, answer) => {
                self.judge(no, node, answer);
                true
            }
            Polled::Asleep => {
                if self.scheduler.len() > 0 {
                    let detail = format!("{} calls are never woken", self.scheduler.len());
                    let stuck = Violation { check: "4 a call waits forever", detail };
                    self.shared.lock().judge(Err(stuck));
                }
                false
            }
        }
    }

    /// Polls all calls under way until they have ended.
    pub(crate) fn finish(&mut self, choices: &mut Choices) {
        for _ in 0..200_000 {
            if self.scheduler.len() == 0 || !self.poll(choices) {
                return;
            }
        }
        let detail = format!("{} calls do not end", self.scheduler.len());
        self.shared.lock().judge(Err(Violation { check: "4 a call waits forever", detail }));
    }

    fn judge(&mut self, no: CallNo, node: usize, answer: crate::operation::Answer) {
        let state = &mut *self.shared.lock();
        let Some(notes) = state.calls.remove(&no) else { return };
        // The clock may have moved since.
        let now = notes.time.unwrap_or_else(|| self.world.clock(node));
        let operation = notes.operation;
        let secrets = &self.world.cast.secrets;
        let answer = answer(&mut Seen { state, notes, now, secrets });
        let text = state.texts.remove(&no).unwrap_or_default();
        match answer {
            Ok(answer) => {
                state.coverage.end(operation, answer.ending);
                let is_idle =
                    !state.faults_on && answer.text.starts_with("0 requests, 0 blobs, 0 notices");
                if !is_idle {
                    state.trace.answers(no, node, &text, &answer.text);
                } else {
                    state.trace.forget(no);
                }
            }
            Err(violation) => {
                state.trace.answers(no, node, &text, &format!("VIOLATION {violation}"));
                state.judge(Err(violation));
            }
        }
    }
}
