#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod attachment;
mod blob_store;
mod budget;
mod byte_channel;
mod calendar;
mod change;
mod claim;
mod clock;
mod content;
pub mod decide;
mod delivery;
mod desk;
mod direct;
mod directory;
mod email_address;
mod email_addresses;
mod entropy;
mod error;
mod error_chain;
mod event;
mod file_name;
mod file_warning;
mod ids;
mod index_tokens;
mod input;
mod inspector;
mod ledger;
mod ledger_copy;
mod limit;
mod link;
mod listed_body;
mod logo;
mod memory;
mod notice;
mod notifier;
mod participant;
mod policy;
mod problem;
mod refusal;
mod registry;
mod search;
mod search_words;
mod terms;
mod timestamp;
mod token;
mod unsupported_file;
mod upload;
mod wording;

pub use attachment::{
    Attachment, MAX_DESCRIPTION_BYTES, Recalled, RemovedAttachment, ReplaceReason, Replaced,
    Version,
};
pub use blob_store::{Blob, BlobStore, ByteStream, Stored};
pub use budget::{Budget, BudgetName};
pub use byte_channel::{ByteSender, StreamDropped, byte_channel};
pub use calendar::Zone;
pub use change::{
    Change, Charge, CommitOutcome, DeliveryKey, Lease, ListPosition, ListQuery, Listed,
    OutboxEntry, Party, Settlement,
};
pub use claim::{Claim, ClaimIdentity, KEY_SECONDS};
pub use clock::{Clock, ManualClock, SystemClock};
pub use content::{FileContent, FileKind};
pub use delivery::{
    Ask, Body, Delivery, Doomed, Facts, MAX_FACT_BYTES, Made, PutOff, Status, Tally,
};
pub use desk::{
    Attached, ClaimRequest, Desk, DueFailure, DueReport, DueWork, Granted, HEARTBEATS, IssuedLink,
    LinkContext, LinkPage, Opened, Parts, Repeat, ScrubFault, ScrubFinding, ScrubPosition,
    ScrubReport, Synced,
};
pub use direct::{DirectAddress, DirectOptions};
pub use directory::Directory;
pub use email_address::{EmailAddress, MAX_EMAIL_BYTES};
pub use email_addresses::{EmailAddresses, MAX_EMAIL_ADDRESSES};
pub use entropy::{CountingEntropy, Entropy, SystemEntropy};
pub use error::{Error, NotifyError, StoreError, StoreErrorKind, TokenError};
pub use error_chain::ErrorChain;
pub use event::{Actor, Event, EventDetail, EventDocument, EventPosition, RecordedEvent, What};
pub use file_name::{FileName, MAX_FILE_NAME_BYTES};
pub use file_warning::FileWarning;
pub use ids::{
    AgencyId, AttachmentNo, BlobKey, ClaimNo, CommitId, CounterKey, Digest, IdempotencyHash,
    LinkNo, MAX_ID_BYTES, PatronId, PolicyName, RequestHandle, RequestReference, StaffId, UploadNo,
    VersionNo, WriterId,
};
pub use input::{InputFault, InputField, InvalidInput, LocalizedText};
pub use inspector::{AcceptAll, Inspected, Inspector, Verdict};
pub use ledger::Ledger;
pub use ledger_copy::{CounterCopy, DeliveryCopy, LedgerCopy};
pub use limit::{Limit, QuotaKind};
pub use link::{Audience, HARD_EXPIRY_DAYS, Link};
pub use listed_body::ListedBody;
pub use logo::{Logo, MAX_LOGO_BYTES};
pub use memory::{
    MemoryBlobStore, MemoryDirectory, MemoryLedger, MemoryRegistry, RecordingNotifier,
};
pub use notice::{
    Dispatch, DispatchedFile, DispatchedProblem, LinkUrl, Notice, NoticeCopy, NoticeFailure,
    NoticeKind, NoticeNo, NoticeState, PublicAddress, Recipient, masked,
};
pub use notifier::Notifier;
pub use participant::{Channel, Contact, Language, Participant};
pub use policy::{GrantsBy, Policies, Policy, Quotas, Spending};
pub use problem::{Problem, ProblemAnswer, ProblemKind};
pub use refusal::Refusal;
pub use registry::{Record, Registry};
pub use search::{MAX_SEARCH_WORDS, Search};
pub use search_words::MAX_WORD_CHARS;
pub use terms::{Expiry, Terms};
pub use timestamp::Timestamp;
pub use token::{
    KeyRing, LinkToken, SecretKey, SigningKey, TicketToken, VerifiedLink, VerifiedTicket,
};
pub use unsupported_file::{ArchiveProblem, UnsupportedFile};
pub use upload::{HEARTBEAT_SECONDS, NewFile, UPLOAD_LEASE_SECONDS, Upload, UploadLease};
