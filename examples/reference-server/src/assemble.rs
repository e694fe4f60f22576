use crate::accounts::{Accounts, Attempts, Passwords, Sessions};
use crate::api_keys::ApiKeys;
use crate::directory::RegistryDirectory;
use crate::problem::Problem;
use crate::proxies::Proxies;
use crate::settings::Settings;
use crate::signing_keys;
use desktop_delivery::{
    AcceptAll, BlobStore, Desk, Notifier, Parts, PublicAddress, Registry, SystemClock,
    SystemEntropy,
};
use desktop_delivery_fs::FsBlobStore;
use desktop_delivery_mail::{Composer, FolderNotifier, SmtpNotifier};
use desktop_delivery_sqlite::SqliteStore;
use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

/// Everything that a running server is made of.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) desk: Arc<Desk>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) directory: Arc<RegistryDirectory>,
    pub(crate) api_keys: Arc<ApiKeys>,
    pub(crate) registry: Arc<dyn Registry>,
    pub(crate) accounts: Accounts,
    pub(crate) passwords: Passwords,
    pub(crate) sessions: Sessions,
    pub(crate) attempts: Attempts,
    pub(crate) proxies: Proxies,
    /// The path before ours in our public address; empty at the root of a host name.
    pub(crate) base: String,
    /// Held as long as the server runs.
    _lock: File,
}

impl Server {
    /// Opens the data folder and puts the parts together.
    pub(crate) fn assemble(settings: &Settings, address: PublicAddress) -> Result<Self, Problem> {
        let folder = &settings.data;
        make_folder(folder)?;
        let lock = lock(folder)?;
        let database = folder.join("delivery.db");
        let is_new = !database.exists();
        // Before the database: a crash in between must not leave one without keys.
        let keys = signing_keys::load_or_make(folder, is_new, &SystemEntropy)?;
        let store = SqliteStore::open(&database)?;
        let registry = Arc::new(store.registry());
        let directory = Arc::new(RegistryDirectory::new(registry.clone()));
        let clock = Arc::new(SystemClock);
        let entropy = Arc::new(SystemEntropy);
        let base = path_of(&address);
        let passwords = Passwords::new(entropy.clone())?;
        let blobs = Arc::new(FsBlobStore::open(folder.join("blobs"))?);
        let desk = Desk::new(Parts {
            ledger: Arc::new(store.ledger()),
            blobs: blobs.clone(),
            notifier: notifier(settings)?,
            directory: directory.clone(),
            inspector: Arc::new(AcceptAll),
            clock: clock.clone(),
            entropy: entropy.clone(),
            keys,
            policies: settings.policies(),
            address,
        });
        Ok(Self {
            desk: Arc::new(desk),
            blobs,
            directory,
            api_keys: Arc::new(ApiKeys::new(registry.clone(), entropy.clone(), clock.clone())),
            accounts: Accounts::new(registry.clone(), passwords.clone()),
            passwords,
            sessions: Sessions::new(registry.clone(), entropy, clock.clone()),
            attempts: Attempts::new(registry.clone(), clock),
            proxies: Proxies::new(settings.limits.trusted_proxies.clone()),
            base,
            registry,
            _lock: lock,
        })
    }
}

/// The path of an address, as browsers see it.
fn path_of(address: &PublicAddress) -> String {
    let host = address.as_str().split_once("://").map_or("", |(_, host)| host);
    host.find('/').map_or("", |at| &host[at..]).to_owned()
}

/// Makes the data folder, for its owner alone: it holds addresses and keys.
fn make_folder(folder: &Path) -> Result<(), Problem> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| {
        Problem::new(format!("the data folder {} cannot be made", folder.display()), error)
            .with_remedy("set DESKTOP_DELIVERY_DATA to a folder that this user may write to")
    })
}

/// Keeps a second server off the folder: each would send the other's mail and count transfers alone.
fn lock(folder: &Path) -> Result<File, Problem> {
    let path = folder.join("lock");
    let unusable = |error| {
        Problem::new(format!("the data folder {} cannot be used", folder.display()), error)
            .with_remedy("set DESKTOP_DELIVERY_DATA to a folder that this user may write to")
    };
    let file = File::create(path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let what = format!("the data folder {} is in use", folder.display());
            Err(Problem::new(what, "another server holds its lock").with_remedy(
                "stop the other server, or set DESKTOP_DELIVERY_DATA to another folder",
            ))
        }
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

/// Mail by SMTP where a server is set, else into a folder.
fn notifier(settings: &Settings) -> Result<Arc<dyn Notifier>, Problem> {
    let composer = Arc::new(Composer::new(settings.sender()?));
    Ok(match &settings.smtp {
        Some(smtp) => Arc::new(
            SmtpNotifier::new(smtp.server()?, composer)
                .map_err(|error| Problem::new("the mail server cannot be used", error))?,
        ),
        None => Arc::new(
            FolderNotifier::open(settings.data.join("mail"), composer)
                .map_err(|error| Problem::new("the folder for mail cannot be used", error))?,
        ),
    })
}
