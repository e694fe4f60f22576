use crate::support::{self, Hiding, body, child, files, get, key, run, stalling_body, wait_for};
use desktop_delivery::BlobStore as _;
use desktop_delivery::ids::BlobKey;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::thread;

const TASKS: usize = 8;

/// Returns the size of a blob, derived from its number; some exceed one batch.
const fn size(number: u64) -> u64 {
    if number.is_multiple_of(16) { 1_500_000 } else { number * 12_345 % 200_000 }
}

/// Repeatedly kills a process that stores blobs, each time at a different moment.
pub(crate) fn a_killed_process_leaves_only_complete_blobs(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let (mut acknowledged, mut left) = (Vec::new(), 0);
    for _ in 0..10 {
        let (mut process, output) = child::start("put for ever", folder.path(), hiding);
        // Also reads the output up to the kill.
        let (sender, first_puts) = std::sync::mpsc::channel();
        let reader = thread::spawn(move || {
            let mut numbers = Vec::new();
            for line in output.lines() {
                // The last line may be incomplete.
                numbers.extend(line.ok().and_then(|line| line.parse::<u64>().ok()));
                let _ = sender.send(());
            }
            numbers
        });
        for _ in 0..20 {
            first_puts.recv().expect("the child puts");
        }
        process.kill().unwrap();
        process.wait().unwrap();
        acknowledged.extend(reader.join().unwrap());
        let incoming = folder.path().join("incoming");
        left += if incoming.exists() { files(&incoming).len() } else { 0 };
    }
    assert_eq!(left > 0, hiding != Hiding::Unnamed, "{left} puts were killed with a name");
    let store = hiding.open(folder.path());
    let found = files(folder.path());
    for path in &found {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        let blob = BlobKey::parse(name).expect("only blobs are left");
        let number = u64::from_be_bytes(blob.as_bytes()[8..].try_into().unwrap());
        let whole = support::bytes(blob, 0, size(number));
        assert!(std::fs::read(path).unwrap() == whole, "blob {number} is incomplete");
    }
    assert!(acknowledged.len() >= 200);
    for number in &acknowledged {
        assert!(run(get(&store, key(*number))).is_some(), "blob {number} is lost");
    }
    // Blobs published just before the kill may exist without having been acknowledged.
    assert!(found.len() - acknowledged.len() <= 10 * TASKS);
}

pub(crate) fn put_for_ever(folder: &Path, hiding: Hiding) {
    let store = hiding.open(folder);
    let first = u64::from(std::process::id()) << 32;
    run(async {
        let tasks = (0_u64..).take(TASKS).map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in (first + task..).step_by(TASKS) {
                    let key = key(number);
                    store.put(key, body(key, size(number))).await.expect("put");
                    child::say(&number.to_string());
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("a task");
        }
    });
}

pub(crate) fn an_unfinished_put_of_another_process_is_not_swept() {
    [Hiding::Named, Hiding::Portable].into_iter().for_each(not_swept_elsewhere);
}

fn not_swept_elsewhere(hiding: Hiding) {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, mut output) = child::start("stall", folder.path(), hiding);
    assert_eq!(child::line(&mut output), "stalled");
    let store = hiding.open(folder.path());
    assert_eq!(files(folder.path()).len(), 1, "opening swept an unfinished put");
    assert_eq!(run(store.sweep()).unwrap(), 0);
    assert_eq!(files(folder.path()).len(), 1, "an unfinished put was swept");
    assert_eq!(run(get(&store, key(1))), None, "an unfinished put is visible");

    process.kill().unwrap();
    process.wait().unwrap();
    end(output);
    assert_eq!(run(store.sweep()).unwrap(), 1);
    assert!(files(folder.path()).is_empty());
}

fn end(mut output: BufReader<std::process::ChildStdout>) {
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

pub(crate) fn stall(folder: &Path, hiding: Hiding) {
    let store = hiding.open(folder);
    let folder = folder.to_owned();
    run(async move {
        let put =
            tokio::spawn(async move { store.put(key(1), stalling_body(key(1), 300_000)).await });
        let written = move || {
            wait_for("bytes of the put lie in a file", || {
                files(&folder).iter().any(|path| path.metadata().is_ok_and(|it| it.len() > 0))
            });
        };
        tokio::task::spawn_blocking(written).await.expect("wait");
        child::say("stalled");
        put.await.expect("the put").expect_err("it never ends");
    });
}
