use std::path::{Path, PathBuf};

/// Returns the path of a program that `./test` installs.
pub(crate) fn tool(path: &str) -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
    let tool = tools.join(path);
    assert!(tool.exists(), "{path} is missing from target/tools: ./test installs it");
    tool
}
