use crate::part::Part;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{AgencyId, Language};

/// The template of notices that have none of their own.
pub(super) const OTHER: &str = "notice";

/// The notices that have their own templates.
pub(super) const NOTICES: [(NoticeKind, Recipient); 13] = [
    (NoticeKind::CancelRequested, Recipient::SupplierStaff),
    (NoticeKind::MoreGranted, Recipient::Partner),
    (NoticeKind::MoreGranted, Recipient::Patron),
    (NoticeKind::MoreGranted, Recipient::RequesterStaff),
    (NoticeKind::MoreRequested, Recipient::SupplierStaff),
    (NoticeKind::ProblemAnswered, Recipient::RequesterStaff),
    (NoticeKind::ProblemReported, Recipient::SupplierStaff),
    (NoticeKind::Received, Recipient::Patron),
    (NoticeKind::Replaced, Recipient::Partner),
    (NoticeKind::Replaced, Recipient::Patron),
    (NoticeKind::Replaced, Recipient::RequesterStaff),
    (NoticeKind::Shipped, Recipient::Partner),
    (NoticeKind::Shipped, Recipient::Patron),
];

/// Returns the file name of a notice's templates, without language and part.
pub(crate) const fn notice_name(kind: NoticeKind, to: Recipient) -> &'static str {
    match (kind, to) {
        (NoticeKind::CancelRequested, Recipient::SupplierStaff) => {
            "cancel-requested-supplier-staff"
        }
        (NoticeKind::MoreGranted, Recipient::Partner) => "more-granted-partner",
        (NoticeKind::MoreGranted, Recipient::Patron) => "more-granted-patron",
        (NoticeKind::MoreGranted, Recipient::RequesterStaff) => "more-granted-requester-staff",
        (NoticeKind::MoreRequested, Recipient::SupplierStaff) => "more-requested-supplier-staff",
        (NoticeKind::ProblemAnswered, Recipient::RequesterStaff) => {
            "problem-answered-requester-staff"
        }
        (NoticeKind::ProblemReported, Recipient::SupplierStaff) => {
            "problem-reported-supplier-staff"
        }
        (NoticeKind::Received, Recipient::Patron) => "received-patron",
        (NoticeKind::Replaced, Recipient::Partner) => "replaced-partner",
        (NoticeKind::Replaced, Recipient::Patron) => "replaced-patron",
        (NoticeKind::Replaced, Recipient::RequesterStaff) => "replaced-requester-staff",
        (NoticeKind::Shipped, Recipient::Partner) => "shipped-partner",
        _ => OTHER,
    }
}

/// Returns the file name of a template, without language.
pub(crate) fn file_name(notice: &str, part: Part) -> String {
    format!("{notice}.{}", part.extension())
}

/// Returns the name of the text that replaces a template in one language: the library's, or else the
/// operator's if `library` is `None`.
pub(super) fn replaced_name(library: Option<&AgencyId>, language: Language, file: &str) -> String {
    match library {
        Some(library) => format!("of/{library}/{language}/{file}"),
        None => format!("all/{language}/{file}"),
    }
}
