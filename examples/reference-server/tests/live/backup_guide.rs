//! Runs the commands of the guide to backups.

use crate::support::documents::by_img2pdf;
use crate::support::installation::Installation;
use crate::support::pages::{blocks, page, section};
use crate::support::patron::Patron;
use crate::support::scans::Scans;
use crate::support::server::Launch;
use desktop_delivery_postgres_testing::TestServer;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// An operator's shell.
struct Shell {
    variables: Vec<(String, String)>,
    place: TempDir,
}

impl Shell {
    fn open() -> Self {
        let place = tempfile::tempdir().expect("a folder can be made");
        for folder in ["backups", "safe", "programs"] {
            std::fs::create_dir(place.path().join(folder)).expect("it is ours");
        }
        let desk = place.path().join("programs/desk");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_desk"), desk).expect("it is ours");
        let mut shell = Self { variables: Vec::new(), place };
        let programs = format!("{}:/usr/bin:/bin", shell.at("programs").display());
        shell.set("PATH", &programs);
        for (name, folder) in [("BACKUPS", "backups"), ("SAFE", "safe")] {
            let folder = shell.at(folder).display().to_string();
            shell.set(name, &folder);
        }
        shell
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// Sets the settings of a server.
    fn settings(&mut self, data: &Path, settings: &[(&str, &str)]) {
        self.variables.retain(|(name, _)| !name.starts_with("DESKTOP_DELIVERY_"));
        self.set("DESKTOP_DELIVERY_DATA", &data.display().to_string());
        for (name, value) in settings {
            self.set(&format!("DESKTOP_DELIVERY_{name}"), value);
        }
    }

    fn run(&self, script: &str) {
        let mut bash = Command::new("/bin/bash");
        bash.args(["-euo", "pipefail", "-c", script]).env_clear();
        bash.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let done = bash.current_dir(self.place.path()).output().expect("bash is there");
        let said = [done.stdout, done.stderr].concat();
        assert!(done.status.success(), "{script}\n{}", String::from_utf8_lossy(&said));
    }
}

/// Asserts that a link sent earlier works on a server with these settings, with four downloads
/// left.
async fn assert_link_works(launch: Launch, patron: &Patron, document: &[u8]) {
    let server = launch.joining().start();
    let patron = Patron::new(&server.address, &patron.link);
    assert!(patron.page().await.expect(200).text().contains("4 of 5 downloads left"));
    let ticket = patron.ticket(1, "after the restore").await;
    assert!(patron.fetch(&ticket).await.expect(200).bytes == document, "other bytes");
}

#[tokio::test]
async fn the_guide_backs_up_and_restores_one_machine() {
    let mut shell = Shell::open();
    let data = shell.at("data");
    let here = Installation::start_in(&data, |launch| launch).await;
    let document = by_img2pdf();
    let (_, patron) = here.shipped(&document).await;
    patron.ticket(1, "before the backup").await;
    let guide = page("how-to/back-up.md");
    let guide = blocks(section(&guide, "## On one machine"), "sh");
    let [back_up, restore] = &guide[..] else { panic!("{guide:?}") };

    shell.settings(&data, &[]);
    shell.run(back_up);
    shell.run(back_up.replace("today", "tomorrow").as_str());
    here.server.kill();
    shell.run(restore);
    assert_link_works(Launch::new(&data), &patron, &document).await;
}

#[tokio::test]
async fn the_guide_backs_up_and_restores_several_servers() {
    let mut shell = Shell::open();
    let (scans, postgres) = (Scans::start().await, TestServer::start());
    let [first, second, third] = [(); 3].map(|()| postgres.url(&postgres.create_database()));
    let data = shell.at("data");
    let here = Installation::start_in(&data, |launch| {
        scans.of_server(launch).with("DATABASE__ADDRESS", &first)
    });
    let here = here.await;
    let document = by_img2pdf();
    let (_, patron) = here.shipped(&document).await;
    patron.ticket(1, "before the backup").await;
    let guide = page("how-to/back-up.md");
    let whole = blocks(section(&guide, "## On several servers"), "sh");
    let [back_up, restore] = &whole[..] else { panic!("{whole:?}") };
    let own = blocks(section(&guide, "### With the engines' own tools"), "sh");
    let [dump, restore_dump] = &own[..] else { panic!("{own:?}") };

    shell.settings(&data, &scans.settings());
    shell.set("DESKTOP_DELIVERY_DATABASE__ADDRESS", &first);
    shell.set("DATABASE", &first);
    shell.run(back_up);
    shell.run(dump);
    here.server.kill();

    // An empty database and an empty bucket, filled from the folder.
    let (other_scans, other) = (Scans::start().await, shell.at("other"));
    shell.settings(&other, &other_scans.settings());
    shell.set("DESKTOP_DELIVERY_DATABASE__ADDRESS", &second);
    shell.run(restore);
    let launch = other_scans.of_server(Launch::new(&other));
    assert_link_works(launch.with("DATABASE__ADDRESS", &second), &patron, &document).await;

    // A new database from the dump, with the existing bucket.
    let again = shell.at("again");
    shell.settings(&again, &scans.settings());
    shell.set("DESKTOP_DELIVERY_DATABASE__ADDRESS", &third);
    shell.set("DATABASE", &third);
    shell.run(restore_dump);
    let launch = scans.of_server(Launch::new(&again));
    assert_link_works(launch.with("DATABASE__ADDRESS", &third), &patron, &document).await;
}
