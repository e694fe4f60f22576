use crate::model::delivery::DeliveryRecord;
use crate::ports::change::{ListQuery, Party};

impl ListQuery {
    /// Returns whether a delivery is in the list, by party, status, search and
    /// [`waiting`](Self::waiting).
    #[must_use]
    pub fn matches(&self, record: &DeliveryRecord) -> bool {
        let facts = &record.facts;
        let is_theirs = match &self.party {
            Party::Anyone => true,
            Party::Patron(agency, patron) => {
                facts.requester == *agency && facts.patron.as_ref() == Some(patron)
            }
            Party::Requester(agency) => facts.requester == *agency,
            Party::Supplier(agency) => facts.supplier == *agency,
        };
        is_theirs
            && self.status.is_none_or(|status| record.status == status)
            && (!self.waiting || record.waits_for_supplier())
            && self.search.as_ref().is_none_or(|search| search.matches(facts))
    }
}
