use crate::web::Texts;
use desktop_delivery::decide::StaffView;
use desktop_delivery::{
    AttachmentNo, Audience, Expiry, NoticeFailure, NoticeKind, NoticeState, ProblemKind, Recipient,
    ReplaceReason, Terms, VersionNo, What, Zone,
};
use std::collections::HashMap;

/// Says what happened, in one language and with one library's days.
pub(super) struct Words<'a> {
    t: &'a Texts,
    zone: &'a Zone,
    /// The names of the documents as they are now.
    names: HashMap<AttachmentNo, String>,
}

impl<'a> Words<'a> {
    pub(super) fn of(t: &'a Texts, zone: &'a Zone, view: &StaffView) -> Self {
        let name = |file: &desktop_delivery::decide::StaffFile| {
            let attachment = &file.attachment;
            (attachment.no, attachment.current().file_name.as_str().to_owned())
        };
        Self { t, zone, names: view.files.iter().map(name).collect() }
    }

    /// What happened. A kind of event that is newer than this page gets a plain sentence.
    pub(super) fn say(&self, what: &What) -> String {
        let t = self.t;
        match what {
            What::Attached { attachment, size, .. } => {
                let saying = t.with("history-attached").set("doc", self.doc(*attachment, None));
                saying.set("size", t.size(*size)).to_string()
            }
            What::CancelAnswered { accepted: true } => t.say("history-cancel-accepted"),
            What::CancelAnswered { accepted: false } => t.say("history-cancel-refused"),
            What::CancelRequested => t.say("history-cancel-requested"),
            What::Cancelled => t.say("history-cancelled"),
            What::Claimed { attachment, version, audience, notice, .. } => {
                let key = format!("history-claimed-{}", audience_word(*audience));
                let doc = self.doc(*attachment, Some(*version));
                let claimed = t.with(&key).set("doc", doc).to_string();
                let accepted = match notice {
                    None => return claimed,
                    Some(0) => t.say("history-accepted-usual"),
                    Some(version) => t.with("history-accepted").set("n", version).to_string(),
                };
                format!("{claimed}. {accepted}")
            }
            What::Created => t.say("history-created"),
            What::Described { attachment } => self.about("history-described", *attachment),
            What::Expired { attachment } => self.about("history-expired", *attachment),
            What::Forgotten => t.say("history-forgotten"),
            What::GivenBack { attachment, .. } => self.about("history-given-back", *attachment),
            What::Granted { attachment, downloads, expires_at } => {
                let doc = self.doc(*attachment, None);
                let granted = t.with("history-granted").set("n", downloads).set("doc", doc);
                let granted = granted.to_string();
                let Some(end) = expires_at else { return granted };
                let day = t.day_of(end.plus_seconds(-1), self.zone);
                format!("{granted} {}", t.with("history-granted-until").set("day", day))
            }
            What::LinkIssued { audience, .. } => {
                t.say(&format!("history-link-issued-{}", audience_word(*audience)))
            }
            What::LinkRevoked { link } => {
                t.with("history-link-revoked").set("no", link.get()).to_string()
            }
            What::MoreRequested { attachment, .. } => {
                self.about("history-more-requested", *attachment)
            }
            What::NoticeTried { kind, state, .. } => {
                let key = match state {
                    NoticeState::Sent { .. } => "history-mail-sent",
                    NoticeState::Skipped { .. } => "history-mail-skipped",
                    NoticeState::Waiting { .. } => "history-mail-waiting",
                    NoticeState::Failed { reason: NoticeFailure::NoAddress, .. } => {
                        "history-mail-no-address"
                    }
                    NoticeState::Failed { reason: NoticeFailure::TooManyTries, .. } => {
                        "history-mail-unreachable"
                    }
                    _ => "history-mail-refused",
                };
                let mail = t.say(&format!("history-mail-of-{}", notice_word(*kind)));
                t.with(key).set("mail", mail).to_string()
            }
            What::Previewed { attachment, version } => {
                self.about_version("history-previewed", *attachment, *version)
            }
            What::ProblemAnswered { attachment } => {
                self.about("history-problem-answered", *attachment)
            }
            What::ProblemReported { attachment, version, kind } => {
                let key = match kind {
                    ProblemKind::MissingPage => "history-problem-missing-page",
                    ProblemKind::Unreadable => "history-problem-unreadable",
                    ProblemKind::WrongArticle => "history-problem-wrong-article",
                    _ => "history-problem-other",
                };
                self.about_version(key, *attachment, *version)
            }
            What::Purged { attachment } => self.about("history-purged", *attachment),
            What::PutOff { until } => {
                let until = t.moment(*until, self.zone);
                t.with("history-put-off").set("until", until).to_string()
            }
            What::Received => t.say("history-received"),
            What::Removed { attachment } => self.about("history-removed", *attachment),
            What::Reopened => t.say("history-reopened"),
            What::Reordered => t.say("history-reordered"),
            What::Replaced { attachment, reason, size, .. } => {
                let key = match reason {
                    ReplaceReason::MissingPages => "history-replaced-missing-pages",
                    ReplaceReason::Unreadable => "history-replaced-unreadable",
                    ReplaceReason::WrongDocument => "history-replaced-wrong-document",
                    _ => "history-replaced-other",
                };
                let saying = t.with(key).set("doc", self.doc(*attachment, None));
                saying.set("size", t.size(*size)).to_string()
            }
            What::Shipped { attachments } => {
                t.with("history-shipped").set("n", attachments).to_string()
            }
            What::StaffRead { attachment, version } => {
                self.about_version("history-staff-read", *attachment, *version)
            }
            What::Swept { blobs } => t.with("history-swept").set("n", blobs).to_string(),
            What::Synced => t.say("history-synced"),
            What::TermsChanged { attachment, before, after, why } => {
                let saying = t.with("history-terms").set("doc", self.doc(*attachment, None));
                let saying = saying.set("before", self.terms(before));
                self.because(&saying.set("after", self.terms(after)).to_string(), why)
            }
            What::ToldAgain { to, .. } => t.say(match to {
                Recipient::Patron => "history-told-again-patron",
                _ => "history-told-again-partner",
            }),
            What::Unfilled => t.say("history-unfilled"),
            What::UploadBegun { .. } => t.say("history-upload-begun"),
            What::UploadEnded { .. } => t.say("history-upload-ended"),
            What::Withdrawn { why } => self.because(&t.say("history-withdrawn"), why),
            _ => t.say("history-other"),
        }
    }

    fn about(&self, key: &str, attachment: AttachmentNo) -> String {
        self.t.with(key).set("doc", self.doc(attachment, None)).to_string()
    }

    fn about_version(&self, key: &str, attachment: AttachmentNo, version: VersionNo) -> String {
        self.t.with(key).set("doc", self.doc(attachment, Some(version))).to_string()
    }

    /// A document: by its number, with the name that it has now, and its version where it is not the
    /// first.
    fn doc(&self, no: AttachmentNo, version: Option<VersionNo>) -> String {
        let t = self.t;
        let doc = match self.names.get(&no) {
            Some(name) => t.with("history-doc-named").set("no", no.get()).set("name", name),
            None => t.with("history-doc").set("no", no.get()),
        };
        match version.map(VersionNo::get).filter(|version| *version > 1) {
            None => doc.to_string(),
            Some(version) => {
                let saying = t.with("history-doc-version").set("doc", doc.to_string());
                saying.set("version", version).to_string()
            }
        }
    }

    fn terms(&self, terms: &Terms) -> String {
        let t = self.t;
        let downloads = t.with("history-terms-downloads").set("n", terms.max_downloads);
        let end = match terms.expiry {
            Expiry::Days(days) => t.with("history-terms-days").set("n", days).to_string(),
            Expiry::At(end) => {
                let day = t.day_of(end.plus_seconds(-1), self.zone);
                t.with("history-terms-until").set("day", day).to_string()
            }
            _ => String::new(),
        };
        let begin = terms.not_before.map(|from| {
            let day = t.day_of(from, self.zone);
            t.with("history-terms-from").set("day", day).to_string()
        });
        let parts = [Some(downloads.to_string()), begin, Some(end)];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|p| !p.is_empty()).collect();
        parts.join(", ")
    }

    /// With the reason that somebody wrote, if they did.
    fn because(&self, said: &str, why: &str) -> String {
        match why.trim() {
            "" => said.to_owned(),
            why => format!("{said} {}", self.t.with("history-why").set("why", why)),
        }
    }
}

const fn audience_word(audience: Audience) -> &'static str {
    match audience {
        Audience::Partner => "partner",
        Audience::Patron => "patron",
        Audience::SupplierStaff => "supplier",
        _ => "requester",
    }
}

const fn notice_word(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::CancelRequested => "cancel-requested",
        NoticeKind::MoreGranted => "more-granted",
        NoticeKind::MoreRequested => "more-requested",
        NoticeKind::ProblemAnswered => "problem-answered",
        NoticeKind::ProblemReported => "problem-reported",
        NoticeKind::Received => "received",
        NoticeKind::Replaced => "replaced",
        NoticeKind::Shipped => "shipped",
        _ => "other",
    }
}

#[cfg(test)]
mod tests;
