//! Shrinking a failing plan by delta debugging: chunks of steps are deleted, then faults, as long
//! as the same check fails.

use crate::backend::Backend;
use crate::plan::{Plan, Step};
use crate::run::run;

/// The most runs that shrinking takes.
const MAX_RUNS: u32 = 600;

/// Returns a shorter plan that fails the same check.
#[must_use]
pub fn shrink(plan: &Plan, backend: Backend, check: &str, last_step: u32) -> Plan {
    let mut shrinking = Shrinking { seed: plan.seed, backend, check, runs: 0 };
    let mut steps = plan.steps.clone();
    steps.retain(|step| step.number <= last_step);
    if !shrinking.fails(&steps) {
        steps.clone_from(&plan.steps);
    }
    let mut size = steps.len().div_ceil(2);
    while size > 0 && shrinking.runs < MAX_RUNS {
        let before = steps.len();
        let mut from = 0;
        while from < steps.len() && shrinking.runs < MAX_RUNS {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + size).min(steps.len()));
            match shrinking.fails(&fewer) {
                true => steps = fewer,
                false => from += size,
            }
        }
        if size == 1 && steps.len() == before {
            break;
        }
        size = if size == 1 { 1 } else { size / 2 };
    }
    for place in 0..steps.len() {
        for simplify in [|step: &mut Step| step.alone = true, |step: &mut Step| step.faults = false]
        {
            let mut simpler = steps.clone();
            simpler.get_mut(place).into_iter().for_each(simplify);
            if shrinking.fails(&simpler) {
                steps = simpler;
            }
        }
    }
    Plan { seed: plan.seed, steps }
}

struct Shrinking<'a> {
    seed: u64,
    backend: Backend,
    check: &'a str,
    runs: u32,
}

impl Shrinking<'_> {
    fn fails(&mut self, steps: &[Step]) -> bool {
        self.runs += 1;
        let plan = Plan { seed: self.seed, steps: steps.to_vec() };
        run(&plan, self.backend, false).violation.is_some_and(|found| found.check == self.check)
    }
}
