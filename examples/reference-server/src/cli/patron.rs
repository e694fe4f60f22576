use super::parse;
use super::participant;
use super::tables::fields;
use super::trouble;
use super::work::Work;
use crate::startup_error::StartupError;
use clap::Subcommand;
use desktop_delivery::notices::mask_email;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{AgencyId, Contact, Directory as _, Language, PatronId};
use desktop_delivery_identity::{ForgottenPatron, forget_patron};
use serde_json::json;

/// What to do with patrons.
#[derive(Debug, Subcommand)]
pub(super) enum PatronCommand {
    /// Sets where a patron is emailed.
    Set {
        #[command(flatten)]
        whose: Whose,
        /// The email address; read from standard input where it is left out, so that it stands in no
        /// shell's history.
        #[arg(value_parser = parse::with_remedy(parse::email))]
        email: Option<EmailAddress>,
        /// The name that emails greet.
        #[arg(long, default_value = "")]
        name: String,
        /// The language to write in; the library's where it is left out.
        #[arg(long)]
        language: Option<Language>,
    },
    /// Shows where a patron is emailed, masked.
    Show {
        #[command(flatten)]
        whose: Whose,
    },
    /// Erases a patron: their address and tracking password are deleted, their requests no longer
    /// name them, and their links are revoked. To correct an address, use set.
    Forget {
        #[command(flatten)]
        whose: Whose,
    },
}

/// Names a patron.
#[derive(Debug, clap::Args)]
pub(super) struct Whose {
    /// The patron's library.
    #[arg(value_parser = parse::with_remedy(parse::agency))]
    agency: AgencyId,
    /// The patron's id at that library.
    #[arg(value_parser = parse::with_remedy(parse::patron))]
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
                    StartupError::plain(format!("no address of this patron of {agency} is known"))
                        .with_remedy("desk patron set writes one")
                })?;
                show(work, &agency, &contact)
            }
            Self::Forget { whose: Whose { agency, patron } } => {
                let forgotten = forget_patron(work.desk(), directory, &agency, &patron).await;
                let forgotten =
                    forgotten.map_err(trouble::failed("the patron could not be erased"))?;
                let ForgottenPatron { had_record, requests, .. } = forgotten;
                let value = json!({ "forgotten": had_record, "requests": requests });
                work.output.answer(&value, || {
                    let said = if had_record { "was erased" } else { "was not known" };
                    format!(
                        "The address of this patron of {agency} {said}. Requests that no longer \
                         name the patron: {requests}. Their links are revoked."
                    )
                })
            }
        }
    }
}

/// One line of standard input.
fn read_address() -> Result<EmailAddress, StartupError> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| {
        StartupError::new("the address cannot be read from standard input", error)
    })?;
    parse::email(&line).map_err(|error| trouble::invalid("standard input", error))
}

fn show(work: &Work, agency: &AgencyId, contact: &Contact) -> Result<(), StartupError> {
    let unusable = contact.emails.unusable().iter().map(|text| mask_email(text));
    let email = match contact.emails.masked() {
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
