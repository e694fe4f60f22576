use crate::support::tool;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/support/oidc_provider.mjs");

/// The npm package `oidc-provider` on a free port; killed on drop.
pub(crate) struct OidcServer {
    process: Child,
    pub(crate) issuer: String,
}

impl OidcServer {
    /// The secret of its clients.
    pub(crate) const SECRET: &str = "a secret that is long enough for HS256";

    /// Starts it for a server at this address.
    pub(crate) fn start(desk: &str) -> Self {
        let module = tool("node_modules/oidc-provider/lib/index.js");
        let mut process = Command::new("node")
            .arg(SCRIPT)
            .args([module.as_path(), Path::new(Self::SECRET), Path::new(desk)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node can be started; ./test installs it");
        let out = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut lines = out.lines().map_while(Result::ok);
        let issuer = lines.find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        // It writes little more but must not find its output closed.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, issuer: issuer.expect("it starts") }
    }
}

impl Drop for OidcServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
