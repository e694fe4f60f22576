#![doc = include_str!("../README.md")]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

pub mod content;
pub mod decide;
pub mod desk;
pub mod memory;
mod model;
mod ports;
pub mod storage;
pub mod token;

pub mod blob {
    //! The blob store, and its streams and direct addresses.

    pub use crate::ports::blob_store::{Blob, BlobStore, ByteStream, Stored};
    pub use crate::ports::byte_channel::{ByteSender, StreamDropped, byte_channel};
    pub use crate::ports::direct::{DirectAddress, DirectOptions};
}

pub mod delivery {
    //! The stored state of a request.

    pub use crate::model::attachment::{
        Attachment, MAX_DESCRIPTION_BYTES, Recalled, RemovedAttachment, ReplaceReason, Replaced,
        Version,
    };
    pub use crate::model::budget::{Budget, BudgetName};
    pub use crate::model::citation::{Citation, MAX_AUTHORS_BYTES};
    pub use crate::model::claim::{Claim, ClaimIdentity, KEY_SECONDS};
    pub use crate::model::delivery::{
        Backoff, Delivery, DeliveryRecord, DeliveryUsage, ExtensionRequest, PageClaims,
        PendingDeletion, Status,
    };
    pub use crate::model::fact_text::MAX_FACT_BYTES;
    pub use crate::model::facts::Facts;
    pub use crate::model::file_name::{FileName, MAX_FILE_NAME_BYTES};
    pub use crate::model::link::{Audience, HARD_EXPIRY_DAYS, Link};
    pub use crate::model::problem::{DocumentProblem, ProblemAnswer, ProblemKind};
    pub use crate::model::terms::{Expiry, Terms};
    pub use crate::model::upload::{
        HEARTBEAT_SECONDS, NewFile, UPLOAD_LEASE_SECONDS, Upload, UploadLease,
    };
}

pub mod error {
    //! Refusals and errors, each with a stable code and a remedy.

    pub use crate::desk::{Error, ErrorChain};
    pub use crate::model::limit::{Limit, QuotaKind};
    pub use crate::model::refusal::Refusal;
    pub use crate::model::unsupported_file::{ArchiveProblem, UnsupportedFile};
    pub use crate::ports::{NotifyError, StoreError, StoreErrorKind};
    pub use crate::token::TokenError;
}

pub mod events {
    //! The events in a request's history, and the feed of all events.

    pub use crate::decide::FeedEntry;
    pub use crate::desk::{FeedPage, FeedQuery};
    pub use crate::model::event::{
        Actor, Event, EventDetail, EventKind, EventPosition, RecordedEvent,
    };
    pub use crate::model::event_document::EventDocument;
    pub use crate::model::event_name::{EventName, UnknownEventName};
    pub use crate::model::feed_position::{FeedPosition, InvalidFeedPosition};
    pub use crate::ports::feed::FeedStart;
}

pub mod hook {
    //! The input and the verdict of a host's commit hook. The hook runs in the transaction of the
    //! commit; its trait is in the package of the ledger.

    pub use crate::model::veto::Veto;
    pub use crate::ports::hook::{HookError, HookVerdict, HookedCommit, HookedEvent};
}

pub mod ids {
    //! Identifiers and numbers.

    pub use crate::model::ids::{
        AgencyId, AttachmentNo, BlobKey, ClaimNo, CommitId, CounterKey, Digest, IdempotencyHash,
        LinkNo, MAX_ID_BYTES, NoticeNo, PatronId, PolicyName, RequestHandle, RequestReference,
        StaffId, UploadNo, VersionNo, WriterId,
    };
}

pub mod input {
    //! Values from outside, and their faults.

    pub use crate::model::email_address::is_blank;
    pub use crate::model::input::{InputFault, InputField, InvalidInput, LocalizedText};
    pub use crate::model::web_origin::WebOrigin;
}

pub mod inspect {
    //! The inspection of uploads before they are attached.

    pub use crate::ports::inspector::{AcceptAll, Inspector, UploadInfo, Verdict};
}

pub mod ledger {
    //! The durable ledger of deliveries, with its queries and changes.

    pub use crate::model::search::{MAX_SEARCH_WORDS, Search};
    pub use crate::model::search_words::MAX_WORD_CHARS;
    pub use crate::ports::change::{
        Change, Charge, CommitOutcome, DeliveryKey, DeliverySummary, Lease, ListQuery, OutboxEntry,
        Party, Settlement,
    };
    pub use crate::ports::feed::{FeedOutcome, FeedRow, FeedRows};
    pub use crate::ports::ledger::Ledger;
    pub use crate::ports::ledger_snapshot::{CounterSnapshot, DeliverySnapshot, LedgerSnapshot};
    pub use crate::ports::list_position::{InvalidListPosition, ListPosition};
}

pub mod notices {
    //! Notices to people, and the notifier that delivers them.

    pub use crate::model::email_address::mask_email;
    pub use crate::model::link_url::LinkUrl;
    pub use crate::model::notice::{
        Notice, NoticeCopy, NoticeFailure, NoticeKind, NoticeState, Recipient,
    };
    pub use crate::model::outgoing_notice::{NoticeFile, NoticeProblem, OutgoingNotice};
    pub use crate::model::public_address::PublicAddress;
    pub use crate::ports::notifier::Notifier;
}

pub mod participants {
    //! Libraries and patrons, and the directory in which they are looked up.

    pub use crate::model::accent::{Accent, MIN_ACCENT_CONTRAST, contrast};
    pub use crate::model::email_address::{EmailAddress, MAX_EMAIL_BYTES};
    pub use crate::model::email_addresses::{EmailAddresses, MAX_EMAIL_ADDRESSES};
    pub use crate::model::language::Language;
    pub use crate::model::logo::{Logo, MAX_LOGO_BYTES};
    pub use crate::model::participant::{Channel, Contact, Participant};
    pub use crate::ports::directory::Directory;
}

pub mod policy {
    //! Policy profiles, which set limits such as the number of downloads.

    pub use crate::model::policy::{GrantsBy, OutOfRange, Policies, Policy, Quotas, Spending};
}

pub mod projections {
    //! Ordered rows that are derived from events or expire.

    pub use crate::ports::projections::{
        MAX_KEY_BYTES, MAX_ROW_BYTES, NewRow, Projections, Row, RowKey, RowPage, RowRange, is_live,
    };
}

pub mod registry {
    //! Small versioned entries for data that a host stores alongside deliveries.

    pub use crate::ports::registry::{Registry, RegistryEntry};
}

pub mod time {
    //! Instants, time zones and clocks.

    pub use crate::model::date::{Date, NotADate};
    pub use crate::model::timestamp::{MAX_CLOCK_SKEW_SECONDS, Timestamp};
    pub use crate::model::zone::Zone;
    pub use crate::ports::clock::{Clock, ManualClock, SystemClock};
}

pub mod views {
    //! Views of a request for pages and APIs.

    pub use crate::decide::{
        Availability, BudgetUsage, DeliveryView, FileView, PatronView, StaffFile, StaffView,
    };
    pub use crate::model::file_warning::FileWarning;
}

#[doc(no_inline)]
pub use blob::{BlobStore, ByteStream};
#[doc(no_inline)]
pub use decide::Shipment;
#[doc(no_inline)]
pub use delivery::{Audience, Citation, Facts, FileName, NewFile, Status, Terms};
pub use desk::{ClaimKey, ClaimRequest, Desk, Download, IssuedLink, IssuedTicket, Parts};
#[doc(no_inline)]
pub use error::{Error, Refusal, StoreError};
#[doc(no_inline)]
pub use events::Actor;
#[doc(no_inline)]
pub use ids::{AgencyId, AttachmentNo, PatronId, RequestHandle, RequestReference, StaffId};
#[doc(no_inline)]
pub use input::InvalidInput;
#[doc(no_inline)]
pub use inspect::Inspector;
#[doc(no_inline)]
pub use ledger::Ledger;
#[doc(no_inline)]
pub use notices::{Notifier, PublicAddress};
#[doc(no_inline)]
pub use participants::{Contact, Directory, Language, Participant};
#[doc(no_inline)]
pub use policy::Policy;
#[doc(no_inline)]
pub use projections::Projections;
#[doc(no_inline)]
pub use registry::Registry;
#[doc(no_inline)]
pub use time::{Clock, Timestamp, Zone};
#[doc(no_inline)]
pub use token::{Entropy, KeyRing};
#[doc(no_inline)]
pub use views::{DeliveryView, StaffView};
