//! The plan of a run: a list of steps, each with its own seed, so that the other steps keep their
//! meaning when some are deleted.

use crate::choices::Choices;
use std::fmt;
use std::str::FromStr;

/// One step of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number in the plan of its seed, from 0.
    pub number: u32,
    /// Whether faults may strike the calls that it starts.
    pub faults: bool,
    /// Whether the calls that it starts run to their end before the next step.
    pub alone: bool,
    seed: u64,
}

impl Step {
    pub(crate) fn choices(self) -> Choices {
        Choices::of(self.seed)
    }
}

/// The steps of a run, with the seed from which they were drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Draws a plan of `steps` steps.
    #[must_use]
    pub fn of(seed: u64, steps: u32) -> Self {
        let mut choices = Choices::of(seed);
        let step = |number| Step { number, faults: true, alone: false, seed: choices.seed() };
        Self { seed, steps: (0..steps).map(step).collect() }
    }

    /// Keeps only the steps named by `text`, which [`Display`](fmt::Display) wrote.
    ///
    /// # Errors
    /// The word that names no step.
    pub fn only(mut self, text: &str) -> Result<Self, String> {
        let mut kept = Vec::new();
        for word in text.split(',') {
            let number = word.trim_end_matches(['a', 'q']);
            let number = u32::from_str(number).map_err(|_| word.to_owned())?;
            let step = self.steps.iter().find(|step| step.number == number);
            let step = *step.ok_or_else(|| word.to_owned())?;
            let (faults, alone) = (!word.contains('q'), word.contains('a'));
            kept.push(Step { faults, alone, ..step });
        }
        self.steps = kept;
        Ok(self)
    }
}

/// Writes the numbers of the steps, with `q` (quiet) for a step without faults and `a` for a step
/// whose calls run alone.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let quiet = if step.faults { "" } else { "q" };
            let alone = if step.alone { "a" } else { "" };
            write!(f, "{comma}{}{quiet}{alone}", step.number)?;
        }
        Ok(())
    }
}
