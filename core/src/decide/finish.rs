use super::draft::{Decision, Draft};
use super::expire::next_due;
use super::tidy::tidy;

impl Draft<'_> {
    /// Finishes the draft: removes closed entries and sets when the next work is due.
    pub(super) fn finish<T>(mut self, answer: T) -> Decision<T> {
        if self.has_events() {
            tidy(&mut self);
            let due_at = next_due(self.record(), self.usage(), self.policy());
            if due_at != self.record().due_at {
                self.record_mut().due_at = due_at;
            }
        }
        self.into_decision(answer)
    }
}
