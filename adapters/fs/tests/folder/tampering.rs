use crate::support::{Hiding, body, files, get, key, run};
use desktop_delivery::BlobStore as _;
use desktop_delivery::error::StoreErrorKind;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

/// Returns the name of the shelf of a key.
fn shelf(number: u64) -> String {
    key(number).to_string()[..3].to_owned()
}

pub(crate) fn a_link_in_place_of_a_shelf_is_refused(hiding: Hiding) {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = hiding.open(folder.path());
    let bait = outside.path().join(key(1).to_string());
    fs::write(&bait, "not yours").unwrap();
    symlink(outside.path(), folder.path().join(shelf(1))).unwrap();
    let outcomes = [
        run(store.put(key(1), body(key(1), 10))).err(),
        run(store.get(key(1), None)).err(),
        run(store.delete(key(1))).err(),
    ];
    for error in outcomes {
        let error = error.expect("a link is not followed");
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error:?}");
    }
    assert_eq!(fs::read_to_string(bait).unwrap(), "not yours");
    assert_eq!(files(outside.path()).len(), 1, "something was written outside");
}

pub(crate) fn a_link_in_place_of_a_blob_is_refused(hiding: Hiding) {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = hiding.open(folder.path());
    let bait = outside.path().join("bait");
    fs::write(&bait, "not yours").unwrap();
    let place = folder.path().join(shelf(1));
    fs::create_dir(&place).unwrap();
    symlink(&bait, place.join(key(1).to_string())).unwrap();
    let error = run(store.get(key(1), None)).expect_err("a link is not followed");
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error:?}");
    let error = run(store.put(key(1), body(key(1), 10))).expect_err("the name is taken");
    assert_eq!(error.kind(), StoreErrorKind::Unexpected, "{error:?}");
    run(store.delete(key(1))).expect("the link is deleted, not what it leads to");
    assert_eq!(fs::read_to_string(bait).unwrap(), "not yours");
    assert_eq!(run(get(&store, key(1))), None);
}

pub(crate) fn a_pipe_in_place_of_a_blob_is_refused_immediately(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    let place = folder.path().join(shelf(1));
    fs::create_dir(&place).unwrap();
    let pipe = place.join(key(1).to_string());
    assert!(Command::new("mkfifo").arg(pipe).status().expect("mkfifo runs").success());
    let error = run(store.get(key(1), None)).expect_err("a pipe is not a blob");
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error:?}");
}

pub(crate) fn a_link_among_incoming_files_is_not_followed() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let bait = outside.path().join("bait");
    fs::write(&bait, "not yours").unwrap();
    let incoming = folder.path().join("incoming");
    fs::create_dir_all(incoming.join("a folder")).unwrap();
    symlink(&bait, incoming.join("link")).unwrap();
    fs::write(incoming.join(format!("{}-0", key(1))), "left by a crash").unwrap();
    let store = Hiding::Named.open(folder.path());
    assert_eq!(files(folder.path()), [incoming.join("link")]);
    assert!(bait.exists());
    // With a link in place of the incoming folder, nothing is written through it.
    fs::remove_dir_all(&incoming).unwrap();
    symlink(outside.path(), &incoming).unwrap();
    let error = run(store.put(key(2), body(key(2), 10))).expect_err("a link is not followed");
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error:?}");
    assert_eq!(files(outside.path()), [bait]);
}
