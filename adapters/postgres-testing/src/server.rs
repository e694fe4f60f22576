use crate::account::Account;
use crate::guard::Guard;
use crate::programs;
use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

/// Options for starting a server.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Start {
    settings: Vec<(String, String)>,
    password: Option<String>,
    certificate: Option<(String, String)>,
}

impl Start {
    /// A server with PostgreSQL's default settings that trusts all users of this machine.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a PostgreSQL setting.
    #[must_use]
    pub fn with_setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Requires this password from the user `postgres` over TCP (SCRAM-SHA-256).
    #[must_use]
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Requires TLS over TCP, with this certificate and key, both PEM.
    #[must_use]
    pub fn with_certificate(mut self, certificate: &str, key: &str) -> Self {
        self.certificate = Some((certificate.to_owned(), key.to_owned()));
        self
    }

    /// Starts the server.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start(self) -> TestServer {
        TestServer::make(self)
    }
}

/// A PostgreSQL server for tests with the superuser `postgres`.
///
/// Stopped, and its folder removed, on drop or when this process ends, whichever comes first.
#[derive(Debug)]
pub struct TestServer {
    folder: PathBuf,
    port: u16,
    account: Account,
    programs: PathBuf,
    password: Option<String>,
    databases: AtomicU32,
    running: Mutex<Option<Child>>,
    _guard: Guard,
}

impl TestServer {
    /// Starts a server that trusts all users of this machine.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        Start::new().start()
    }

    fn make(start: Start) -> Self {
        let (account, programs) = (Account::find(), programs::folder());
        let folder = tempfile::Builder::new().prefix("desktop-delivery-postgres-").tempdir();
        // From here on, the guard removes the folder.
        let folder = folder.expect("a folder").keep();
        let guard = Guard::of(&folder);
        account.own(&folder);
        let mut server = Self {
            port: 0,
            folder,
            account,
            programs,
            password: start.password.clone(),
            databases: AtomicU32::new(0),
            running: Mutex::new(None),
            _guard: guard,
        };
        server.initialize(start);
        // As late as possible: until the server listens, others may take the port.
        server.port = free_port();
        server.launch();
        server
    }

    fn initialize(&self, start: Start) {
        let mut initdb = self.command("initdb");
        initdb.args(["--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        initdb.args(["--auth-local=trust", "--pgdata"]).arg(self.data());
        match &start.password {
            Some(password) => {
                let file = self.write("password", password);
                initdb.arg("--auth-host=scram-sha-256").arg("--pwfile").arg(file);
            }
            None => drop(initdb.arg("--auth-host=trust")),
        }
        run(&mut initdb);
        let mut settings = start.settings;
        let mut set = |name: &str, value: &str| settings.push((name.into(), value.into()));
        set("listen_addresses", "127.0.0.1");
        set("unix_socket_directories", &self.folder.display().to_string());
        if let Some((certificate, key)) = start.certificate {
            set("ssl", "on");
            set("ssl_cert_file", &self.write("server.crt", &certificate).display().to_string());
            set("ssl_key_file", &self.write("server.key", &key).display().to_string());
            let rules = self.data().join("pg_hba.conf");
            let plain = fs::read_to_string(&rules).expect("the rules can be read");
            let encrypted = plain.replace("\nhost ", "\nhostssl ");
            fs::write(rules, encrypted).expect("the rules can be written");
        }
        let lines = settings.iter().map(|(name, value)| format!("{name} = '{value}'\n"));
        let conf = self.data().join("postgresql.auto.conf");
        fs::write(conf, lines.collect::<String>()).expect("the settings can be written");
    }

    /// Writes a file that only the server may read.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.join(name);
        fs::write(&path, text).expect("a file can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
        self.account.own(&path);
        path
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Returns the command that runs a PostgreSQL program under the server's account.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = self.account.command(self.programs.join(program));
        command.current_dir("/").env("PGCONNECT_TIMEOUT", "10");
        command
    }

    /// Starts the server and waits until it is ready.
    ///
    /// After the server was killed, its processes may still be ending and keep their shared memory;
    /// then the start is tried again.
    fn launch(&self) {
        const TRIES: usize = 200;
        for _ in 0..TRIES {
            if self.try_launch() {
                return;
            }
            let log = self.log();
            let in_use = |line: &str| line.contains("pre-existing shared memory block");
            let may_retry = log.lines().rev().take(2).any(in_use);
            assert!(may_retry, "the server starts; its log says:\n{log}");
            sleep(Duration::from_millis(50));
        }
        panic!("the processes of the killed server do not end; the log says:\n{}", self.log());
    }

    /// Starts the server; returns whether it became ready, and `false` if it ended instead.
    fn try_launch(&self) -> bool {
        let log = File::options().create(true).append(true).open(self.folder.join("log"));
        let log = log.expect("a log can be written");
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        postgres.stdin(Stdio::null());
        postgres.stdout(log.try_clone().expect("a file is shared")).stderr(log);
        // Interrupts from the keyboard are for the test only.
        let mut child = postgres.process_group(0).spawn().expect("the server is started");
        // The first line of this file is the process id, the last one the status.
        let own = format!("{}\n", child.id());
        let is_ready = |file: String| file.starts_with(&own) && file.trim_end().ends_with("ready");
        while !self.pid_file().is_some_and(is_ready) {
            if child.try_wait().expect("a child can be asked").is_some() {
                return false;
            }
            sleep(Duration::from_millis(5));
        }
        *self.running() = Some(child);
        true
    }

    fn pid_file(&self) -> Option<String> {
        fs::read_to_string(self.data().join("postmaster.pid")).ok()
    }

    fn running(&self) -> MutexGuard<'_, Option<Child>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) const fn account(&self) -> Account {
        self.account
    }

    /// Returns the server's log.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Returns the port on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the folder with its Unix socket.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the TCP address of a database, with the password if there is one.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let password = self.password.as_ref().map(|password| format!(":{password}"));
        let password = password.unwrap_or_default();
        format!("postgres://postgres{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// Returns the Unix socket address of a database.
    #[must_use]
    pub fn socket_url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}:{}/{database}", self.port)
    }

    /// Creates an empty database and returns its name.
    ///
    /// # Panics
    /// If the server does not respond.
    #[must_use]
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run_sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// Runs statements as the superuser and returns the rows, with `|` between fields.
    ///
    /// # Panics
    /// If a statement fails.
    #[must_use = "or call `run_sql`"]
    pub fn query(&self, database: &str, sql: &str) -> String {
        let mut psql = self.command("psql");
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--username=postgres"]);
        psql.args(["--set=ON_ERROR_STOP=1", "--port", &self.port.to_string(), "--host"]);
        psql.arg(&self.folder).args(["--dbname", database, "--command", sql]);
        run(&mut psql)
    }

    /// Runs statements as the superuser.
    ///
    /// # Panics
    /// If a statement fails.
    pub fn run_sql(&self, database: &str, sql: &str) {
        let _rows = self.query(database, sql);
    }

    /// Kills the server with all its processes, as a crash would, and waits until they are gone.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn kill(&self) {
        let mut child = self.running().take().expect("it runs");
        let pid = child.id();
        let family = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let family = family.unwrap_or_default();
        child.kill().and_then(|()| child.wait()).expect("it is ours to kill");
        for member in family.split_whitespace() {
            // Processes that noticed the crash have already exited.
            let _gone = Command::new("kill").args(["-KILL", member]).output();
            while Path::new("/proc").join(member).join("exe").exists() {
                sleep(Duration::from_millis(2));
            }
        }
    }

    /// Restarts the server after [`kill`](Self::kill) or [`stop`](Self::stop).
    ///
    /// # Panics
    /// If it does not start.
    pub fn start_again(&self) {
        self.launch();
    }

    /// Stops the server with a fast shutdown: connections are closed, nothing is lost.
    ///
    /// # Panics
    /// If the server is not running.
    pub fn stop(&self) {
        let child = self.running().take().expect("it runs");
        end(child, "-INT");
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(child) = self.running().take() {
            end(child, "-QUIT");
        }
    }
}

pub(crate) fn free_port() -> u16 {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|port| port.local_addr());
    port.expect("a free port").port()
}

fn end(mut child: Child, signal: &str) {
    run(Command::new("kill").args([signal, &child.id().to_string()]));
    child.wait().expect("a child can be waited for");
}

/// Runs a program to completion and returns its output.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} runs: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} succeeds; it says:\n{said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
