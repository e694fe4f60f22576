use crate::assemble::Server;
use crate::records::Records;
use desktop_delivery::{
    Actor, AgencyId, Language, NoticeKind, Recipient, Registry, StoreError, Timestamp,
};
use desktop_delivery_mail::{Composer, Part, Templates};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const KIND: &str = "message-text";
/// Its version grows with every change of a text, so that it alone tells whether to read them again.
const NEWEST: (&str, &str) = ("message-texts", "newest");

/// How soon a server writes with texts that another one changed.
const PAUSE: Duration = Duration::from_secs(3);

/// Every notice that has texts of its own: the name in addresses and keys, what it is about, and to whom
/// it goes.
pub(crate) const NOTICES: [(&str, NoticeKind, Recipient); 12] = [
    ("received-patron", NoticeKind::Received, Recipient::Patron),
    ("more-granted-patron", NoticeKind::MoreGranted, Recipient::Patron),
    ("replaced-patron", NoticeKind::Replaced, Recipient::Patron),
    ("shipped-partner", NoticeKind::Shipped, Recipient::Partner),
    ("more-granted-partner", NoticeKind::MoreGranted, Recipient::Partner),
    ("replaced-partner", NoticeKind::Replaced, Recipient::Partner),
    ("more-granted-requester", NoticeKind::MoreGranted, Recipient::RequesterStaff),
    ("replaced-requester", NoticeKind::Replaced, Recipient::RequesterStaff),
    ("problem-answered-requester", NoticeKind::ProblemAnswered, Recipient::RequesterStaff),
    ("more-requested-supplier", NoticeKind::MoreRequested, Recipient::SupplierStaff),
    ("cancel-requested-supplier", NoticeKind::CancelRequested, Recipient::SupplierStaff),
    ("problem-reported-supplier", NoticeKind::ProblemReported, Recipient::SupplierStaff),
];

/// The parts of a message, with their names in keys.
pub(crate) const PARTS: [(&str, Part); 3] =
    [("subject", Part::Subject), ("text", Part::Text), ("html", Part::Html)];

/// Keeps the texts of notices with which libraries replaced ours.
#[derive(Clone, Debug)]
pub(crate) struct MessageTexts {
    texts: Records<MessageText>,
    newest: Records<()>,
    registry: Arc<dyn Registry>,
}

/// A text that replaces one of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageText {
    pub(crate) source: String,
    pub(crate) since: Timestamp,
    pub(crate) by: Actor,
}

/// Names one text: notice, language, part. In a key the library stands before it, since its id may have
/// a slash itself: `{agency}/{notice}/{language}/{part}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) notice: &'static str,
    pub(crate) kind: NoticeKind,
    pub(crate) to: Recipient,
    pub(crate) language: Language,
    pub(crate) part: Part,
}

impl Slot {
    /// The slot that these words name.
    pub(crate) fn named(notice: &str, language: &str, part: &str) -> Option<Self> {
        let (notice, kind, to) = NOTICES.into_iter().find(|(name, ..)| *name == notice)?;
        let (_, part) = PARTS.into_iter().find(|(name, _)| *name == part)?;
        let language = match language {
            "en" => Language::English,
            "fr" => Language::French,
            _ => return None,
        };
        Some(Self { notice, kind, to, language, part })
    }

    /// Our own text.
    pub(crate) fn builtin(self) -> &'static str {
        Templates::builtin(self.kind, self.to, self.language, self.part).unwrap_or_default()
    }

    fn key(self, agency: &AgencyId) -> String {
        let part = PARTS.iter().find(|(_, part)| *part == self.part).map_or("", |(name, _)| name);
        format!("{agency}/{}/{}/{part}", self.notice, self.language.code())
    }

    fn parse(key: &str) -> Option<(AgencyId, Self)> {
        let mut parts = key.rsplitn(4, '/');
        let (part, language, notice) = (parts.next()?, parts.next()?, parts.next()?);
        let agency = AgencyId::new(parts.next()?).ok()?;
        Some((agency, Self::named(notice, language, part)?))
    }
}

impl MessageTexts {
    pub(crate) fn new(registry: Arc<dyn Registry>) -> Self {
        let texts = Records::new(Arc::clone(&registry), KIND);
        Self { texts, newest: Records::new(Arc::clone(&registry), NEWEST.0), registry }
    }

    /// The text with which a library replaced ours.
    pub(crate) async fn find(
        &self,
        agency: &AgencyId,
        slot: Slot,
    ) -> Result<Option<MessageText>, StoreError> {
        Ok(self.texts.read(&slot.key(agency)).await?.map(|(text, _)| text))
    }

    /// Replaces our text, or goes back to it.
    pub(crate) async fn set(
        &self,
        agency: &AgencyId,
        slot: Slot,
        text: Option<&MessageText>,
    ) -> Result<(), StoreError> {
        let key = slot.key(agency);
        match text {
            Some(text) => {
                self.texts.update(&key, |_| Some(text.clone())).await?;
            }
            None if !self.texts.remove(&key).await? => return Ok(()),
            None => {}
        }
        self.newest.update(NEWEST.1, |_| Some(())).await?;
        Ok(())
    }

    /// The texts that a library replaced.
    pub(crate) async fn of(&self, agency: &AgencyId) -> Result<Vec<Slot>, StoreError> {
        let mut found = Vec::new();
        for (notice, kind, to) in NOTICES {
            for language in [Language::English, Language::French] {
                for (_, part) in PARTS {
                    let slot = Slot { notice, kind, to, language, part };
                    if self.find(agency, slot).await?.is_some() {
                        found.push(slot);
                    }
                }
            }
        }
        Ok(found)
    }

    /// Lets the composer write with the texts as they are kept. One that does not pass the checks any
    /// more, as after an upgrade, is passed over, and ours is sent.
    pub(crate) async fn load(&self, composer: &Composer) -> Result<(), StoreError> {
        let mut templates = Templates::new();
        for (key, text) in self.texts.all().await? {
            let Some((agency, slot)) = Slot::parse(&key) else { continue };
            let Slot { kind, to, language, part, .. } = slot;
            match templates.clone().with_for(&agency, kind, to, language, part, text.source) {
                Ok(more) => templates = more,
                Err(error) => tracing::warn!(%agency, %error, "a text of a notice is passed over"),
            }
        }
        composer.set_templates(templates);
        Ok(())
    }

    /// What grows with every change; 0 before the first.
    async fn version(&self) -> Result<u64, StoreError> {
        let newest = self.registry.read(NEWEST.0, NEWEST.1).await?;
        Ok(newest.map_or(0, |newest| newest.version))
    }
}

/// Takes up what others changed, until the server stops.
pub(crate) async fn follow(server: Arc<Server>, mut stopping: watch::Receiver<bool>) {
    let mut loaded = None;
    while !*stopping.borrow() {
        let followed = async {
            let newest = server.message_texts.version().await?;
            if loaded != Some(newest) {
                server.message_texts.load(&server.composer).await?;
                loaded = Some(newest);
            }
            Ok::<_, StoreError>(())
        };
        if let Err(error) = followed.await {
            tracing::error!(%error, "texts of notices could not be read again");
        }
        // A change of the channel means: stop.
        let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::{MemoryRegistry, Participant};
    use desktop_delivery_mail::Sender;

    #[test]
    fn every_notice_has_a_text_of_ours_in_each_language_and_part() {
        for (notice, ..) in NOTICES {
            for language in ["en", "fr"] {
                for (part, _) in PARTS {
                    let slot = Slot::named(notice, language, part).unwrap();
                    assert!(!slot.builtin().is_empty(), "{notice} {language} {part}");
                    let agency = AgencyId::new("CA/BVAU").unwrap();
                    assert_eq!(Slot::parse(&slot.key(&agency)), Some((agency, slot)));
                }
            }
        }
        assert_eq!(Slot::named("received-patron", "de", "text"), None);
        assert_eq!(Slot::parse("nonsense"), None);
    }

    #[tokio::test]
    async fn a_text_is_used_until_it_is_taken_back_and_one_that_broke_is_passed_over() {
        let registry = Arc::new(MemoryRegistry::new());
        let texts = MessageTexts::new(registry);
        let composer = Composer::new(Sender::new("ill@example.org").unwrap());
        let agency = AgencyId::new("CA-BVAU").unwrap();
        let slot = Slot::named("received-patron", "en", "subject").unwrap();
        let other = Slot::named("received-patron", "fr", "subject").unwrap();
        let text = |source: &str| MessageText {
            source: source.to_owned(),
            since: Timestamp::EPOCH,
            by: Actor::Host,
        };
        assert_eq!(texts.version().await.unwrap(), 0);
        texts.set(&agency, other, Some(&text("{{ broken"))).await.unwrap();
        texts.set(&agency, slot, Some(&text("Come and get it"))).await.unwrap();
        let version = texts.version().await.unwrap();
        assert!(version > 0);
        assert_eq!(texts.of(&agency).await.unwrap(), [slot, other]);
        texts.load(&composer).await.unwrap();
        let library = Participant::new(agency.clone(), "Vancouver University Library");
        let sample = crate::sample_notice::sample(&library, slot, "https://ill.example.org");
        assert_eq!(composer.render(&sample).unwrap().subject, "Come and get it");

        texts.set(&agency, slot, None).await.unwrap();
        assert!(texts.version().await.unwrap() > version);
        texts.load(&composer).await.unwrap();
        assert_ne!(composer.render(&sample).unwrap().subject, "Come and get it");
    }
}
