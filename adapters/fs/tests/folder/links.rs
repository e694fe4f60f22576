use crate::support::{Hiding, body, bytes, get, key, run};
use desktop_delivery::BlobStore as _;
use desktop_delivery_fs::Linked;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

pub(crate) fn a_linked_blob_shares_its_bytes_and_survives_deletion(hiding: Hiding) {
    let place = tempfile::tempdir().unwrap();
    let store = hiding.open(&place.path().join("one"));
    let other = hiding.open(&place.path().join("two"));
    run(store.put(key(1), body(key(1), 70_000))).unwrap();
    // Linking twice works, as after an interrupted copy.
    for _ in 0..2 {
        assert_eq!(run(store.link(key(1), &other)).unwrap(), Linked::Done);
    }
    assert_eq!(run(store.link(key(2), &other)).unwrap(), Linked::Missing);
    run(other.sync()).unwrap();

    let name = key(1).to_string();
    let file = place.path().join("two").join(&name[..3]).join(&name);
    assert_eq!(fs::metadata(file).unwrap().nlink(), 2);
    run(store.delete(key(1))).unwrap();
    assert_eq!(run(get(&other, key(1))), Some(bytes(key(1), 0, 70_000)));
}

pub(crate) fn linking_to_another_disk_is_not_possible(hiding: Hiding) {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir_in("/dev/shm").unwrap());
    let device = |folder: &tempfile::TempDir| fs::metadata(folder.path()).unwrap().dev();
    assert_ne!(device(&here), device(&there), "the system's shared memory is a disk of its own");
    let store = hiding.open(here.path());
    let other = hiding.open(there.path());
    run(store.put(key(1), body(key(1), 100))).unwrap();
    assert_eq!(run(store.link(key(1), &other)).unwrap(), Linked::NotPossible);
    assert_eq!(run(other.keys()).unwrap(), []);
}

pub(crate) fn only_blobs_are_listed(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let store = hiding.open(folder.path());
    for number in 1..=40 {
        run(store.put(key(number), body(key(number), number))).unwrap();
    }
    // On the wrong shelf; with a name that is not a key; a file in place of a shelf.
    let stray = key(41).to_string();
    let shelf = folder.path().join(&key(1).to_string()[..3]);
    assert_ne!(stray[..3], key(1).to_string()[..3]);
    fs::write(shelf.join(stray), "").unwrap();
    fs::write(shelf.join("README"), "").unwrap();
    if let Some(free) =
        (0..4_096).map(|n| format!("{n:03x}")).find(|n| !folder.path().join(n).exists())
    {
        fs::write(folder.path().join(free), "").unwrap();
    }
    let listed: BTreeSet<_> = run(store.keys()).unwrap().into_iter().collect();
    assert_eq!(listed, (1..=40).map(key).collect());
}
