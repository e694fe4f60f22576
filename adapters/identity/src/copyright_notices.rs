use crate::json::{decode, encode};
use desktop_delivery::{Actor, AgencyId, Participant, Registry, StoreError, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const KIND: &str = "copyright-notice";

/// The number of digits of a version in a key, so that keys sort by version.
const DIGITS: usize = 8;

/// Stores every version of each library's copyright notice, so that an audit can show which text
/// was acknowledged. The key of a version is `{agency}/{version}`, with versions counted from 1 in
/// eight digits.
#[derive(Clone, Debug)]
pub(crate) struct CopyrightNotices {
    registry: Arc<dyn Registry>,
}

/// One version of a library's copyright notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CopyrightNotice {
    /// The version, from 1.
    #[serde(skip)]
    pub version: u32,
    /// The text.
    pub text: String,
    /// When this version took effect. The next version or the default text replaces it.
    pub since: Timestamp,
    /// Who wrote it.
    pub by: Actor,
}

impl CopyrightNotices {
    pub(crate) fn new(registry: Arc<dyn Registry>) -> Self {
        Self { registry }
    }

    /// Returns the version number of a text for a participant. A text that differs from the newest
    /// version is stored as the next one.
    pub(crate) async fn version_of(
        &self,
        participant: &Participant,
        by: &Actor,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let text = participant.copyright_notice.trim();
        if text.is_empty() {
            return Ok(0);
        }
        loop {
            let kept = self.list(&participant.id).await?;
            if let Some(newest) = kept.last().filter(|newest| newest.text == text) {
                return Ok(newest.version);
            }
            let version = kept.last().map_or(0, |newest| newest.version).saturating_add(1);
            let notice =
                CopyrightNotice { version, text: text.to_owned(), since: now, by: by.clone() };
            let key = format!("{}/{version:0DIGITS$}", participant.id);
            // Another writer may have stored this number first.
            if self.registry.write(KIND, &key, Some(encode(&notice)?), 0).await?.is_some() {
                return Ok(version);
            }
        }
    }

    /// Returns all versions of an agency's notice, oldest first.
    pub(crate) async fn list(&self, agency: &AgencyId) -> Result<Vec<CopyrightNotice>, StoreError> {
        let prefix = format!("{agency}/");
        let (mut found, mut after) = (Vec::new(), prefix.clone());
        loop {
            let page = self.registry.list(KIND, &after, 100).await?;
            let Some((last, _)) = page.last() else { return Ok(found) };
            after.clone_from(last);
            for (key, record) in &page {
                let Some(rest) = key.strip_prefix(&prefix) else { return Ok(found) };
                // The agency id may itself contain a slash.
                if rest.len() == DIGITS
                    && let Ok(version) = rest.parse()
                {
                    found.push(CopyrightNotice { version, ..decode(&record.value)? });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::StaffId;
    use desktop_delivery::memory::MemoryRegistry;

    #[tokio::test]
    async fn each_text_is_kept_as_its_own_version() {
        let notices = CopyrightNotices::new(Arc::new(MemoryRegistry::new()));
        let library = |id, text| {
            Participant::new(AgencyId::new(id).unwrap(), "Library").with_copyright_notice(text)
        };
        let by = Actor::staff(AgencyId::new("A").unwrap(), StaffId::new("s-17").unwrap());
        let mut versions = Vec::new();
        for (second, (id, text)) in [
            ("A", ""),
            ("A", "For study."),
            ("A/B", "For the other one."),
            ("A", "For study."),
            ("A", "For private study."),
            ("A", " "),
            ("A", "For study."),
        ]
        .into_iter()
        .enumerate()
        {
            let now = Timestamp::from_seconds(i64::try_from(second).unwrap());
            versions.push(notices.version_of(&library(id, text), &by, now).await.unwrap());
        }
        assert_eq!(versions, [0, 1, 1, 1, 2, 0, 3]);
        let kept = notices.list(&AgencyId::new("A").unwrap()).await.unwrap();
        let texts: Vec<_> =
            kept.iter().map(|n| (n.version, &*n.text, n.since.as_seconds())).collect();
        let expected = [(1, "For study.", 1), (2, "For private study.", 4), (3, "For study.", 6)];
        assert_eq!(texts, expected);
        assert!(kept.iter().all(|notice| notice.by == by));
        assert_eq!(notices.list(&AgencyId::new("A/B").unwrap()).await.unwrap().len(), 1);
    }
}
