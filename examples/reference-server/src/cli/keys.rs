use super::output::{Output, progress};
use super::tables::table;
use super::work::Work;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use clap::Subcommand;
use desktop_delivery::delivery::HARD_EXPIRY_DAYS;
use desktop_delivery::token::{SecretKey, SigningKey, SystemEntropy};
use desktop_delivery::{KeyRing, Timestamp};
use desktop_delivery_archive::{Lock, count_working_links};
use desktop_delivery_identity::signing_keys::{KeyFile, Keys};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Commands for the keys that sign links.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List keys without their secrets.
    List,
    /// Generate a new key that signs from now on. The old key still verifies its signatures. A
    /// running server uses the new key within seconds.
    Rotate,
    /// Write the keys to a file that only its owner can read. Keep it apart from backups: its
    /// holder can open every link.
    Save {
        /// The file; an existing file is replaced.
        file: PathBuf,
    },
    /// Drop a key immediately, for example after a leak. All links that it signed stop working.
    Retire {
        /// The key's number as shown in the list.
        id: u8,
        /// Do not ask for confirmation.
        #[arg(long)]
        yes: bool,
    },
}

impl KeysCommand {
    pub(super) async fn run(
        self,
        settings: Settings,
        output: Output,
    ) -> Result<ExitCode, StartupError> {
        let work = Work::begin(settings, output).await?;
        let (signing_keys, now) = (&work.server.signing_keys, work.desk().now());
        match self {
            Self::List => {
                let keys = signing_keys.load().await?.settled(now);
                work.output.answer(&json!({ "keys": values(&keys) }), || listed(&keys))?;
            }
            Self::Rotate => {
                let (secret, from) =
                    (SecretKey::generate(&SystemEntropy)?, signing_keys.first_use(now));
                let rotate =
                    |keys: &Keys| Ok::<_, StartupError>(keys.rotated(secret.clone(), now, from));
                let keys = signing_keys.change(rotate).await?;
                let said = match keys.next() {
                    Some(next) => format!("Key {} signs from {from} on.", next.key.id()),
                    None => {
                        let seen = seen(&work.settings);
                        format!("Key {} signs from now on{seen}", keys.ring().current().id())
                    }
                };
                work.output.answer(&json!({ "keys": values(&keys) }), || {
                    format!("{said}\n\n{}", listed(&keys))
                })?;
            }
            Self::Save { file } => {
                let keys = signing_keys.load().await?;
                KeyFile::at(file.clone()).store(&keys)?;
                let said = format!("The keys are in {}.", file.display());
                work.output.answer(&json!({ "file": file, "keys": values(&keys) }), || said)?;
            }
            Self::Retire { id, yes } => retire(&work, id, yes).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn retire(work: &Work, id: u8, yes: bool) -> Result<(), StartupError> {
    let (signing_keys, now) = (&work.server.signing_keys, work.desk().now());
    let until = retired_at(signing_keys.load().await?.settled(now).ring(), id)?;
    let bar = work.output.pieces("counting links");
    let ledger = &*work.server.engines.ledger;
    let links = count_working_links(ledger, until, now, &progress(&bar)).await?;
    bar.finish_and_clear();
    if !yes {
        let cost = format!(
            "Key {id} signed until {until}. {links} links issued until then still work.\nWithout the \
             key, their holders need new links.\nType the key's number to drop it: "
        );
        confirm(&cost, &id.to_string())?;
    }
    let drop = |keys: &Keys| {
        // The keys may have changed in the meantime.
        retired_at(keys.settled(now).ring(), id)?;
        Ok::<_, StartupError>(keys.without(id, now))
    };
    let keys = signing_keys.change(drop).await?;
    let seen = seen(&work.settings);
    work.output.answer(&json!({ "retired": id, "links": links, "keys": values(&keys) }), || {
        format!(
            "Key {id} has been dropped{seen} Up to {links} links no longer work.\n\n{}",
            listed(&keys)
        )
    })
}

/// Returns when a key that now only verifies stopped signing.
fn retired_at(ring: &KeyRing, id: u8) -> Result<Timestamp, StartupError> {
    if ring.current().id() == id {
        return Err(StartupError::plain(format!("key {id} is the one that signs"))
            .with_remedy("rotate it first: desk keys rotate"));
    }
    let key = ring.previous().iter().find(|key| key.id() == id);
    key.and_then(SigningKey::retired_at).ok_or_else(|| {
        StartupError::plain(format!("there is no key {id}"))
            .with_remedy("to see the keys, run desk keys list")
    })
}

/// Asks a question on standard error and reads the answer from standard input.
fn confirm(question: &str, wanted: &str) -> Result<(), StartupError> {
    let mut err = std::io::stderr().lock();
    // Without a readable question there will be no matching answer.
    let _ = err.write_all(question.as_bytes()).and_then(|()| err.flush());
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    if read.is_ok() && line.trim() == wanted {
        return Ok(());
    }
    Err(StartupError::usage("not confirmed; nothing was changed")
        .with_remedy("type the number, or add --yes"))
}

/// Returns the end of a message: when a running server uses the change.
fn seen(settings: &Settings) -> &'static str {
    match Lock::holder(&settings.data) {
        Some(_) => "; the running server uses the change within seconds.",
        None => ".",
    }
}

fn values(keys: &Keys) -> Vec<Value> {
    let next = keys.next().map(
        |next| json!({ "id": next.key.id(), "signs": false, "signs_from": next.from.to_string() }),
    );
    let value = |key: &SigningKey| {
        let retired_at = key.retired_at();
        json!({
            "id": key.id(),
            "signs": retired_at.is_none(),
            "retired_at": retired_at.map(|at| at.to_string()),
            "verifies_until": retired_at.map(|at| at.plus_days(HARD_EXPIRY_DAYS).to_string()),
        })
    };
    next.into_iter().chain(newest_first(keys.ring()).map(value)).collect()
}

fn newest_first(ring: &KeyRing) -> impl Iterator<Item = &SigningKey> {
    std::iter::once(ring.current()).chain(ring.previous().iter().rev())
}

fn listed(keys: &Keys) -> String {
    let next = keys.next().map(|next| {
        [next.key.id().to_string(), format!("signs from {}", next.from), "-".to_owned()]
    });
    let row = |key: &SigningKey| match key.retired_at() {
        None => [key.id().to_string(), "signs".to_owned(), "-".to_owned()],
        Some(at) => [
            key.id().to_string(),
            format!("signed until {at}"),
            at.plus_days(HARD_EXPIRY_DAYS).to_string(),
        ],
    };
    let rows = next.into_iter().chain(newest_first(keys.ring()).map(row));
    table(["KEY", "STATE", "VERIFIES UNTIL"], rows, "")
}
