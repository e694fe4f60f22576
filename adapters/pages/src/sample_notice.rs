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
        Recipient::Patron => t.text("sample-reader"),
        _ => t.text("sample-library"),
    };
    let mut other = from.clone();
    other.name = t.text("sample-library");
    if let Ok(id) = AgencyId::new("sample") {
        other.id = id;
    }
    OutgoingNotice {
        id: "sample.1".to_owned(),
        handle: RequestHandle::from_bytes([0; 8]),
        kind: slot.kind,
        to: slot.to,
        address: EmailAddress::new(READER).expect("it is an address"),
        contact: Contact::new(reader, READER).with_language(slot.language),
        from: from.clone(),
        other,
        title: t.text("sample-title"),
        request_no: "2026-00417".to_owned(),
        files: vec![NoticeFile {
            no: AttachmentNo::new(1),
            file_name: t.text("sample-file"),
            description: t.text("sample-description"),
            size: 1_400_000,
            downloads_left: 5,
            expires_at: None,
            last_day: Date::new(2027, 2, 22),
            recalled_on: None,
        }],
        link: has_link.then(|| LinkUrl::new(format!("{address}/d/sample"))),
        problems: if has_problem {
            vec![NoticeProblem { kind: ProblemKind::MissingPage, note: t.text("sample-note") }]
        } else {
            Vec::new()
        },
        note: if has_note { t.text("sample-note") } else { String::new() },
    }
}
