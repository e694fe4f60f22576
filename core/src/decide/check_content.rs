use crate::content::{FileContent, FileKind, endings};
use crate::model::delivery::DeliveryRecord;
use crate::model::file_name::FileName;
use crate::model::file_warning::FileWarning;
use crate::model::ids::{AttachmentNo, Digest};
use crate::model::policy::Policy;
use crate::model::unsupported_file::UnsupportedFile;

/// Returns the media type under which a file with this content and name may be attached.
///
/// Harmful content is checked first, so that the most serious reason is reported.
pub(super) fn check_content(
    content: &FileContent,
    file_name: &FileName,
    policy: &Policy,
) -> Result<String, UnsupportedFile> {
    let kind = || content.kind.clone();
    if let Some(ending) = endings::forbidden(file_name.as_str()) {
        return Err(UnsupportedFile::Name { ending });
    }
    if content.kind.is_active() {
        return Err(UnsupportedFile::Content { kind: kind() });
    }
    if content.has_macros {
        return Err(UnsupportedFile::Macros { kind: kind() });
    }
    if let Some(entry) = &content.harmful_entry {
        return Err(UnsupportedFile::Inside { entry: entry.clone() });
    }
    if let Some(problem) = &content.archive {
        return Err(UnsupportedFile::Archive(problem.clone()));
    }
    // Types listed in the profile take precedence: they may be kinds of text, or unrecognized
    // formats.
    let named = content.stated.as_deref().filter(|stated| {
        matches!(content.kind, FileKind::PlainText | FileKind::Unknown)
            && policy.names_type(stated)
            && policy.is_allowed_type(stated)
            && !is_recognizable(stated)
    });
    let media_type = named.unwrap_or(content.kind.media_type());
    if !policy.is_allowed_type(media_type) {
        return Err(UnsupportedFile::Content { kind: kind() });
    }
    let ending = file_name.ending().unwrap_or_default();
    let promised = FileKind::of_ending(&ending);
    if promised.is_some_and(|promised| !promised.opens_like(&content.kind)) {
        return Err(UnsupportedFile::Mismatch { ending, kind: kind() });
    }
    Ok(media_type.to_owned())
}

/// Returns whether bytes of this type would have been recognized. If so, unrecognized bytes cannot
/// be declared as this type.
fn is_recognizable(media_type: &str) -> bool {
    crate::content::STANDARD
        .iter()
        .any(|kind| *kind != FileKind::PlainText && kind.media_type() == media_type)
}

/// Returns the warnings for the supplier's staff about a file that is attached; `replaced` is the
/// attachment whose current version it replaces.
pub(super) fn warnings(
    record: &DeliveryRecord,
    content: &FileContent,
    file_name: &FileName,
    digest: Digest,
    replaced: Option<AttachmentNo>,
) -> Vec<FileWarning> {
    let mut warnings = Vec::new();
    let ending = file_name.ending().unwrap_or_default();
    let endings = content.kind.endings();
    // Text files have many kinds of names: tables, citations, data.
    if let Some(usual) = endings
        .first()
        .filter(|_| !endings.contains(&ending.as_str()) && content.kind != FileKind::PlainText)
    {
        warnings.push(FileWarning::NameEnding { usual: (*usual).to_owned() });
    }
    if content.has_old_office {
        warnings.push(FileWarning::OldOffice);
    }
    let same = record.live_attachments().find_map(|attachment| {
        let version = attachment.current();
        (version.digest == digest).then_some((attachment.no, version))
    });
    warnings.extend(same.map(|(attachment, version)| {
        let file_name = version.file_name.clone();
        if replaced == Some(attachment) {
            FileWarning::Unchanged { file_name }
        } else {
            FileWarning::SameBytes { attachment, version: version.no, file_name }
        }
    }));
    warnings
}
