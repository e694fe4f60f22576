use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// How to start the server.
#[derive(Clone)]
pub(crate) struct Launch {
    folder: PathBuf,
    variables: Vec<(String, String)>,
    arguments: Vec<String>,
    /// Whether it shares a database that another server has begun.
    joins: bool,
}

impl Launch {
    /// With this data folder, on a free port, without sample data.
    pub(crate) fn new(folder: &Path) -> Self {
        let launch = Self {
            folder: folder.to_owned(),
            variables: Vec::new(),
            arguments: vec!["--no-sample-data".to_owned()],
            joins: false,
        };
        launch.with("LISTEN", "127.0.0.1:0").with("WORKER_SECONDS", "1")
    }

    pub(crate) fn with_sample_data(mut self) -> Self {
        self.arguments.clear();
        self
    }

    /// Sets the environment variable of this name behind `DESKTOP_DELIVERY_`.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        let name = format!("DESKTOP_DELIVERY_{name}");
        self.variables.retain(|(other, _)| *other != name);
        self.variables.push((name, value.to_string()));
        self
    }

    /// On a database that another server has begun.
    pub(crate) fn joining(mut self) -> Self {
        self.joins = true;
        self
    }

    fn spawn(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_desk"))
            .args(&self.arguments)
            .env_clear()
            .env("DESKTOP_DELIVERY_DATA", &self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cargo built the server")
    }

    /// Starts it, and waits until it has said where it is.
    pub(crate) fn start(&self) -> Server {
        let is_new = !self.joins && !self.folder.join("delivery.db").exists();
        let mut process = self.spawn();
        let log = Log::of(process.stderr.take().expect("it is piped"));
        let (sender, lines) = channel();
        let out = BufReader::new(process.stdout.take().expect("it is piped"));
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut server = Server { process, log, address: String::new(), printed: Vec::new() };
        server.address = server.printed_behind(&lines, "Desktop delivery is at ");
        if is_new && self.arguments.is_empty() {
            server.printed_behind(&lines, "http");
        } else if is_new {
            server.printed_behind(&lines, "API key of the host, shown once: ");
        }
        server
    }

    /// Starts it where it cannot start: its exit code, and what it said.
    pub(crate) fn fail(&self) -> (Option<i32>, String) {
        let mut process = self.spawn();
        let log = Log::of(process.stderr.take().expect("it is piped"));
        let status = ended(&mut process);
        if status.is_none() {
            // It did start.
            let _ = process.kill();
            let _ = process.wait();
        }
        (status.and_then(|status| status.code()), log.whole())
    }
}

/// A running server; is killed when dropped.
pub(crate) struct Server {
    process: Child,
    log: Log,
    pub(crate) address: String,
    pub(crate) printed: Vec<String>,
}

impl Server {
    /// The rest of the first line that begins like this.
    fn printed_behind(&mut self, lines: &Receiver<String>, start: &str) -> String {
        loop {
            let Ok(line) = lines.recv_timeout(Duration::from_secs(20)) else {
                panic!("the server never printed `{start}`: {}", self.log.so_far());
            };
            self.printed.push(line.clone());
            if let Some(rest) = line.strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }

    /// The last word of the first line printed that begins like this, spaces before it aside.
    pub(crate) fn printed_word(&self, start: &str) -> String {
        let line = self.printed.iter().find(|line| line.trim_start().starts_with(start));
        let word = line.and_then(|line| line.split_whitespace().last());
        word.unwrap_or_else(|| panic!("nothing printed begins `{start}`")).to_owned()
    }

    pub(crate) fn log(&self) -> String {
        self.log.so_far()
    }

    /// The most memory that it ever held, bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .expect("Linux tells of its processes");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kibibytes.and_then(|text| text.parse::<u64>().ok()).expect("it is a number") * 1024
    }

    /// Asks it to end (SIGTERM).
    pub(crate) fn ask_to_stop(&self) {
        let id = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw);
        let id = id.expect("a process id is a small number");
        rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it runs");
    }

    /// Waits until it has ended, and gives all that it logged.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let status = ended(&mut self.process);
        let status = status.unwrap_or_else(|| panic!("it does not end: {}", self.log.so_far()));
        (status, self.log.whole())
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it is our child");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log.so_far());
        }
    }
}

fn ended(process: &mut Child) -> Option<ExitStatus> {
    for _ in 0..800 {
        if let Some(status) = process.try_wait().expect("it is our child") {
            return Some(status);
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    None
}

/// What a process writes to standard error.
struct Log {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    fn of(mut from: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut piece = [0; 8_192];
            while let Ok(length @ 1..) = from.read(&mut piece) {
                into.lock().expect("nobody panics").extend_from_slice(&piece[..length]);
            }
        });
        Self { text, reader: Mutex::new(Some(reader)) }
    }

    fn so_far(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("nobody panics")).into_owned()
    }

    /// All of it, once the process has ended.
    fn whole(&self) -> String {
        if let Some(reader) = self.reader.lock().expect("nobody panics").take() {
            reader.join().expect("it does not panic");
        }
        self.so_far()
    }
}
