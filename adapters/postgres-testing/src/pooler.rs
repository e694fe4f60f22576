use crate::TestServer;
use crate::server::free_port;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

const PROGRAM: &str = "/usr/sbin/pgbouncer";

/// A PgBouncer in front of a [`TestServer`], on a free port of 127.0.0.1; stopped on drop.
#[derive(Debug)]
pub struct TestPooler {
    port: u16,
    process: Child,
}

impl TestPooler {
    /// Starts PgBouncer with this `pool_mode` and further lines of settings.
    ///
    /// # Panics
    /// If PgBouncer is not installed or does not start.
    #[must_use]
    pub fn start(server: &TestServer, pool_mode: &str, more: &str) -> Self {
        assert!(
            Path::new(PROGRAM).exists(),
            "{PROGRAM} is there; `apt-get install pgbouncer` brings it"
        );
        let port = free_port();
        let users = server.write(&format!("users-{port}"), "\"postgres\" \"\"\n");
        let settings = format!(
            "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
             pool_mode = {pool_mode}\n{more}\n",
            server.socket_folder().display(),
            server.port(),
            users.display(),
        );
        let settings = server.write(&format!("pgbouncer-{port}.ini"), &settings);
        // Ends on its own if the test is killed.
        let mut command = server.account().command("timeout");
        command.args(["300", PROGRAM]).arg(settings).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = command.spawn().expect("PgBouncer is started");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = process.try_wait().expect("a child can be asked");
            assert!(ended.is_none(), "PgBouncer starts");
            sleep(Duration::from_millis(5));
        }
        Self { port, process }
    }

    /// Returns the address of a database behind the pooler.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for TestPooler {
    fn drop(&mut self) {
        // `timeout` forwards the signal.
        let number = self.process.id().to_string();
        let _gone = std::process::Command::new("kill").args(["-TERM", &number]).output();
        let _ended = self.process.wait();
    }
}
