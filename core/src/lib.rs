#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod content;
pub mod decide;
mod desk;
mod memory;
mod model;
mod ports;
mod storage;
mod token;

pub use content::{FileContent, FileKind};
pub use desk::{
    Attached, ClaimRequest, Desk, DueFailure, DueReport, DueWork, Error, ErrorChain, Granted,
    HEARTBEATS, IssuedLink, LinkContext, LinkPage, Opened, Parts, Repeat, ScrubFault, ScrubFinding,
    ScrubPosition, ScrubReport, Synced,
};
pub use model::attachment::{
    Attachment, MAX_DESCRIPTION_BYTES, Recalled, RemovedAttachment, ReplaceReason, Replaced,
    Version,
};
pub use model::budget::{Budget, BudgetName};
pub use model::claim::{Claim, ClaimIdentity, KEY_SECONDS};
pub use model::delivery::{
    Ask, Body, Delivery, Doomed, Facts, MAX_FACT_BYTES, Made, PutOff, Status, Tally,
};
pub use model::email_address::{EmailAddress, MAX_EMAIL_BYTES};
pub use model::email_addresses::{EmailAddresses, MAX_EMAIL_ADDRESSES};
pub use model::zone::Zone;
pub use ports::blob_store::{Blob, BlobStore, ByteStream, Stored};
pub use ports::byte_channel::{ByteSender, StreamDropped, byte_channel};
pub use ports::change::{
    Change, Charge, CommitOutcome, DeliveryKey, Lease, ListPosition, ListQuery, Listed,
    OutboxEntry, Party, Settlement,
};
pub use ports::clock::{Clock, ManualClock, SystemClock};
pub use ports::direct::{DirectAddress, DirectOptions};
pub use ports::directory::Directory;
pub use ports::entropy::{CountingEntropy, Entropy, SystemEntropy};
pub use ports::{NotifyError, StoreError, StoreErrorKind};

pub use memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryRegistry, RecordingNotifier,
};
pub use model::event::{
    Actor, Event, EventDetail, EventDocument, EventPosition, RecordedEvent, What,
};
pub use model::file_name::{FileName, MAX_FILE_NAME_BYTES};
pub use model::file_warning::FileWarning;
pub use model::ids::{
    AgencyId, AttachmentNo, BlobKey, ClaimNo, CommitId, CounterKey, Digest, IdempotencyHash,
    LinkNo, MAX_ID_BYTES, PatronId, PolicyName, RequestHandle, RequestReference, StaffId, UploadNo,
    VersionNo, WriterId,
};
pub use model::input::{InputFault, InputField, InvalidInput, LocalizedText};
pub use model::limit::{Limit, QuotaKind};
pub use model::link::{Audience, HARD_EXPIRY_DAYS, Link};
pub use model::logo::{Logo, MAX_LOGO_BYTES};
pub use model::notice::{
    Dispatch, DispatchedFile, DispatchedProblem, LinkUrl, Notice, NoticeCopy, NoticeFailure,
    NoticeKind, NoticeNo, NoticeState, PublicAddress, Recipient, masked,
};
pub use model::participant::{Channel, Contact, Language, Participant};
pub use model::policy::{GrantsBy, Policies, Policy, Quotas, Spending};
pub use model::problem::{Problem, ProblemAnswer, ProblemKind};
pub use model::refusal::Refusal;
pub use model::search::{MAX_SEARCH_WORDS, Search};
pub use model::search_words::MAX_WORD_CHARS;
pub use model::terms::{Expiry, Terms};
pub use model::timestamp::Timestamp;
pub use model::unsupported_file::{ArchiveProblem, UnsupportedFile};
pub use model::upload::{HEARTBEAT_SECONDS, NewFile, UPLOAD_LEASE_SECONDS, Upload, UploadLease};
pub use ports::inspector::{AcceptAll, Inspected, Inspector, Verdict};
pub use ports::ledger::Ledger;
pub use ports::ledger_copy::{CounterCopy, DeliveryCopy, LedgerCopy};
pub use ports::notifier::Notifier;
pub use ports::registry::{Record, Registry};
pub use storage::listed_body::ListedBody;
pub use token::{
    KeyRing, LinkToken, SecretKey, SigningKey, TicketToken, TokenError, VerifiedLink,
    VerifiedTicket,
};
