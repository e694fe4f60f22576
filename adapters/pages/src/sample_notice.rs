use crate::message_texts::Slot;
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::notices::{
    LinkUrl, NoticeFile, NoticeKind, NoticeProblem, OutgoingNotice, Recipient,
};
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::time::Date;
use desktop_delivery::{AgencyId, AttachmentNo, Contact, Participant, RequestHandle};
use desktop_delivery_text::Catalog;

/// Creates a sample notice from the library `from`, for the preview of its texts. Its link is not
/// valid.
pub(crate) fn sample(
    from: &Participant,
    slot: Slot,
    texts: &Catalog,
    address: &str,
) -> OutgoingNotice {
    const READER: &str = "carla.santos@example.org";
    let t = texts.texts(slot.language);
    let has_link = matches!(slot.to, Recipient::Partner | Recipient::Patron);
    let has_problem =
        matches!(slot.kind, NoticeKind::ProblemAnswered | NoticeKind::ProblemReported);
    let has_note = matches!(slot.kind, NoticeKind::MoreRequested | NoticeKind::ProblemAnswered);
    let reader = match slot.to {
        Recipient::Patron => t.text("sample-patron"),
        _ => t.text("sample-library"),
    };
    let mut other = from.clone();
    other.name = t.text("sample-library");
    if let Ok(id) = AgencyId::new("sample") {
        other.id = id;
    }
    let mut file = NoticeFile::new(AttachmentNo::new(1), t.text("sample-file"), 1_400_000);
    file.description = t.text("sample-description");
    file.downloads_left = 5;
    file.last_day = Date::new(2027, 2, 22);
    let mut notice = OutgoingNotice::new(
        ("sample.1", RequestHandle::from_bytes([0; 8])),
        (slot.kind, slot.to),
        (
            Contact::new(reader, READER).with_language(slot.language),
            EmailAddress::new(READER).expect("it is an address"),
        ),
        from.clone(),
        other,
    );
    notice.title = t.text("sample-title");
    notice.request_no = "2026-00417".to_owned();
    notice.files = vec![file];
    notice.link = has_link.then(|| LinkUrl::new(format!("{address}/d/sample")));
    notice.problems = if has_problem {
        vec![NoticeProblem::new(ProblemKind::MissingPage, t.text("sample-note"))]
    } else {
        Vec::new()
    };
    notice.note = if has_note { t.text("sample-note") } else { String::new() };
    notice
}
