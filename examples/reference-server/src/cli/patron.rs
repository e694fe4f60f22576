use super::errors;
use super::parse;
use super::participant;
use super::tables::fields;
use super::work::Work;
use crate::startup_error::StartupError;
use clap::Subcommand;
use desktop_delivery::notices::mask_email;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{AgencyId, Contact, Directory as _, Language, PatronId};
use desktop_delivery_identity::{ForgottenPatron, forget_patron};
use serde_json::json;
use std::str::FromStr as _;

/// Commands for patrons.
#[derive(Debug, Subcommand)]
pub(super) enum PatronCommand {
    /// Set the email address of a patron.
    Set {
        #[command(flatten)]
        whose: Whose,
        /// The email address. If omitted, read from standard input, which keeps it out of the
        /// shell's history.
        #[arg(value_parser = parse::with_remedy(EmailAddress::new))]
        email: Option<EmailAddress>,
        /// The name used in the greeting of emails.
        #[arg(long, default_value = "")]
        name: String,
        /// The language of emails. Default: the library's.
        #[arg(long)]
        language: Option<Language>,
    },
    /// Show the masked email address of a patron.
    Show {
        #[command(flatten)]
        whose: Whose,
    },
    /// Erase a patron: delete the address and tracking password, remove the patron from requests
    /// and revoke the links. To correct an address, use set.
    Forget {
        #[command(flatten)]
        whose: Whose,
    },
}

/// Identifies a patron.
#[derive(Debug, clap::Args)]
pub(super) struct Whose {
    /// The patron's library.
    #[arg(value_parser = parse::with_remedy(AgencyId::from_str))]
    agency: AgencyId,
    /// The patron's id at that library.
    #[arg(value_parser = parse::with_remedy(PatronId::from_str))]
    patron: PatronId,
}

impl PatronCommand {
    pub(super) async fn run(self, work: &Work) -> Result<(), StartupError> {
        let directory = &work.server.identity.directory;
        match self {
            Self::Set { whose: Whose { agency, patron }, email, name, language } => {
                let library = directory.participant(&agency).await?;
                let library = library.ok_or_else(|| participant::unknown(&agency))?;
                let email = match email {
                    Some(email) => email,
                    None => read_address()?,
                };
                let language = language.map_or(library.language, Into::into);
                let contact = Contact::new(name, email).with_language(language);
                directory.put_patron(&agency, &patron, &contact).await?;
                show(work, &agency, &contact)
            }
            Self::Show { whose: Whose { agency, patron } } => {
                let contact = directory.contact(&agency, &patron).await?.ok_or_else(|| {
                    StartupError::plain(format!("there is no address for this patron of {agency}"))
                        .with_remedy("to set one, run desk patron set")
                })?;
                show(work, &agency, &contact)
            }
            Self::Forget { whose: Whose { agency, patron } } => {
                let forgotten = forget_patron(work.desk(), directory, &agency, &patron).await;
                let forgotten = forgotten.map_err(errors::failed("could not erase the patron"))?;
                let ForgottenPatron { had_record, requests, .. } = forgotten;
                let value = json!({ "forgotten": had_record, "requests": requests });
                work.output.answer(&value, || {
                    let outcome = if had_record { "has been erased" } else { "was not stored" };
                    format!(
                        "The address of this patron of {agency} {outcome}. The patron has been removed \
                         from {requests} requests, and the links of these are revoked."
                    )
                })
            }
        }
    }
}

/// Reads one line of standard input.
fn read_address() -> Result<EmailAddress, StartupError> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| {
        StartupError::new("could not read the address from standard input", error)
    })?;
    EmailAddress::new(&line).map_err(|error| errors::invalid("standard input", error))
}

fn show(work: &Work, agency: &AgencyId, contact: &Contact) -> Result<(), StartupError> {
    let unusable = contact.emails.unusable().iter().map(|text| mask_email(text));
    let email = match contact.emails.mask() {
        none if none.is_empty() => {
            format!("{} (not an address)", unusable.collect::<Vec<_>>().join(", "))
        }
        masked => masked,
    };
    let language = contact.language.as_str();
    let has_name = !contact.name.is_empty();
    let value = json!({
        "agency": agency.as_str(), "email": email, "language": language, "has_name": has_name,
    });
    work.output.answer(&value, || {
        let has_name = if has_name { "known" } else { "not known" };
        fields([
            ("library", agency.to_string()),
            ("email", email.clone()),
            ("language", language.to_owned()),
            ("name", has_name.to_owned()),
        ])
    })
}
