use crate::check::{Check, Run};
use crate::fixture::Fixture;
use crate::mail_notifier::MailNotifierFixture;
use crate::notifier::NotifierFixture;
use crate::{blob_store, ledger, ledger_snapshot, mail_notifier, notifier, projections, registry};
use desktop_delivery::ledger::LedgerSnapshot;
use desktop_delivery::{BlobStore, Ledger, Projections, Registry};
use futures_util::future::BoxFuture;
use libtest_mimic::{Arguments, Trial};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A check with its fixture and executor, ready to run.
type Ready = Arc<dyn Fn() + Send + Sync>;

/// The checks of one trait for one adapter.
pub struct Suite {
    of: &'static str,
    checks: Vec<(&'static str, Ready)>,
    skipped: Vec<(&'static str, String)>,
}

impl Suite {
    /// Returns the checks of [`Ledger`]. `run` is the adapter's executor: it blocks until a future
    /// completes, and may be called on many threads at once.
    pub fn ledger(
        fresh: impl Fn() -> Fixture<dyn Ledger> + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("Ledger", ledger::CHECKS, fresh, run)
    }

    /// Returns the checks of [`LedgerSnapshot`].
    pub fn ledger_snapshot(
        fresh: impl Fn() -> Fixture<dyn LedgerSnapshot> + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("LedgerSnapshot", ledger_snapshot::CHECKS, fresh, run)
    }

    /// Returns the checks of [`BlobStore`].
    pub fn blob_store(
        fresh: impl Fn() -> Fixture<dyn BlobStore> + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("BlobStore", blob_store::CHECKS, fresh, run)
    }

    /// Returns the checks of [`Projections`].
    pub fn projections(
        fresh: impl Fn() -> Fixture<dyn Projections> + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("Projections", projections::CHECKS, fresh, run)
    }

    /// Returns the checks of [`Registry`].
    pub fn registry(
        fresh: impl Fn() -> Fixture<dyn Registry> + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("Registry", registry::CHECKS, fresh, run)
    }

    /// Returns the checks of [`Notifier`](desktop_delivery::Notifier) for email notifiers, in
    /// addition to [`notifier`](Self::notifier).
    pub fn mail_notifier(
        fresh: impl Fn() -> MailNotifierFixture + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("MailNotifier", mail_notifier::CHECKS, fresh, run)
    }

    /// Returns the checks of every [`Notifier`](desktop_delivery::Notifier).
    pub fn notifier(
        fresh: impl Fn() -> NotifierFixture + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        Self::of("Notifier", notifier::CHECKS, fresh, run)
    }

    fn of<F: 'static>(
        of: &'static str,
        table: &'static [Check<F>],
        fresh: impl Fn() -> F + Send + Sync + 'static,
        run: impl Fn(BoxFuture<'static, ()>) + Send + Sync + 'static,
    ) -> Self {
        let (fresh, run): (Arc<dyn Fn() -> F + Send + Sync>, Run) =
            (Arc::new(fresh), Arc::new(run));
        let checks = table.iter().map(|(name, check)| {
            let (fresh, run) = (Arc::clone(&fresh), Arc::clone(&run));
            let once: Ready = Arc::new(move || run(check(fresh(), Arc::clone(&run))));
            (*name, once)
        });
        Self { of, checks: checks.collect(), skipped: Vec::new() }
    }

    /// Skips a check, which is then shown as ignored with the reason.
    ///
    /// # Panics
    /// If no check has this name.
    #[must_use]
    pub fn skip(mut self, name: &str, reason: &str) -> Self {
        let known = self.names().into_iter().find(|known| *known == name);
        let known = known.unwrap_or_else(|| panic!("no check is named {name}"));
        self.skipped.push((known, reason.to_owned()));
        self
    }

    /// Returns the names of all checks.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        self.checks.iter().map(|(name, _)| *name).collect()
    }

    /// Runs the checks of the adapter with this name as a test program, with the arguments passed
    /// by cargo, and exits.
    ///
    /// If the environment variable `DESKTOP_DELIVERY_CONFORMANCE` names a folder, writes a report
    /// there: one line per check, with a tab and the reason if the check was skipped.
    ///
    /// # Panics
    /// If the report cannot be written.
    pub fn main(self, adapter: &str) {
        let arguments = Arguments::from_args();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let trials = self.checks.iter().map(|(name, check)| {
            let (check, kept, own) = (Arc::clone(check), Arc::clone(&kept), *name);
            let trial = |name: String| {
                Trial::test(name, move || {
                    check();
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(own);
                    Ok(())
                })
            };
            match self.skipped.iter().find(|(skipped, _)| skipped == name) {
                Some((_, reason)) => trial(format!("{name}: {reason}")).with_ignored_flag(true),
                None => trial((*name).to_owned()),
            }
        });
        let conclusion = libtest_mimic::run(&arguments, trials.collect());
        if let Some(folder) = std::env::var_os("DESKTOP_DELIVERY_CONFORMANCE") {
            let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let report = self.report(&kept);
            let file = Path::new(&folder).join(format!("{adapter}.{}", self.of));
            std::fs::write(&file, report).expect("DESKTOP_DELIVERY_CONFORMANCE names a folder");
        }
        conclusion.exit();
    }

    /// Returns the report: passed and skipped checks in order.
    fn report(&self, kept: &[&str]) -> String {
        let line = |name: &&str| {
            if kept.contains(name) {
                return Some(format!("{name}\n"));
            }
            let (_, reason) = self.skipped.iter().find(|(skipped, _)| skipped == name)?;
            Some(format!("{name}\t{reason}\n"))
        };
        self.names().iter().filter_map(line).collect()
    }

    /// Runs the checks that are not skipped and returns the names of those that fail. For testing
    /// the suite itself.
    #[must_use]
    pub fn failures(&self) -> Vec<&'static str> {
        let ran = self
            .checks
            .iter()
            .filter(|(name, _)| !self.skipped.iter().any(|(skipped, _)| skipped == name));
        ran.filter(|(_, check)| catch_unwind(AssertUnwindSafe(|| check())).is_err())
            .map(|(name, _)| *name)
            .collect()
    }

    /// Runs one check and returns whether it fails. For testing the suite itself.
    ///
    /// # Panics
    /// If no check has this name.
    #[must_use]
    pub fn fails(&self, name: &str) -> bool {
        let found = self.checks.iter().find(|(known, _)| *known == name);
        let (_, check) = found.unwrap_or_else(|| panic!("no check is named {name}"));
        catch_unwind(AssertUnwindSafe(|| check())).is_err()
    }
}

impl fmt::Debug for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite")
            .field("checks", &self.names())
            .field("skipped", &self.skipped)
            .finish()
    }
}
