use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{Actor, AgencyId, Clock, Language, Registry, StoreError, Timestamp};
use desktop_delivery_identity::Records;
use desktop_delivery_mail::{Composer, Fallback, LibraryText, Part, Templates, TextError};
use desktop_delivery_text::{Catalog, LanguageInfo};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const KIND: &str = "message-text";
/// The entry whose version increases with every change of a text, so that servers know when to
/// reload.
const NEWEST: (&str, &str) = ("message-texts", "newest");

/// How often a server checks for texts that another server has changed.
const PAUSE: Duration = Duration::from_secs(3);

/// The notices with editable texts: the name in paths and keys, the kind, and the recipient.
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

/// The editable parts of a notice, with their names in keys. The HTML is generated from the text.
pub(crate) const PARTS: [(&str, Part); 2] = [("subject", Part::Subject), ("text", Part::Text)];

/// The kind of entries for known faults of texts, with keys `{agency}/{notice}/{language}`.
const FAULTS: &str = "message-text-fault";

/// A store for the texts that replace the standard ones in a library's notices.
#[derive(Clone, Debug)]
pub struct MessageTexts {
    texts: Records<MessageText>,
    faults: Records<TextFault>,
    newest: Records<()>,
    registry: Arc<dyn Registry>,
    /// The standard texts.
    standard: Templates,
}

/// A fault of a library's text. Notices are sent with the standard text until it is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct TextFault {
    since: Timestamp,
}

/// A text that replaces a standard one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageText {
    pub(crate) source: String,
    pub(crate) since: Timestamp,
    pub(crate) by: Actor,
}

/// One editable text: a notice, a language and a part.
///
/// Its key is `{agency}/{notice}/{language}/{part}`. The id of the library comes first because it
/// may contain slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) notice: &'static str,
    pub(crate) kind: NoticeKind,
    pub(crate) to: Recipient,
    pub(crate) language: Language,
    pub(crate) part: Part,
}

impl Slot {
    /// Returns the slot with these names if there are texts in its language.
    pub(crate) fn named(texts: &Catalog, notice: &str, language: &str, part: &str) -> Option<Self> {
        let (notice, kind, to) = NOTICES.into_iter().find(|(name, ..)| *name == notice)?;
        let (_, part) = PARTS.into_iter().find(|(name, _)| *name == part)?;
        let languages = texts.languages().into_iter().map(|info| info.language);
        let language = languages.into_iter().find(|one| one.as_str() == language)?;
        Some(Self { notice, kind, to, language, part })
    }

    /// Returns the standard text, with placeholders.
    pub(crate) fn standard(self, texts: &Catalog) -> String {
        let texts = texts.texts(self.language);
        match self.part {
            Part::Subject => LibraryText::standard_subject(self.kind, self.to, &texts),
            _ => LibraryText::standard_text(self.kind, self.to, &texts),
        }
    }

    /// Parses a library's text.
    pub(crate) fn read(self, source: &str) -> Result<LibraryText, TextError> {
        match self.part {
            Part::Subject => LibraryText::subject(self.kind, self.to, source),
            _ => LibraryText::text(self.kind, self.to, source),
        }
    }

    fn fault_key(self, agency: &AgencyId) -> String {
        format!("{agency}/{}/{}", self.notice, self.language)
    }

    fn key(self, agency: &AgencyId) -> String {
        let part = PARTS.iter().find(|(_, part)| *part == self.part).map_or("", |(name, _)| name);
        format!("{agency}/{}/{}/{part}", self.notice, self.language)
    }

    fn parse(texts: &Catalog, key: &str) -> Option<(AgencyId, Self)> {
        let mut parts = key.rsplitn(4, '/');
        let (part, language, notice) = (parts.next()?, parts.next()?, parts.next()?);
        let agency = AgencyId::new(parts.next()?).ok()?;
        Some((agency, Self::named(texts, notice, language, part)?))
    }
}

impl MessageTexts {
    /// Creates a store in a registry. `standard` has the texts that a library's texts replace: the
    /// built-in ones or those of the operator.
    #[must_use]
    pub fn new(registry: Arc<dyn Registry>, standard: Templates) -> Self {
        let texts = Records::new(Arc::clone(&registry), KIND);
        let faults = Records::new(Arc::clone(&registry), FAULTS);
        let newest = Records::new(Arc::clone(&registry), NEWEST.0);
        Self { texts, faults, newest, registry, standard }
    }

    /// Returns the text that replaces the standard one, if any.
    pub(crate) async fn find(
        &self,
        agency: &AgencyId,
        slot: Slot,
    ) -> Result<Option<MessageText>, StoreError> {
        Ok(self.texts.read(&slot.key(agency)).await?.map(|(text, _)| text))
    }

    /// Returns whether rendering a notice with a library's text has failed.
    pub(crate) async fn is_unusable(
        &self,
        agency: &AgencyId,
        slot: Slot,
    ) -> Result<bool, StoreError> {
        Ok(self.faults.read(&slot.fault_key(agency)).await?.is_some())
    }

    /// Records that a text is not used, which the library's pages show.
    async fn report(
        &self,
        agency: &AgencyId,
        slot: Slot,
        fault: TextFault,
    ) -> Result<(), StoreError> {
        let first = |known: Option<TextFault>| known.is_none().then_some(fault);
        self.faults.update(&slot.fault_key(agency), first).await?;
        Ok(())
    }

    /// Records the texts that the composer could not use.
    async fn report_all(
        &self,
        fallbacks: Vec<Fallback>,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        for Fallback { library, kind, to, language, .. } in fallbacks {
            let notice =
                NOTICES.iter().find(|(_, one, recipient)| (*one, *recipient) == (kind, to));
            let slot = notice.and_then(|(notice, ..)| self.slot(notice, language.as_str(), "text"));
            if let Some(slot) = slot {
                self.report(&library, slot, TextFault { since }).await?;
            }
        }
        Ok(())
    }

    /// Replaces a standard text, or restores it for `None`. Clears known faults.
    pub(crate) async fn set(
        &self,
        agency: &AgencyId,
        slot: Slot,
        text: Option<&MessageText>,
    ) -> Result<(), StoreError> {
        let key = slot.key(agency);
        self.faults.remove(&slot.fault_key(agency)).await?;
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

    /// Returns the texts that a library has replaced, each with whether it is used.
    pub(crate) async fn of(&self, agency: &AgencyId) -> Result<Vec<(Slot, bool)>, StoreError> {
        let mut found = Vec::new();
        for (notice, kind, to) in NOTICES {
            for LanguageInfo { language, .. } in self.standard.catalog().languages() {
                let language = *language;
                for (_, part) in PARTS {
                    let slot = Slot { notice, kind, to, language, part };
                    let own = self.find(agency, slot).await?;
                    let is_unusable = self.is_unusable(agency, slot).await?;
                    match own {
                        Some(own) => {
                            let is_used = !is_unusable && slot.read(&own.source).is_ok();
                            found.push((slot, is_used));
                        }
                        None if is_unusable => found.push((slot, false)),
                        None => {}
                    }
                }
            }
        }
        Ok(found)
    }

    /// Loads the stored texts into the composer.
    ///
    /// A text that no longer passes the checks, for example after an upgrade, is skipped. Notices
    /// are then sent with the standard text, and the library's pages show the fault.
    ///
    /// # Errors
    /// [`StoreError`] if the registry fails.
    pub async fn load(&self, composer: &Composer) -> Result<(), StoreError> {
        let mut templates = self.standard.clone();
        for (key, text) in self.texts.all().await? {
            let Some((agency, slot)) = Slot::parse(self.standard.catalog(), &key) else { continue };
            let about = (slot.kind, slot.to, slot.language);
            match slot.read(&text.source) {
                Ok(own) if slot.part == Part::Subject => {
                    templates = templates.with_library_subject(&agency, about, own);
                }
                Ok(own) => templates = templates.with_library_text(&agency, about, own),
                Err(error) => tracing::warn!(
                    %agency, notice = slot.notice, language = %slot.language, %error,
                    "cannot use a library's text of a notice; notices are sent with the standard text, \
                     and the library's pages show the fault"
                ),
            }
        }
        composer.set_templates(templates);
        Ok(())
    }

    /// Reloads texts that other servers have changed, and records faults, until `stopping` is
    /// `true`.
    pub async fn follow(
        self,
        composer: Arc<Composer>,
        clock: Arc<dyn Clock>,
        mut stopping: watch::Receiver<bool>,
    ) {
        let mut loaded = None;
        while !*stopping.borrow() {
            let reloaded = async {
                self.report_all(composer.take_fallbacks(), clock.now()).await?;
                let newest = self.version().await?;
                if loaded != Some(newest) {
                    self.load(&composer).await?;
                    loaded = Some(newest);
                }
                Ok::<_, StoreError>(())
            };
            if let Err(error) = reloaded.await {
                tracing::error!(
                    %error,
                    "could not reload the texts of notices; the loaded texts stay in use"
                );
            }
            // A change ends the pause early.
            let _ = tokio::time::timeout(PAUSE, stopping.changed()).await;
        }
    }

    /// Returns the slot with these names, if there is one.
    pub(crate) fn slot(&self, notice: &str, language: &str, part: &str) -> Option<Slot> {
        Slot::named(self.standard.catalog(), notice, language, part)
    }

    /// Returns the standard text of a slot, with placeholders.
    pub(crate) fn standard(&self, slot: Slot) -> String {
        slot.standard(self.standard.catalog())
    }

    /// Returns a version that increases with every change; 0 before the first.
    async fn version(&self) -> Result<u64, StoreError> {
        let newest = self.registry.read(NEWEST.0, NEWEST.1).await?;
        Ok(newest.map_or(0, |newest| newest.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Participant;
    use desktop_delivery::memory::MemoryRegistry;
    use desktop_delivery_mail::Sender;

    fn texts() -> MessageTexts {
        let catalog = crate::Templates::default().catalog().clone();
        MessageTexts::new(Arc::new(MemoryRegistry::new()), Templates::with_texts(catalog))
    }

    #[test]
    fn every_notice_has_a_standard_text_in_each_language_and_part() {
        let texts = texts();
        let catalog = texts.standard.catalog();
        for (notice, ..) in NOTICES {
            for language in ["en", "fr"] {
                for (part, _) in PARTS {
                    let slot = texts.slot(notice, language, part).unwrap();
                    let standard = texts.standard(slot);
                    assert_eq!(slot.read(&standard).err(), None, "{notice} {language} {part}");
                    let agency = AgencyId::new("CA/BVAU").unwrap();
                    assert_eq!(Slot::parse(catalog, &slot.key(&agency)), Some((agency, slot)));
                }
            }
        }
        assert_eq!(texts.slot("received-patron", "de", "text"), None);
        assert_eq!(Slot::parse(catalog, "nonsense"), None);
    }

    #[tokio::test]
    async fn a_library_text_is_used_until_it_is_reset_and_skipped_if_it_is_invalid() {
        let texts = texts();
        let composer = Composer::new(Sender::new("ill@example.org").unwrap());
        let agency = AgencyId::new("CA-BVAU").unwrap();
        let slot = texts.slot("received-patron", "en", "subject").unwrap();
        let other = texts.slot("received-patron", "fr", "subject").unwrap();
        let text = |source: &str| MessageText {
            source: source.to_owned(),
            since: Timestamp::EPOCH,
            by: Actor::Host,
        };
        assert_eq!(texts.version().await.unwrap(), 0);
        texts.set(&agency, other, Some(&text("{% broken"))).await.unwrap();
        texts.set(&agency, slot, Some(&text("Come and get it"))).await.unwrap();
        let version = texts.version().await.unwrap();
        assert!(version > 0);
        assert_eq!(texts.of(&agency).await.unwrap(), [(slot, true), (other, false)]);
        texts.load(&composer).await.unwrap();
        let library = Participant::new(agency.clone(), "Vancouver University Library");
        let sample = crate::sample_notice::sample(
            &library,
            slot,
            texts.standard.catalog(),
            "https://ill.example.org",
        );
        assert_eq!(composer.render(&sample).unwrap().subject, "Come and get it");

        texts.set(&agency, slot, None).await.unwrap();
        assert!(texts.version().await.unwrap() > version);
        texts.load(&composer).await.unwrap();
        assert_ne!(composer.render(&sample).unwrap().subject, "Come and get it");
    }
}
