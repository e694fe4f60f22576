//! Sample data for an empty installation: libraries, patrons, and requests in various states.

use crate::assemble::Server;
use crate::sample_pdf::article;
use crate::startup_error::StartupError;
use bytes::Bytes;
use desktop_delivery::participants::Channel;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{
    Actor, AgencyId, Audience, Citation, ClaimKey, ClaimRequest, Contact, Error, Facts, FileName,
    Language, NewFile, Participant, PatronId, RequestHandle, RequestReference, Shipment, StaffId,
    Status, Zone,
};
use desktop_delivery_identity::Holder;
use desktop_delivery_identity::accounts::{Login, NewAccount, Password, Role};
use serde::Deserialize;

/// The request whose link is printed.
const LAST: &str = "2026-00417";

/// A sample request and its final state.
#[derive(Deserialize)]
struct Sample {
    reference: String,
    requester: String,
    supplier: String,
    title: String,
    source: String,
    #[serde(default)]
    citation: Citation,
    pages: u16,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Pending,
    Attached,
    Cancelled,
    Shipped,
    UsedUp,
    Received,
}

/// Creates the sample data, completing that of an interrupted start. Returns the text to print.
pub(crate) async fn create_sample_data(server: &Server) -> Result<String, StartupError> {
    for participant in participants()? {
        server
            .identity
            .directory
            .put_participant(&participant, &Actor::System, server.desk.now())
            .await?;
    }
    for agency in ["CA-BVAU", "CA-QMU", "CA-NSHPL"] {
        let language = if agency == "CA-QMU" { Language::FRENCH } else { Language::ENGLISH };
        let contact = Contact::new("Carla Santos", format!("carla.santos@{agency}.example.org"))
            .with_language(language);
        server.identity.directory.put_patron(&AgencyId::new(agency)?, &patron()?, &contact).await?;
    }
    let samples: Vec<Sample> =
        serde_json::from_str(include_str!("sample_requests.json")).map_err(failed)?;
    for sample in &samples {
        create_request(server, sample).await.map_err(failed)?;
    }
    let password = make_accounts(server).await?;
    let tracking = Password::generated(&SystemEntropy)?;
    let hash = server.identity.passwords.hash(&tracking).await?;
    for agency in ["CA-BVAU", "CA-QMU", "CA-NSHPL"] {
        let (agency, patrons) = (AgencyId::new(agency)?, server.identity.directory.patrons());
        patrons.set_tracking_password(&agency, &patron()?, Some(&hash)).await?;
    }
    let host = server.identity.api_keys.make(Holder::Host, "sample data").await?;
    let staff = Holder::Staff { agency: AgencyId::new("CA-OTU")?, id: StaffId::new("lender-1")? };
    let staff = server.identity.api_keys.make(staff, "sample data").await?;
    let handle = server.desk.find(&RequestReference::new(LAST)?).await.map_err(failed)?;
    let link = match handle {
        Some(handle) => server.desk.issue_link(handle, &Actor::Host, Audience::Patron).await,
        None => Err(desktop_delivery::Refusal::Unknown.into()),
    };
    let link = link.map_err(failed)?;
    Ok(format!(
        "Sample data is ready. These are shown once:\n\
         \x20 Staff sign in here:                      {}/sign-in\n\
         \x20 Staff, each an administrator:            toronto (lends), vancouver (borrows), montreal\n\
         \x20 The password of all three:               {}\n\
         \x20 API key of the host:                     {}\n\
         \x20 API key of the lending library's staff:  {}\n\
         \x20 The API's description:                   {}/api/v1/openapi.json\n\
         A patron follows requests at {}/track: number p-2041, password {}\n\
         A patron's link with all five downloads left:\n{}\n",
        server.desk.address().as_str(),
        password.expose(),
        *host,
        *staff,
        server.desk.address().as_str(),
        server.desk.address().as_str(),
        tracking.expose(),
        link.url.expose(),
    ))
}

/// Creates an account for each sample library that has accounts. Returns their password.
async fn make_accounts(server: &Server) -> Result<Password, StartupError> {
    let password = Password::generated(&SystemEntropy)?;
    let accounts = [
        ("toronto", "CA-OTU", "Anne Roy"),
        ("vancouver", "CA-BVAU", "Paul Chan"),
        ("montreal", "CA-QMU", "Marie Gagnon"),
    ];
    for (login, agency, name) in accounts {
        let login = Login::new(login)?;
        let new = NewAccount {
            login: login.clone(),
            agency: AgencyId::new(agency)?,
            name: name.to_owned(),
            role: Role::Administrator,
        };
        if !server.identity.accounts.make(new, &password).await? {
            // Created by an interrupted start, which did not show its password.
            server.identity.accounts.set_password(&login, &password).await?;
        }
    }
    Ok(password)
}

fn participants() -> Result<Vec<Participant>, StartupError> {
    let library = |id: &str, name: &str, zone: &str| {
        Ok::<_, StartupError>(
            Participant::new(AgencyId::new(id)?, format!("{name} (sample)"))
                .with_email(format!("ill@{id}.example.org"))
                .with_zone(Zone::new(zone)?),
        )
    };
    Ok(vec![
        library("CA-BVAU", "Vancouver University Library", "America/Vancouver")?,
        library("CA-OTU", "Toronto University Library", "America/Toronto")?,
        library("CA-QMU", "Bibliothèque universitaire de Montréal", "America/Montreal")?
            .with_language(Language::FRENCH),
        library("CA-NSHPL", "Halifax Public Library", "America/Halifax")?
            .with_channel(Channel::Email),
    ])
}

fn patron() -> Result<PatronId, StartupError> {
    Ok(PatronId::new("p-2041")?)
}

/// Creates a request, or moves it from its current to its final state.
async fn create_request(server: &Server, sample: &Sample) -> Result<(), Error> {
    let desk = &server.desk;
    let (requester, supplier) =
        (AgencyId::new(&sample.requester)?, AgencyId::new(&sample.supplier)?);
    let facts = Facts::new(
        RequestReference::new(&sample.reference)?,
        requester.clone(),
        supplier.clone(),
        &sample.title,
    )
    .with_source(&sample.source)
    .with_citation(sample.citation.clone())
    .with_patron(PatronId::new("p-2041")?)
    .with_request_ids(&sample.reference, format!("T-{}", &sample.reference[5..]));
    let handle = match desk.find(&facts.reference).await? {
        Some(handle) => handle,
        None => desk.sync(facts, Status::Pending, desk.now()).await?.handle,
    };
    let (lender, borrower) = (
        Actor::staff(supplier, StaffId::new("lender-1")?),
        Actor::staff(requester, StaffId::new("borrower-1")?),
    );
    let view = desk.staff_view(handle, &lender).await?;
    if view.status == Status::Pending {
        if sample.state == State::Cancelled {
            desk.request_cancel(handle, &borrower).await?;
            return desk.answer_cancel(handle, &lender, true).await;
        }
        if sample.pages > 0 && view.files.is_empty() {
            attach(server, handle, &lender, sample).await?;
        }
        if sample.state >= State::Shipped {
            desk.ship(handle, &lender, Shipment::WithFiles).await?;
        }
    }
    match sample.state {
        State::Received => desk.receive(handle, &borrower).await,
        State::UsedUp => use_up(server, handle).await,
        _ => Ok(()),
    }
}

async fn attach(
    server: &Server,
    handle: RequestHandle,
    lender: &Actor,
    sample: &Sample,
) -> Result<(), Error> {
    let bytes = Bytes::from(article(&sample.title, &sample.source, sample.pages));
    let name = sample.title.to_lowercase().replace(' ', "-");
    let file = NewFile::new(FileName::new(&format!("{name}.pdf"))?)
        .with_description("The whole article")
        .with_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    let stream = Box::pin(futures_util::stream::iter([Ok(bytes)]));
    server.desk.upload(handle, lender, file, stream).await.map(|_| ())
}

/// Claims all downloads. Repeats after an interruption are recognized by their keys.
async fn use_up(server: &Server, handle: RequestHandle) -> Result<(), Error> {
    let link = server.desk.issue_link(handle, &Actor::Host, Audience::Patron).await?;
    let view = server.desk.open_link(link.token.expose()).await?;
    for file in &view.files {
        for number in file.limit - file.left..file.limit {
            let request = ClaimRequest::new(file.no, ClaimKey::Key(format!("sample-{number}")))
                .with_acknowledged(true);
            server.desk.claim(link.token.expose(), &request).await?;
        }
    }
    Ok(())
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StartupError {
    StartupError::new("could not create the sample data", error)
}
