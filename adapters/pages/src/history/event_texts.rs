use crate::requests::failure_word;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::events::{Event, EventDocument, EventKind};
use desktop_delivery::ids::VersionNo;
use desktop_delivery::notices::{NoticeState, Recipient};
use desktop_delivery::{AttachmentNo, Terms, Zone};
use desktop_delivery_text::Texts;

/// Describes events in one language.
pub(super) struct EventTexts<'a> {
    t: Texts,
    /// The reader's time zone, for times.
    zone: &'a Zone,
    /// The borrowing library's time zone, for the days of terms.
    days: &'a Zone,
}

impl<'a> EventTexts<'a> {
    pub(super) fn of(t: &Texts, zone: &'a Zone, days: &'a Zone) -> Self {
        Self { t: t.clone(), zone, days }
    }

    /// Describes an event. An unknown kind gets a general sentence.
    pub(super) fn text(&self, event: &Event) -> String {
        let Self { t, zone, days } = self;
        EventText { t, zone, days, document: event.document.as_ref() }.text(&event.kind)
    }
}

/// Describes one event.
struct EventText<'a> {
    t: &'a Texts,
    zone: &'a Zone,
    days: &'a Zone,
    document: Option<&'a EventDocument>,
}

impl EventText<'_> {
    fn text(&self, kind: &EventKind) -> String {
        let t = self.t;
        match kind {
            EventKind::Attached { attachment, size, .. } => {
                let message = t.message("history-attached").set("doc", self.doc(*attachment, None));
                message.set("size", t.size(*size)).to_string()
            }
            EventKind::CancelAnswered { accepted: true } => t.text("history-cancel-accepted"),
            EventKind::CancelAnswered { accepted: false } => t.text("history-cancel-refused"),
            EventKind::CancelRequested => t.text("history-cancel-requested"),
            EventKind::Cancelled => t.text("history-cancelled"),
            EventKind::Claimed {
                attachment, version, audience, copyright_version: notice, ..
            } => {
                let key = format!("history-claimed-{}", audience.as_str());
                let doc = self.doc(*attachment, Some(*version));
                let claimed = t.message(&key).set("doc", doc).to_string();
                let accepted = match notice {
                    None => return claimed,
                    Some(0) => t.text("history-accepted-standard"),
                    Some(version) => t.message("history-accepted").set("n", version).to_string(),
                };
                format!("{claimed}. {accepted}")
            }
            EventKind::Created => t.text("history-created"),
            EventKind::Described { attachment, description } if description.is_empty() => {
                self.about("history-described-nothing", *attachment)
            }
            EventKind::Described { attachment, description } => {
                let message =
                    t.message("history-described").set("doc", self.doc(*attachment, None));
                message.set("text", description).to_string()
            }
            EventKind::Expired { attachment } => self.about("history-expired", *attachment),
            EventKind::Forgotten => t.text("history-forgotten"),
            EventKind::Refunded { attachment, .. } => self.about("history-refunded", *attachment),
            EventKind::Granted { attachment, downloads, expires_at } => {
                let doc = self.doc(*attachment, None);
                let granted = t.message("history-granted").set("n", downloads).set("doc", doc);
                let granted = granted.to_string();
                let Some(end) = expires_at else { return granted };
                let day = t.day_of(end.plus_seconds(-1), self.days);
                format!("{granted} {}", t.message("history-granted-until").set("day", day))
            }
            EventKind::LinkIssued { audience, .. } => {
                t.text(&format!("history-link-issued-{}", audience.as_str()))
            }
            EventKind::LinkRevoked { link } => {
                t.message("history-link-revoked").set("no", link.get()).to_string()
            }
            EventKind::MoreRequested { attachment, .. } => {
                self.about("history-more-requested", *attachment)
            }
            EventKind::NoticeTried { kind, state, .. } => {
                let outcome = match state {
                    NoticeState::Sent { .. } => "sent",
                    NoticeState::Skipped { .. } => "skipped",
                    NoticeState::Waiting { .. } => "waiting",
                    NoticeState::Failed { reason, .. } => failure_word(*reason),
                    _ => "refused",
                };
                let mail = t.text(&format!("history-mail-of-{}", kind.as_str()));
                let text =
                    t.message(&format!("history-mail-{outcome}")).set("mail", mail).to_string();
                match self.document {
                    Some(about) => {
                        let doc = self.doc(about.attachment, None);
                        t.message("history-mail-about")
                            .set("event", text)
                            .set("doc", doc)
                            .to_string()
                    }
                    None => text,
                }
            }
            EventKind::Previewed { attachment, version } => {
                self.about_version("history-previewed", *attachment, *version)
            }
            EventKind::ProblemAnswered { attachment } => {
                self.about("history-problem-answered", *attachment)
            }
            EventKind::ProblemReported { attachment, version, kind } => {
                let key = format!("history-problem-{}", kind.as_str());
                self.about_version(&key, *attachment, *version)
            }
            EventKind::Purged { attachment } => self.about("history-purged", *attachment),
            EventKind::Backoff { until } => {
                let until = t.moment(*until, self.zone);
                t.message("history-backoff").set("until", until).to_string()
            }
            EventKind::Received => t.text("history-received"),
            EventKind::Removed { attachment } => self.about("history-removed", *attachment),
            EventKind::Reopened => t.text("history-reopened"),
            EventKind::Reordered => t.text("history-reordered"),
            EventKind::Replaced { attachment, reason, size, .. } => {
                let key = format!("history-replaced-{}", reason.as_str());
                let message = t.message(&key).set("doc", self.doc(*attachment, None));
                message.set("size", t.size(*size)).to_string()
            }
            EventKind::Shipped { attachments } => {
                t.message("history-shipped").set("n", attachments).to_string()
            }
            EventKind::StaffRead { attachment, version } => {
                self.about_version("history-staff-read", *attachment, *version)
            }
            EventKind::Swept { blobs } => t.message("history-swept").set("n", blobs).to_string(),
            EventKind::Synced => t.text("history-synced"),
            EventKind::TermsChanged { attachment, before, after, why } => {
                let message = t.message("history-terms").set("doc", self.doc(*attachment, None));
                let message = message.set("before", self.terms(before));
                self.with_reason(&message.set("after", self.terms(after)).to_string(), why)
            }
            EventKind::Resent { to, .. } => t.text(match to {
                Recipient::Patron => "history-resent-patron",
                _ => "history-resent-partner",
            }),
            EventKind::Unfilled => t.text("history-unfilled"),
            EventKind::UploadBegun { .. } => t.text("history-upload-begun"),
            EventKind::UploadEnded { .. } => t.text("history-upload-ended"),
            EventKind::Withdrawn { why } => self.with_reason(&t.text("history-withdrawn"), why),
            _ => t.text("history-other"),
        }
    }

    fn about(&self, key: &str, attachment: AttachmentNo) -> String {
        self.t.message(key).set("doc", self.doc(attachment, None)).to_string()
    }

    fn about_version(&self, key: &str, attachment: AttachmentNo, version: VersionNo) -> String {
        self.t.message(key).set("doc", self.doc(attachment, Some(version))).to_string()
    }

    /// Describes a document: its number, its name at the time, and its version unless it is the
    /// first.
    fn doc(&self, no: AttachmentNo, version: Option<VersionNo>) -> String {
        let t = self.t;
        let known = self.document.filter(|document| document.attachment == no);
        let version = known.map(|document| document.version).or(version);
        let version = version.map(VersionNo::get).filter(|version| *version > 1);
        let key = match (known, version) {
            (Some(_), Some(_)) => "history-doc-named-version",
            (Some(_), None) => "history-doc-named",
            (None, Some(_)) => "history-doc-version",
            (None, None) => "history-doc",
        };
        let name = known.map_or("", |document| document.file_name.as_str());
        let doc = t.message(key).set("no", no.get()).set("name", name);
        doc.set("version", version.unwrap_or(1)).to_string()
    }

    fn terms(&self, terms: &Terms) -> String {
        let t = self.t;
        let downloads = t.message("history-terms-downloads").set("n", terms.max_downloads);
        let end = match terms.expiry {
            Expiry::Days(days) => t.message("history-terms-days").set("n", days).to_string(),
            Expiry::At(end) => {
                let day = t.day_of(end.plus_seconds(-1), self.days);
                t.message("history-terms-until").set("day", day).to_string()
            }
            _ => String::new(),
        };
        let begin = terms.not_before.map(|from| {
            let day = t.day_of(from, self.days);
            t.message("history-terms-from").set("day", day).to_string()
        });
        let parts = [Some(downloads.to_string()), begin, Some(end)];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
        parts.join(", ")
    }

    /// Appends the reason given, if any.
    fn with_reason(&self, text: &str, why: &str) -> String {
        match why.trim() {
            "" => text.to_owned(),
            why => format!("{text} {}", self.t.message("history-why").set("why", why)),
        }
    }
}

#[cfg(test)]
mod tests;
