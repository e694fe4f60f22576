//! Builds the simulator with all mutations planted, and turns on one after the other: each must be
//! found.

use desktop_delivery_simulation::mutations::{MUTATIONS, On, VARIABLE, plant};
use std::path::Path;
use std::process::Command;

/// The most seeds that a mutation may take to be found.
const SEEDS: u64 = 20_000;

#[test]
fn every_mutation_is_found() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let planted = root.join("target/mutations");
    plant(&root, &planted).expect("every mutation finds its text");
    let target = planted.join("target");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--offline", "-p", "desktop-delivery-simulation"])
        .current_dir(&planted)
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", "--cap-lints allow")
        .status();
    assert!(built.is_ok_and(|status| status.success()), "the planted copies do not build");
    let simulate = target.join("release/simulate");
    let run = |number: usize, on: On, seeds: u64| {
        let ledger = if on == On::Sqlite { "sqlite" } else { "memory" };
        let output = Command::new(&simulate)
            .args(["--seeds", &format!("0..{seeds}"), "--ledger", ledger, "--brief"])
            .env(VARIABLE, number.to_string())
            .output()
            .expect("the simulator starts");
        (!output.status.success())
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    for on in [On::Memory, On::Sqlite] {
        assert_eq!(run(0, on, 20), None, "something fails without any mutation");
    }
    let mut missed = Vec::new();
    for (number, mutation) in (1..).zip(MUTATIONS) {
        let found = run(number, mutation.on, SEEDS);
        let text = found.clone().unwrap_or_else(|| "not found".to_owned());
        eprintln!(
            "{number:>3}  {:<56} {}",
            mutation.name,
            text.chars().take(120).collect::<String>()
        );
        if found.is_none() {
            missed.push(mutation.name);
        }
    }
    assert_eq!(missed, Vec::<&str>::new(), "not found in {SEEDS} seeds");
}
