//! Backup, restore and verification while a server is running.

use crate::support::desk::Desk;
use crate::support::documents::{by_ghostscript, by_img2pdf, noise_pdf};
use crate::support::installation::Installation;
use crate::support::server::Launch;
use serde_json::json;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Returns the files in a folder of blobs.
fn blobs(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        inside(&folder.join("blobs")).iter().flat_map(|at| inside(at)).collect();
    found.sort();
    found
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("it is there");
    entries.map(|entry| entry.expect("it can be read").path()).collect()
}

/// Flips one bit, as a failing disk might.
fn flip(path: &Path) {
    let file = std::fs::File::options().read(true).write(true).open(path).expect("it is there");
    let mut byte = [0];
    file.read_exact_at(&mut byte, 1_000).expect("it is long enough");
    file.write_all_at(&[byte[0] ^ 1], 1_000).expect("it can be written");
}

#[tokio::test]
async fn a_backup_made_under_load_restores_everything() {
    let here = Installation::start().await;
    let document = by_img2pdf();
    let (_, patron) = here.shipped(&document).await;
    let desk = Desk::on(&here.data);
    let place = tempfile::tempdir().unwrap();
    let backup = place.path().join("backup");

    // Files are added and removed during the backup.
    let busy = here.request("2026-00418").await;
    let (lender, path) = (here.lender.clone(), busy.clone());
    let load = tokio::spawn(async move {
        for number in 1..=12 {
            let name = format!("part-{number}.pdf");
            lender.upload(&path, &name, noise_pdf(300_000)).await.expect(201);
            if number % 3 == 0 {
                lender.delete(&format!("{path}/files/{number}")).await.expect(204);
            }
        }
    });
    let made = {
        let (desk, backup) = (desk.clone(), backup.clone());
        let run = move || desk.run_with("backup {} --json", &[&backup]).expect(0).json();
        tokio::task::spawn_blocking(run).await.unwrap()
    };
    load.await.unwrap();
    assert_eq!((&made["faults"], &made["manifest"]["requests"]), (&json!([]), &json!(2)));
    let files = blobs(&backup);
    assert_eq!(json!(files.len()), made["manifest"]["files"]);
    assert!(files.iter().all(|file| std::fs::metadata(file).unwrap().nlink() <= 2));
    let modes = ["", "delivery.db", "manifest.json", "SHA256SUMS"]
        .map(|name| std::fs::metadata(backup.join(name)).unwrap().permissions().mode() & 0o077);
    assert_eq!(modes, [0; 4], "for its owner alone");
    assert!(!backup.join("keys.json").exists() && !backup.join("delivery.db-wal").exists());
    let mut check = Command::new("sha256sum");
    let check = check.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&backup);
    let check = check.output().unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));

    // Restores elsewhere, with the keys that were stored separately.
    let other = place.path().join("other");
    let elsewhere = Desk::on(&other);
    let keyless = elsewhere.run_with("restore {}", &[&backup]).expect(2);
    assert!(keyless.err.contains("--keys"), "{}", keyless.err);
    let keys = here.data.join("keys.json");
    elsewhere.run_with("restore {} --keys {}", &[&backup, &keys]).expect(0);
    let verified = elsewhere.json("verify");
    assert_eq!((&verified["well"], &verified["unnamed"]), (&json!(true), &json!([])));
    let again = elsewhere.run_with("restore {} --keys {}", &[&backup, &keys]).expect(1);
    assert!(again.err.contains("is not empty"), "{}", again.err);

    let server = Launch::new(&other).start();
    let moved = crate::support::patron::Patron::new(&server.address, &patron.link);
    let ticket = moved.submit(1, 1).await.location();
    assert!(moved.fetch(&ticket).await.expect(200).bytes == document, "other bytes");
    assert_eq!(here.used(&here.request("2026-00417").await).await, [0], "it is another's count");
}

#[tokio::test]
async fn a_flipped_bit_is_found_in_data_and_backup() {
    let here = Installation::start().await;
    let document = by_ghostscript();
    let (request, _) = here.shipped(&document).await;
    let desk = Desk::on(&here.data);
    let place = tempfile::tempdir().unwrap();
    let (linked, copied) = (place.path().join("linked"), place.path().join("copied"));
    desk.run_with("backup {} --with-keys", &[&linked]).expect(0);
    desk.run_with("backup {} --with-keys --copy", &[&copied]).expect(0);
    let taken = desk.run_with("backup {}", &[&copied]).expect(1);
    assert!(taken.err.contains("is not empty"), "{}", taken.err);
    assert!(desk.run("verify").expect(0).out.contains("no faults were found"));

    let [blob] = <[_; 1]>::try_from(blobs(&here.data)).unwrap();
    flip(&blob);
    let found = desk.run("verify --json").expect(1).json();
    assert_eq!(found["faults"][0]["kind"], "differs");
    let handle = request.rsplit('/').next().unwrap();
    assert_eq!(
        (&found["faults"][0]["request"], &found["faults"][0]["file"]),
        (&handle.into(), &1.into())
    );
    // On the same disk, a link is the same file: that backup cannot help, and reports it.
    let damaged = place.path().join("damaged");
    let refused = Desk::on(&damaged).run_with("restore {}", &[&linked]).expect(1);
    assert!(refused.err.contains("1 faults") && refused.err.contains(handle), "{}", refused.err);
    assert_eq!(std::fs::read_dir(&damaged).unwrap().count(), 1, "the lock alone");
    Desk::on(&damaged).run_with("restore {} --with-faults", &[&linked]).expect(1);
    Desk::on(&damaged).run("verify").expect(1);
    let whole = place.path().join("whole");
    Desk::on(&whole).run_with("restore {}", &[&copied]).expect(0);
    assert_eq!(std::fs::read(&blobs(&whole)[0]).unwrap(), document);

    std::fs::remove_file(&blob).unwrap();
    let found = desk.run("verify").expect(1).out;
    assert!(
        found.contains("its bytes are missing") && found.contains(": faults were found"),
        "{found}"
    );
    let missing = place.path().join("missing");
    let made = desk.run_with("backup {} --json", &[&missing]).expect(1).json();
    assert_eq!(made["faults"][0]["kind"], "missing", "the rest is saved");
}

#[tokio::test]
async fn unreferenced_files_are_reported_and_harmless() {
    let here = Installation::start().await;
    here.shipped(&by_ghostscript()).await;
    let stray = here.data.join("blobs").join("07f");
    std::fs::create_dir_all(&stray).unwrap();
    std::fs::write(stray.join("07f3a1b2c3d4e5f60718293a4b5c6d7e"), "nobody's").unwrap();
    let verified = Desk::on(&here.data).json("verify");
    assert_eq!(verified["unnamed"], json!(["07f3a1b2c3d4e5f60718293a4b5c6d7e"]));
    assert_eq!(verified["well"], true);
}

#[tokio::test]
async fn an_interrupted_backup_continues() {
    let here = Installation::start().await;
    here.shipped(&by_ghostscript()).await;
    let desk = Desk::on(&here.data);
    let place = tempfile::tempdir().unwrap();
    let [blob] = <[_; 1]>::try_from(blobs(&here.data)).unwrap();
    let part = place.path().join(".backup.copying");
    let copied = part.join(blob.strip_prefix(&here.data).unwrap());
    std::fs::create_dir_all(copied.parent().unwrap()).unwrap();
    std::fs::copy(&blob, &copied).unwrap();
    let before = std::fs::metadata(&copied).unwrap().ino();
    // Left by a request purged since, by an earlier snapshot, and by an attempt with keys.
    let stale = part.join("blobs").join("fff").join("f".repeat(32));
    std::fs::create_dir_all(stale.parent().unwrap()).unwrap();
    std::fs::write(&stale, "stale").unwrap();
    std::fs::write(part.join("delivery.db"), "half").unwrap();
    std::fs::write(part.join("keys.json"), "{}").unwrap();

    let backup = place.path().join("backup");
    desk.run_with("backup {} --copy", &[&backup]).expect(0);
    let after = backup.join(blob.strip_prefix(&here.data).unwrap());
    assert_eq!(std::fs::metadata(after).unwrap().ino(), before, "it was not copied again");
    assert!(!backup.join("blobs").join("fff").join("f".repeat(32)).exists());
    assert!(!backup.join("keys.json").exists() && !part.exists());
    let keys = here.data.join("keys.json");
    let other = place.path().join("other");
    Desk::on(&other).run_with("restore {} --keys {}", &[&backup, &keys]).expect(0);
}

#[tokio::test]
async fn a_restore_refuses_a_folder_in_use_and_a_damaged_database() {
    let here = Installation::start().await;
    here.shipped(&by_ghostscript()).await;
    let desk = Desk::on(&here.data);
    let place = tempfile::tempdir().unwrap();
    let backup = place.path().join("backup");
    desk.run_with("backup {} --with-keys", &[&backup]).expect(0);
    let busy = desk.run_with("restore {}", &[&backup]).expect(1);
    assert!(busy.err.contains("is in use"), "{}", busy.err);
    let none =
        Desk::on(&place.path().join("none")).run_with("restore {}", &[place.path()]).expect(1);
    assert!(none.err.contains("is not a backup"), "{}", none.err);

    flip(&backup.join("delivery.db"));
    let other = place.path().join("other");
    let refused = Desk::on(&other).run_with("restore {}", &[&backup]).expect(1);
    assert!(refused.err.contains("is damaged"), "{}", refused.err);
    assert!(!other.join("delivery.db").exists());
}
