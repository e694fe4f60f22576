use crate::model::accent::Accent;
use crate::model::email_addresses::EmailAddresses;
use crate::model::ids::{AgencyId, PolicyName};
use crate::model::language::Language;
use crate::model::logo::Logo;
use crate::model::notice::NoticeKind;
use crate::model::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// An agency with its settings.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Its id.
    pub id: AgencyId,
    /// The library's name, as shown on pages and in emails.
    pub name: String,
    /// The addresses for notices to its interlibrary-loan staff and replies from its patrons. Each
    /// address gets every notice.
    #[serde(default, alias = "email")]
    pub emails: EmailAddresses,
    /// The time zone in which its days end.
    pub zone: Zone,
    /// The language of its pages and emails.
    pub language: Language,
    /// The policy profile for requests of its patrons.
    pub policy: PolicyName,
    /// How it is reached as a requester.
    pub channel: Channel,
    /// The notices that its people do not receive: its patrons and staff if it is the requester,
    /// its staff if it is the supplier. "Received with Attachments" is [`NoticeKind::Received`].
    #[serde(default)]
    pub silenced: BTreeSet<NoticeKind>,
    /// The copyright notice to be acknowledged before each download; empty for the default text.
    #[serde(default)]
    pub copyright_notice: String,
    /// The version of the copyright notice, recorded when it is acknowledged. It increases with
    /// each change; 0 is the default text.
    #[serde(default)]
    pub copyright_notice_version: u32,
    /// Its logo, shown on link pages.
    #[serde(default)]
    pub logo: Logo,
    /// The color of links and buttons on its pages.
    #[serde(default, skip_serializing_if = "Accent::is_empty")]
    pub accent: Accent,
}

/// How a requester is reached.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Its staff sign in here.
    Account,
    /// It has no account and gets the link by email when a request is shipped.
    Email,
}

impl Participant {
    /// Creates a participant with an account, UTC, English, the `illume` profile and all notices
    /// enabled.
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
            accent: Accent::default(),
        }
    }

    /// Sets the addresses for notices to its staff.
    #[must_use]
    pub fn with_email(mut self, emails: impl Into<EmailAddresses>) -> Self {
        self.emails = emails.into();
        self
    }

    /// Sets the time zone.
    #[must_use]
    pub fn with_zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Sets the language.
    #[must_use]
    pub const fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Sets the policy profile.
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

    /// Returns whether its people receive this notice. A partner without an account always receives
    /// [`NoticeKind::Shipped`], because it would not learn of the delivery otherwise.
    #[must_use]
    pub fn is_notified_of(&self, kind: NoticeKind) -> bool {
        (self.is_partner() && kind == NoticeKind::Shipped) || !self.silenced.contains(&kind)
    }

    /// Enables or disables a notice.
    #[must_use]
    pub fn with_notice(mut self, kind: NoticeKind, active: bool) -> Self {
        if active {
            self.silenced.remove(&kind);
        } else {
            self.silenced.insert(kind);
        }
        self
    }

    /// Returns whether it is a partner: a library without an account.
    #[must_use]
    pub fn is_partner(&self) -> bool {
        self.channel == Channel::Email
    }

    /// Sets the copyright notice.
    #[must_use]
    pub fn with_copyright_notice(mut self, text: impl Into<String>) -> Self {
        self.copyright_notice = text.into();
        self
    }

    /// Sets the version of the copyright notice.
    #[must_use]
    pub const fn with_copyright_notice_version(mut self, version: u32) -> Self {
        self.copyright_notice_version = version;
        self
    }

    /// Sets the color of links and buttons on its pages.
    #[must_use]
    pub fn with_accent(mut self, accent: Accent) -> Self {
        self.accent = accent;
        self
    }

    /// Sets the logo.
    #[must_use]
    pub fn with_logo(mut self, logo: Logo) -> Self {
        self.logo = logo;
        self
    }
}

/// The person or library to which a notice is sent. Looked up when it is sent, never stored, never
/// printed.
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// The name of the person or library; may be empty.
    pub name: String,
    /// The addresses, each of which gets the notice.
    pub emails: EmailAddresses,
    /// The language of the notice.
    pub language: Language,
}

impl Contact {
    /// Creates a contact with the language English. Text that is not an address is kept: nothing is
    /// sent to it, and the request shows it as the reason why a notice failed.
    #[must_use]
    pub fn new(name: impl Into<String>, emails: impl Into<EmailAddresses>) -> Self {
        Self { name: name.into(), emails: emails.into(), language: Language::default() }
    }

    /// Creates the contact of a library's staff.
    #[must_use]
    pub fn of_library(library: &Participant) -> Self {
        Self::new(library.name.clone(), library.emails.clone()).with_language(library.language)
    }

    /// Sets the language of the notice.
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
