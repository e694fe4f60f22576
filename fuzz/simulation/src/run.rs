//! A run of a plan.

use crate::backend::Backend;
use crate::coverage::Coverage;
use crate::plan::Plan;
use crate::simulation::Simulation;
use crate::violation::Violation;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The first check that failed.
    pub violation: Option<Violation>,
    /// What happened, one line a step; empty unless it was asked for.
    pub trace: Vec<String>,
    /// How often each fault struck each operation.
    pub coverage: Coverage,
    /// The number of the last step.
    pub last_step: u32,
}

/// Runs a plan, and checks it.
#[must_use]
pub fn run(plan: &Plan, backend: Backend, is_traced: bool) -> Report {
    let mut simulation = Simulation::new(plan.seed, backend, is_traced);
    let done = catch_unwind(AssertUnwindSafe(|| simulation.run(plan)));
    let state = &mut *simulation.shared.lock();
    if let Err(panic) = done {
        let detail = panic.downcast_ref::<String>().cloned();
        let detail = detail.or_else(|| Some((*panic.downcast_ref::<&str>()?).to_owned()));
        let detail = detail.unwrap_or_default();
        state.judge(Err(Violation { check: "7 a panic", detail }));
    }
    Report {
        violation: state.violation.clone(),
        trace: std::mem::take(&mut state.trace).finish(),
        coverage: std::mem::take(&mut state.coverage),
        last_step: simulation.step,
    }
}
