use crate::fields::{MAX_LIBRARY_NAME_BYTES, check_copyright_notice, check_name};
use desktop_delivery::ids::PolicyName;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::notices::NoticeKind;
use desktop_delivery::participants::{Accent, Channel, EmailAddress, EmailAddresses, Logo};
use desktop_delivery::policy::Policies;
use desktop_delivery::{AgencyId, InvalidInput, Language, Participant, Zone};
use desktop_delivery_http::{ProblemDetails, quoted};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, OneOfBuilder, Type};
use utoipa::openapi::{Object, ObjectBuilder, Schema};

/// A participant as JSON of the API.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParticipantJson {
    /// The id of the library. In requests, the one in the path counts.
    #[serde(default)]
    #[schema(example = "CA-OTU")]
    id: String,
    /// The name of the library, at most 200 bytes.
    #[schema(example = "Toronto University Library")]
    name: String,
    /// The email addresses of staff: a list, or a string with commas or semicolons between
    /// addresses.
    #[serde(default)]
    #[schema(schema_with = addresses)]
    emails: Addresses,
    /// An alias of `emails` in requests.
    // With `skip_serializing`, the OpenAPI document would omit it.
    #[serde(default, skip_serializing_if = "is_alias")]
    #[schema(schema_with = addresses, write_only)]
    email: Addresses,
    /// Entries in the record that are not valid addresses: returned, ignored in requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unusable_emails: Vec<String>,
    /// The time zone, in which days end. Default: `UTC`.
    #[serde(default = "utc")]
    #[schema(example = "America/Toronto")]
    zone: String,
    /// The language of its emails (BCP 47). Default: `en`.
    #[serde(default)]
    #[schema(value_type = String, example = "fr-CA")]
    language: Language,
    /// The policy profile of its requests. Default: `illume`.
    #[serde(default)]
    policy: Option<String>,
    /// `account` if its staff sign in, or `email` if the library gets links by email. Default:
    /// `account`.
    #[serde(default = "account")]
    #[schema(schema_with = channel_schema)]
    channel: Channel,
    /// The notices that are not sent.
    #[serde(default)]
    #[schema(schema_with = silenced_schema)]
    silenced: BTreeSet<NoticeKind>,
    /// The copyright notice of its link pages. Default: the built-in one.
    #[serde(default)]
    copyright_notice: String,
    /// The version of that text: returned, ignored in requests.
    #[serde(default)]
    copyright_notice_version: u32,
    /// The logo of its link pages, as a `data:` address of at most 20,000 bytes.
    #[serde(default)]
    logo: String,
    /// The color of links and buttons on its pages, such as `#0b5394`. White text on it must be
    /// readable. Default: the color of the style sheet.
    #[serde(default)]
    #[schema(example = "#0b5394")]
    accent: String,
}

const fn is_alias(_: &Addresses) -> bool {
    true
}

/// Describes [`Channel`]. `utoipa` ignores the comment of a field with a function like this one.
fn channel_schema() -> Schema {
    let schema = words(["account", "email"]).description(Some(
        "`account` if its staff sign in, or `email` if the library gets links by email. Default: \
         `account`.",
    ));
    schema.into()
}

/// Describes the notices that are not sent.
fn silenced_schema() -> Schema {
    let kinds = words(NoticeKind::ALL.iter().map(|kind| kind.as_str()));
    ArrayBuilder::new().items(kinds).description(Some("The notices that are not sent.")).into()
}

fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))
}

/// Describes [`Addresses`].
fn addresses() -> Schema {
    let one = Object::with_type(Type::String);
    let description = "The email addresses of staff: a list, or a string with commas or semicolons \
        between addresses.";
    let either = OneOfBuilder::new().item(Array::new(one.clone())).item(one);
    either.description(Some(description)).into()
}

/// Email addresses in a request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected an email address or a list of email addresses")]
enum Addresses {
    Many(Vec<String>),
    One(String),
    None(()),
}

impl Default for Addresses {
    fn default() -> Self {
        Self::None(())
    }
}

impl Addresses {
    /// Parses the addresses of this field.
    fn checked(&self, field: InputField) -> Result<EmailAddresses, ProblemDetails> {
        let name = field.code();
        match self {
            Self::One(text) if text.trim().is_empty() => {
                Err(ProblemDetails::of_input(InvalidInput::new(field, InputFault::EMPTY)))
            }
            Self::One(text) => {
                let place = |at| format!("address {} of `{name}`", at + 1);
                all(field, EmailAddresses::entries(text), place)
            }
            Self::None(()) => Ok(EmailAddresses::new()),
            Self::Many(texts) => {
                all(field, texts.iter().map(String::as_str), |at| format!("`{name}[{at}]`"))
            }
        }
    }
}

/// The field of the addresses, under either name.
const EMAIL: InputField = InputField::new("email", "`email`");
const EMAILS: InputField = InputField::new("emails", "`emails`");

/// The remedy for an entry that contains more than one address.
const SEVERAL: &str = "send each address without a name, as an entry of its own: in a list, or with \
                       commas or semicolons between addresses";

/// Parses addresses. `place` identifies an entry in its error, which does not quote the address.
fn all<'a>(
    field: InputField,
    texts: impl Iterator<Item = &'a str>,
    place: impl Fn(usize) -> String,
) -> Result<EmailAddresses, ProblemDetails> {
    let mut read = EmailAddresses::new();
    for (at, text) in texts.enumerate() {
        let address = EmailAddress::new(text).map_err(|input| {
            let mut problem = ProblemDetails::of_input(input.with_field(field));
            problem.title = format!("{input} ({})", place(at));
            if *input.fault() == InputFault::NOT_ONE_ADDRESS {
                problem.remedy = SEVERAL.into();
            }
            problem
        })?;
        let added = read.add(address);
        added.map_err(|input| ProblemDetails::of_input(input.with_field(field)))?;
    }
    Ok(read)
}

/// The field of the copyright notice in JSON.
const COPYRIGHT_NOTICE: InputField = InputField::new("copyright_notice", "`copyright_notice`");

/// The field of the time zone in JSON.
const ZONE: InputField = InputField::new("zone", "`zone`");

/// Returns the error of an unknown time zone. It quotes the zone, which is not personal data.
fn wrong_zone(sent: &str, input: InvalidInput) -> ProblemDetails {
    let mut problem = ProblemDetails::of_input(input.with_field(ZONE));
    let fault = input.fault().clause();
    problem.title = format!("`zone` is {}, which {fault}", quoted(sent));
    problem
}

fn utc() -> String {
    "UTC".to_owned()
}

const fn account() -> Channel {
    Channel::Account
}

impl ParticipantJson {
    /// Returns how notices reach the participant: `account` or `email`.
    #[must_use]
    pub const fn channel(&self) -> &'static str {
        match self.channel {
            Channel::Email => "email",
            _ => "account",
        }
    }

    /// Converts a participant to JSON.
    #[must_use]
    pub fn of(participant: Participant) -> Self {
        Self {
            id: participant.id.to_string(),
            name: participant.name,
            emails: Addresses::Many(
                participant.emails.iter().map(|email| email.as_str().to_owned()).collect(),
            ),
            email: Addresses::default(),
            unusable_emails: participant.emails.unusable().to_vec(),
            zone: participant.zone.as_str().to_owned(),
            language: participant.language,
            policy: Some(participant.policy.to_string()),
            channel: participant.channel,
            silenced: participant.silenced,
            copyright_notice: participant.copyright_notice,
            copyright_notice_version: participant.copyright_notice_version,
            logo: participant.logo.into(),
            accent: participant.accent.into(),
        }
    }

    /// Converts to a participant with this id, which replaces any id in the JSON.
    ///
    /// # Errors
    /// [`ProblemDetails`] with status 422 if a value is invalid or the policy profile does not
    /// exist.
    pub fn participant(self, id: &str, policies: &Policies) -> Result<Participant, ProblemDetails> {
        let checked = check_copyright_notice(&self.copyright_notice);
        checked.map_err(|input| ProblemDetails::of_input(input.with_field(COPYRIGHT_NOTICE)))?;
        let name = check_name(&self.name, MAX_LIBRARY_NAME_BYTES);
        let name = name.map_err(ProblemDetails::of_input)?.to_owned();
        let zone = Zone::new(&*self.zone).map_err(|input| wrong_zone(&self.zone, input))?;
        let mut participant =
            Participant::new(AgencyId::new(id).map_err(ProblemDetails::of_input)?, name)
                .with_zone(zone)
                .with_language(self.language)
                .with_channel(self.channel)
                .with_logo(Logo::new(self.logo).map_err(ProblemDetails::of_input)?)
                .with_accent(Accent::new(self.accent).map_err(ProblemDetails::of_input)?)
                .with_copyright_notice(self.copyright_notice);
        for kind in self.silenced {
            participant = participant.with_notice(kind, false);
        }
        participant.emails = match (&self.emails, &self.email) {
            (emails, Addresses::None(())) => emails.checked(EMAILS)?,
            (Addresses::None(()), email) => email.checked(EMAIL)?,
            _ => {
                let title = "`email` and `emails` are two names of one field; expected one of them";
                return Err(ProblemDetails::malformed(title));
            }
        };
        if let Some(name) = self.policy {
            let name = PolicyName::new(name).map_err(ProblemDetails::of_input)?;
            if policies.find(&name).is_none() {
                let known: Vec<&str> = policies.iter().map(|policy| policy.name.as_str()).collect();
                return Err(ProblemDetails::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid",
                    format!("`policy` is \"{name}\"; expected one of {}", known.join(", ")),
                    "use the name of a profile in the settings",
                ));
            }
            participant = participant.with_policy(name);
        }
        Ok(participant)
    }
}
