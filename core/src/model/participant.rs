use crate::model::email_addresses::EmailAddresses;
use crate::model::ids::{AgencyId, PolicyName};
use crate::model::language::Language;
use crate::model::logo::Logo;
use crate::model::notice::NoticeKind;
use crate::model::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Describes an agency with its settings.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Its id.
    pub id: AgencyId,
    /// The library's name, as pages and mails show it.
    pub name: String,
    /// The addresses for mail to its interlibrary-loan staff and replies from its patrons. Every
    /// address gets every notice.
    #[serde(default, alias = "email")]
    pub emails: EmailAddresses,
    /// The zone in which its days end.
    pub zone: Zone,
    /// The language of its pages and mails.
    pub language: Language,
    /// The profile under which requests of its patrons are delivered.
    pub policy: PolicyName,
    /// How it is reached as a requester.
    pub channel: Channel,
    /// The notices that its people do not get: its patrons and staff where it is the requester, its
    /// staff where it is the supplier. "Received with Attachments" is [`NoticeKind::Received`].
    #[serde(default)]
    pub silenced: BTreeSet<NoticeKind>,
    /// The copyright notice that whoever downloads must acknowledge; empty for the usual text.
    #[serde(default)]
    pub copyright_notice: String,
    /// Which text that is, so that the audit can tell which one was acknowledged: it grows with each
    /// change; 0 is the usual text.
    #[serde(default)]
    pub copyright_notice_version: u32,
    /// Its logo, as link pages show it.
    #[serde(default)]
    pub logo: Logo,
}

/// Tells how a requester is reached.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Its staff sign in here.
    Account,
    /// It has no account: it gets the link by mail at Shipped.
    Email,
}

impl Participant {
    /// A participant with an account, UTC, English, the `illume` profile and every notice on.
    #[must_use]
    pub fn new(id: AgencyId, name: impl Into<String>) -> Self {
        Self {
            id,
            name: name.into(),
            emails: EmailAddresses::new(),
            zone: Zone::utc(),
            language: Language::default(),
            policy: crate::Policy::illume().name,
            channel: Channel::Account,
            silenced: BTreeSet::new(),
            copyright_notice: String::new(),
            copyright_notice_version: 0,
            logo: Logo::default(),
        }
    }

    /// Sets where mail to its staff goes.
    #[must_use]
    pub fn with_email(mut self, emails: impl Into<EmailAddresses>) -> Self {
        self.emails = emails.into();
        self
    }

    /// Sets its zone.
    #[must_use]
    pub fn with_zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Sets its language.
    #[must_use]
    pub const fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Sets its policy profile.
    #[must_use]
    pub fn with_policy(mut self, policy: PolicyName) -> Self {
        self.policy = policy;
        self
    }

    /// Sets how it is reached as a requester.
    #[must_use]
    pub const fn with_channel(mut self, channel: Channel) -> Self {
        self.channel = channel;
        self
    }

    /// Whether its people get this notice. A partner without an account is told of Shipped whatever
    /// is silenced: it has no other way to learn of it.
    #[must_use]
    pub fn is_told(&self, kind: NoticeKind) -> bool {
        (self.is_partner() && kind == NoticeKind::Shipped) || !self.silenced.contains(&kind)
    }

    /// Switches a notice on or off.
    #[must_use]
    pub fn with_notice(mut self, kind: NoticeKind, active: bool) -> Self {
        if active {
            self.silenced.remove(&kind);
        } else {
            self.silenced.insert(kind);
        }
        self
    }

    /// Whether it is a partner: a library without an account, which is written to instead.
    #[must_use]
    pub fn is_partner(&self) -> bool {
        self.channel == Channel::Email
    }

    /// Sets its copyright notice.
    #[must_use]
    pub fn with_copyright_notice(mut self, text: impl Into<String>) -> Self {
        self.copyright_notice = text.into();
        self
    }

    /// Says which text its copyright notice is.
    #[must_use]
    pub const fn with_copyright_notice_version(mut self, version: u32) -> Self {
        self.copyright_notice_version = version;
        self
    }

    /// Sets its logo.
    #[must_use]
    pub fn with_logo(mut self, logo: Logo) -> Self {
        self.logo = logo;
        self
    }
}

/// The person or library that a notice goes to; made when it is sent, never stored, never printed.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The person's or library's name; may be empty.
    pub name: String,
    /// The addresses, each of which gets the notice.
    pub emails: EmailAddresses,
    /// The language to write in.
    pub language: Language,
}

impl Contact {
    /// A person or library to write to in English. Text that is not an address is kept; nothing is
    /// sent to it, and the request shows it as the reason why a notice failed.
    #[must_use]
    pub fn new(name: impl Into<String>, emails: impl Into<EmailAddresses>) -> Self {
        Self { name: name.into(), emails: emails.into(), language: Language::default() }
    }

    /// The staff of a library.
    #[must_use]
    pub fn of_library(library: &Participant) -> Self {
        Self::new(library.name.clone(), library.emails.clone()).with_language(library.language)
    }

    /// Sets the language to write in.
    #[must_use]
    pub const fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(..)")
    }
}
