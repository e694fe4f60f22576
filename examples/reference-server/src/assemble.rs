use crate::engines;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::ledger::{ListQuery, Party};
use desktop_delivery::time::SystemClock;
use desktop_delivery::token::SystemEntropy;
use desktop_delivery::{Clock as _, Desk, Notifier, Parts, Projections, PublicAddress, Registry};
use desktop_delivery_archive::{
    Engines, Installation, Lock, create_private_folder, is_new_data_folder,
};
use desktop_delivery_http::{LinkPages, Proxies, Redirects};
use desktop_delivery_identity::Identity;
use desktop_delivery_identity::signing_keys::{KeyFile, KeyRecord, SigningKeys};
use desktop_delivery_identity::single_sign_on::{Provider, SingleSignOn};
use desktop_delivery_mail::{Composer, FolderNotifier, SmtpNotifier};
use desktop_delivery_pages::{IdentitySignIn, MessageTexts, Pages, Templates};
use desktop_delivery_preview::{PreviewLimits, Previews};
use desktop_delivery_trace::Traced;
use desktop_delivery_webhook::Webhooks;
use std::sync::Arc;

/// The parts of a running server, or of a command that runs beside it.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) desk: Arc<Desk>,
    pub(crate) engines: Engines,
    pub(crate) signing_keys: SigningKeys,
    /// Participants, patrons, accounts, sessions, API keys and windows.
    pub(crate) identity: Identity,
    pub(crate) registry: Arc<dyn Registry>,
    /// Rows that are derived from events or expire.
    pub(crate) projections: Arc<dyn Projections>,
    /// Composes the notices, with the texts of [`message_texts`](Self::message_texts).
    pub(crate) composer: Arc<Composer>,
    pub(crate) message_texts: MessageTexts,
    pub(crate) proxies: Proxies,
    /// Whether and how an object store or a front server sends files.
    pub(crate) redirects: Option<Redirects>,
    pub(crate) previews: Arc<Previews>,
    pub(crate) link_pages: LinkPages,
    /// The templates of the staff and patron pages.
    pub(crate) templates: Templates,
    /// The sign-in at providers. Commands have none.
    pub(crate) single_sign_on: Option<SingleSignOn>,
    pub(crate) webhooks: Webhooks,
    /// Held for as long as the server runs. Commands hold none.
    _lock: Option<Lock>,
}

impl Server {
    /// Opens the data folder for a server, creating it if it is missing, and assembles the parts.
    pub(crate) async fn assemble(
        settings: &Settings,
        address: PublicAddress,
    ) -> Result<Self, StartupError> {
        let folder = &settings.data;
        create_private_folder(folder)?;
        let lock = Lock::take(folder)?;
        lock.publish(&address)?;
        if settings.database.is_none() {
            let is_new = is_new(settings)?;
            // Created before the database, so that a crash in between does not leave a database
            // without keys.
            if let Some(file) = key_file(settings) {
                file.load_or_generate(is_new, &SystemEntropy)?;
            }
        }
        Self::open(settings, address, Some(lock)).await
    }

    /// Assembles the same parts for a command, which may run beside a server: several processes can
    /// use the database and the folder of files at once.
    pub(crate) async fn beside(
        settings: &Settings,
        address: PublicAddress,
    ) -> Result<Self, StartupError> {
        let folder = &settings.data;
        if settings.database.is_some() {
            create_private_folder(folder)?;
        } else if is_new(settings)? {
            let what = format!("the data folder {} contains no installation", folder.display());
            return Err(StartupError::new(what, "there is no delivery.db").with_remedy(
                "set DESKTOP_DELIVERY_DATA to the server's data folder, or start the server once",
            ));
        }
        Self::open(settings, address, None).await
    }

    /// Adds the providers at which people sign in.
    pub(crate) fn with_providers(mut self, providers: Vec<Provider>) -> Self {
        if providers.is_empty() {
            return self;
        }
        let (identity, address) = (self.identity.clone(), self.desk.address().clone());
        let entropy = Arc::new(SystemEntropy);
        let sign_on = SingleSignOn::new(identity, address, entropy, providers);
        for provider in sign_on.providers() {
            let (id, redirect_uri) = (provider.id.as_str(), sign_on.redirect_uri(&provider.id));
            tracing::info!(provider = id, redirect_uri, "people can sign in at a provider");
        }
        self.single_sign_on = Some(sign_on);
        self
    }

    /// Returns the parts for the staff and patron pages.
    pub(crate) fn pages(&self) -> Pages {
        let mut sign_in = IdentitySignIn::new(self.identity.clone(), self.desk.address().clone());
        if let Some(sign_on) = &self.single_sign_on {
            sign_in = sign_in.with_single_sign_on(sign_on.clone());
        }
        let directory = Arc::new(self.identity.directory.clone());
        let mut pages = Pages::new(
            Arc::clone(&self.desk),
            directory,
            Arc::new(sign_in),
            Arc::clone(&self.previews),
        )
        .with_windows(self.identity.windows.clone())
        .with_webhooks(self.webhooks.clone());
        pages.templates = self.templates.clone();
        pages.link_pages = self.link_pages.clone();
        pages.download_origin = self.redirects.as_ref().and_then(Redirects::origin).map(Into::into);
        pages
    }

    /// Returns the parts that backups and exports copy.
    pub(crate) fn installation(&self) -> Installation<'_> {
        Installation {
            engines: &self.engines,
            signing_keys: &self.signing_keys,
            clock: &SystemClock,
        }
    }

    async fn open(
        settings: &Settings,
        address: PublicAddress,
        lock: Option<Lock>,
    ) -> Result<Self, StartupError> {
        let redirects = match &settings.storage {
            Some(storage) => storage.redirects(&settings.limits.trusted_proxies)?,
            None => None,
        };
        let texts = settings.texts.open()?;
        let sender = settings.webhooks.sender()?;
        let (engines, projections) = engines::open(settings).await?;
        let registry = Arc::clone(&engines.registry);
        let signing_keys = signing_keys(settings, &registry);
        // A server generates keys for an empty installation; a command never does.
        let anything = engines.ledger.list(&ListQuery::of(Party::Anyone, 1)).await?;
        let is_new = lock.is_some() && settings.database.is_some() && anything.is_empty();
        let keys = signing_keys.load_or_generate(is_new, &SystemEntropy).await?;
        let clock = Arc::new(SystemClock);
        let entropy = Arc::new(SystemEntropy);
        let identity = Identity::new(registry.clone(), entropy.clone(), clock.clone())?;
        let composer =
            Arc::new(Composer::new(settings.mail.sender()?).with_templates(texts.mail.clone()));
        let desk = Desk::new(Parts {
            ledger: Arc::new(Traced::new(Arc::clone(&engines.ledger))),
            blobs: Arc::new(Traced::new(Arc::clone(&engines.blobs))),
            notifier: Arc::new(Traced::new(notifier(settings, Arc::clone(&composer))?)),
            directory: Arc::new(Traced::new(identity.directory.clone())),
            inspector: Arc::new(AcceptAll),
            keys: keys.in_use(clock.now()),
            clock,
            entropy: entropy.clone(),
            policies: settings.policies()?,
            address,
        })
        .with_lease_seconds(settings.mail.lease_seconds.get())
        .with_heartbeats(Arc::clone(&registry));
        let desk = Arc::new(desk);
        let (stores, own) = ((registry.clone(), Arc::clone(&projections)), Arc::clone(&desk));
        Ok(Self {
            webhooks: Webhooks::new(own, stores.0, stores.1, entropy, sender),
            desk,
            engines,
            signing_keys,
            identity,
            composer,
            message_texts: MessageTexts::new(registry.clone(), texts.mail),
            link_pages: texts.link_pages,
            templates: texts.pages,
            redirects,
            proxies: settings.limits.trusted_proxies.clone(),
            previews: Arc::new(Previews::by_this_program(PreviewLimits::default()).map_err(
                |error| StartupError::new("could not determine the path of this program", error),
            )?),
            single_sign_on: None,
            registry,
            projections,
            _lock: lock,
        })
    }
}

/// Returns the storage of the signing keys.
pub(crate) fn signing_keys(settings: &Settings, registry: &Arc<dyn Registry>) -> SigningKeys {
    match key_file(settings) {
        Some(file) => SigningKeys::File(file),
        None => SigningKeys::Registry(KeyRecord::new(Arc::clone(registry))),
    }
}

/// Returns the file of the signing keys, or `None` if they are in the database shared by servers.
fn key_file(settings: &Settings) -> Option<KeyFile> {
    match (&settings.key_file, &settings.database) {
        (Some(path), _) => Some(KeyFile::at(path.clone())),
        (None, None) => Some(KeyFile::in_folder(&settings.data)),
        (None, Some(_)) => None,
    }
}

/// Returns whether the data folder contains no installation yet.
fn is_new(settings: &Settings) -> Result<bool, StartupError> {
    let keys = key_file(settings);
    Ok(is_new_data_folder(&settings.data, keys.as_ref().map(KeyFile::path))?)
}

/// Sends email by SMTP if a server is set, otherwise writes it to a folder.
fn notifier(
    settings: &Settings,
    composer: Arc<Composer>,
) -> Result<Arc<dyn Notifier>, StartupError> {
    Ok(match &settings.smtp {
        Some(smtp) => Arc::new(
            SmtpNotifier::new(smtp.server()?, composer)
                .map_err(|error| StartupError::new("could not set up the mail server", error))?,
        ),
        None => {
            Arc::new(FolderNotifier::open(settings.data.join("mail"), composer).map_err(
                |error| StartupError::new("could not set up the folder for mail", error),
            )?)
        }
    })
}
