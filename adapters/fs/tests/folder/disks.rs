use crate::support::{Hiding, body, bytes, child, files, get, key, run};
use desktop_delivery::BlobStore as _;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_fs::FsBlobStore;
use std::path::Path;
use std::process::Command;

const MIB: u64 = 1 << 20;

pub(crate) fn puts_on_a_full_disk_fail_and_leave_nothing(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    child::run_on_a_small_disk("fill the disk", folder.path(), hiding);
}

pub(crate) fn fill(folder: &Path, hiding: Hiding) {
    let store = hiding.open(folder);
    let full = |number, size| {
        let error = run(store.put(key(number), body(key(number), size))).expect_err("no room");
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error:?}");
        assert_eq!(run(get(&store, key(number))), None);
    };
    run(store.put(key(0), body(key(0), 3 * MIB))).expect("there is room");
    // Repeated failures do not use up space.
    for number in 1..5 {
        full(number, 20 * MIB);
    }
    run(store.put(key(5), body(key(5), 3 * MIB))).expect("there is room still");
    full(6, 3 * MIB);
    assert_eq!(files(folder).len(), 2, "a file was left behind");
    assert!(run(get(&store, key(0))).expect("a blob") == bytes(key(0), 0, 3 * MIB));
    // Puts succeed again when there is room, and deleting works on a full disk.
    run(store.delete(key(0))).expect("delete");
    run(store.put(key(6), body(key(6), 3 * MIB))).expect("there is room again");
    assert!(run(get(&store, key(6))).expect("a blob") == bytes(key(6), 0, 3 * MIB));
}

pub(crate) fn a_read_only_disk_can_be_read(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    child::run_on_a_small_disk("use a read-only disk", folder.path(), hiding);
}

pub(crate) fn use_read_only(folder: &Path, hiding: Hiding) {
    let store = hiding.open(folder);
    run(store.put(key(0), body(key(0), MIB))).expect("put");
    // Left by a crash; cannot be swept here.
    std::fs::create_dir_all(folder.join("incoming")).expect("a folder");
    std::fs::write(folder.join("incoming").join("left"), "").expect("a file");
    let mut remount = Command::new("mount");
    let status = remount.args(["-o", "remount,ro"]).arg(folder).status();
    assert!(status.expect("mount runs").success());

    for store in [store, hiding.open(folder)] {
        let error = run(store.put(key(1), body(key(1), MIB))).expect_err("it cannot be written");
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{error:?}");
        let error = run(store.delete(key(0))).expect_err("it cannot be written");
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{error:?}");
        let error = run(store.sweep()).expect_err("it cannot be written");
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{error:?}");
        assert!(run(get(&store, key(0))).expect("a blob") == bytes(key(0), 0, MIB));
        assert_eq!(run(get(&store, key(1))), None);
    }
    let error = FsBlobStore::open(folder.join("new")).expect_err("it cannot be made");
    assert_eq!(error.kind(), StoreErrorKind::Denied, "{error:?}");
}
