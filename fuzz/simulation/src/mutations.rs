//! Bugs planted on purpose in copies of the core and of the SQLite ledger, which the simulator must
//! find.
//!
//! All of them are planted at once, each behind a condition that an environment variable turns on,
//! so that one build serves all: see `tests/mutations.rs`.

mod table;

pub use table::MUTATIONS;

use std::fs;
use std::io;
use std::path::Path;

/// The environment variable that turns one mutation on, by its number.
pub const VARIABLE: &str = "DESKTOP_DELIVERY_MUTANT";

/// The ledger on which a mutation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a test matches on it")]
pub enum On {
    /// In memory.
    Memory,
    /// In SQLite.
    Sqlite,
}

/// A bug planted on purpose.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table lists them")]
pub struct Mutation {
    /// What is wrong, as a clause.
    pub name: &'static str,
    /// The ledger with which it runs.
    pub on: On,
    /// The edits.
    pub edits: &'static [Edit],
}

/// An edit of one file.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table lists them")]
pub struct Edit {
    /// The file, from the root of the workspace.
    pub file: &'static str,
    /// The text, which occurs in the file exactly once.
    pub original: &'static str,
    /// What replaces it. `MUTANT` stands for the condition that turns the mutation on.
    pub planted: &'static str,
}

/// What copies of the packages need besides their sources.
const COPIED: &[&str] = &[
    "Cargo.lock",
    "adapters/sqlite/README.md",
    "adapters/sqlite/migrations",
    "adapters/sqlite/src",
    "core/README.md",
    "core/src",
    "fuzz/simulation/Cargo.toml",
    "fuzz/simulation/src",
    "fuzz/simulation/tests",
];

/// The condition, at the end of the core's copy.
const CONDITION: &str = r#"
/// Returns whether a planted bug is turned on.
#[doc(hidden)]
#[must_use]
pub fn mutant(number: u32) -> bool {
    static ON: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
    let on = ON.get_or_init(|| std::env::var("DESKTOP_DELIVERY_MUTANT").ok()?.parse().ok());
    *on == Some(number)
}
"#;

/// Copies the packages to `to`, a workspace of its own, and plants all mutations. Files that are
/// already right keep their time, so that a second build is quick.
///
/// # Errors
/// [`io::Error`], also if the original text of an edit does not occur exactly once.
pub fn plant(root: &Path, to: &Path) -> io::Result<()> {
    for name in COPIED {
        copy(root, to, Path::new(name))?;
    }
    let workspace = fs::read_to_string(root.join("Cargo.toml"))?;
    write(&to.join("Cargo.toml"), only_members(&workspace).as_bytes())?;
    for name in ["core/Cargo.toml", "adapters/sqlite/Cargo.toml"] {
        let manifest = fs::read_to_string(root.join(name))?;
        // Their tests are not copied, nor what only tests need.
        let without_tests = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        write(&to.join(name), without_tests.as_bytes())?;
    }
    Ok(())
}

/// Checks that the original text of every edit occurs in its file exactly once.
///
/// # Errors
/// [`io::Error`] that names the mutation, the file and the text.
pub fn check(root: &Path) -> io::Result<()> {
    for mutation in MUTATIONS {
        for edit in mutation.edits {
            planted(&fs::read_to_string(root.join(edit.file))?, 0, mutation, edit)?;
        }
    }
    Ok(())
}

fn planted(text: &str, number: u32, mutation: &Mutation, edit: &Edit) -> io::Result<String> {
    let count = text.matches(edit.original).count();
    if count != 1 {
        let (name, file, original) = (mutation.name, edit.file, edit.original);
        let problem = format!(
            "mutation \"{name}\": the text occurs {count} times instead of once in {file}; \
             correct it in fuzz/simulation/src/mutations/table.rs:\n{original}"
        );
        return Err(io::Error::other(problem));
    }
    let krate = if edit.file.starts_with("core/") { "crate" } else { "desktop_delivery" };
    let condition = format!("{krate}::mutant({number})");
    Ok(text.replace(edit.original, &edit.planted.replace("MUTANT", &condition)))
}

/// Returns the manifest of the workspace with only the copied packages as members.
fn only_members(manifest: &str) -> String {
    let kept = manifest.lines().filter_map(|line| match line.split(" = ").next() {
        Some("members") => Some("members = [\"core\", \"adapters/sqlite\", \"fuzz/simulation\"]"),
        Some("default-members" | "exclude") => None,
        _ => Some(line),
    });
    kept.flat_map(|line| [line, "\n"]).collect()
}

fn copy(root: &Path, to: &Path, name: &Path) -> io::Result<()> {
    let from = root.join(name);
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            copy(root, to, &name.join(entry?.file_name()))?;
        }
        return Ok(());
    }
    let edits =
        |mutation: &'static Mutation| mutation.edits.iter().map(move |edit| (mutation, edit));
    let mut bytes = fs::read(from)?;
    for (number, mutation) in (1..).zip(MUTATIONS) {
        for (mutation, edit) in edits(mutation).filter(|(_, edit)| Path::new(edit.file) == name) {
            let text = String::from_utf8(bytes).map_err(io::Error::other)?;
            bytes = planted(&text, number, mutation, edit)?.into_bytes();
        }
    }
    if name == Path::new("core/src/lib.rs") {
        bytes.extend_from_slice(CONDITION.as_bytes());
    }
    write(&to.join(name), &bytes)
}

/// Writes a file unless it has these bytes already.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, bytes)
}
