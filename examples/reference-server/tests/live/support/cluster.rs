use crate::support::caller::{Answer, Caller};
use crate::support::desk::Desk;
use crate::support::patron::Patron;
use crate::support::processes::{Process, family, send_signal};
use crate::support::until;
use rustix::process::Signal;
use serde_json::json;
use std::fs::{self, File, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;
use tempfile::TempDir;

/// Three nodes behind nginx, started by `examples/cluster/run`; stopped on drop.
pub(crate) struct Cluster {
    script: Child,
    /// The address of nginx.
    pub(crate) address: String,
    /// The address of each node.
    pub(crate) nodes: Vec<String>,
    pub(crate) folder: PathBuf,
    /// The client of the host, through nginx.
    pub(crate) host: Caller,
    /// The client of the lending library's staff, through nginx.
    pub(crate) lender: Caller,
    printed: Vec<String>,
    /// The folder for the script's temporary files and errors.
    place: TempDir,
}

/// Returns the command of the script, which keeps everything in a folder.
pub(crate) fn script(place: &Path) -> Command {
    // PostgreSQL runs under its own account and needs access to its folder.
    fs::set_permissions(place, Permissions::from_mode(0o711)).expect("it is ours");
    // Ends with the thread of the test, however that ends.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM", "--"]);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../cluster/run"));
    command.env("TMPDIR", place).env("DESK", env!("CARGO_BIN_EXE_desk"));
    command.stdin(Stdio::null());
    command
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder can be made");
        let errors = File::create(place.path().join("errors")).expect("it is writable");
        let mut command = script(place.path());
        let mut script =
            command.stdout(Stdio::piped()).stderr(errors).spawn().expect("setpriv is there");
        let out = BufReader::new(script.stdout.take().expect("it is piped"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let nobody = Caller::new("", None);
        let mut cluster = Self {
            script,
            address: String::new(),
            nodes: Vec::new(),
            folder: PathBuf::new(),
            host: nobody.clone(),
            lender: nobody,
            printed: Vec::new(),
            place,
        };
        while cluster.printed.last().is_none_or(|line| !line.starts_with("Press Ctrl-C")) {
            match lines.recv_timeout(Duration::from_secs(120)) {
                Ok(line) => cluster.printed.push(line),
                Err(_) => panic!(
                    "the script did not report that the cluster is running: {}",
                    cluster.errors()
                ),
            }
        }
        cluster.address = cluster.word_behind("The cluster is at ");
        cluster.nodes =
            (1..=3).map(|number| cluster.word_behind(&format!("Node {number} is at "))).collect();
        cluster.folder = cluster.word_behind("Its folder is ").into();
        let key = |start| Some(cluster.last_word_behind(start));
        let (host, lender) = (key("API key of the host:"), key("API key of the lending"));
        cluster.host = Caller::new(&cluster.address, host.as_deref());
        cluster.lender = Caller::new(&cluster.address, lender.as_deref());
        cluster
    }

    /// Returns the rest of the line that begins with this text.
    fn behind(&self, start: &str) -> &str {
        let mut rest = self.printed.iter().filter_map(|line| line.trim().strip_prefix(start));
        rest.next().unwrap_or_else(|| panic!("nothing printed begins `{start}`"))
    }

    fn word_behind(&self, start: &str) -> String {
        self.behind(start).split([' ', ',']).next().unwrap_or_default().to_owned()
    }

    pub(crate) fn last_word_behind(&self, start: &str) -> String {
        self.behind(start).split_whitespace().last().unwrap_or_default().to_owned()
    }

    fn errors(&self) -> String {
        fs::read_to_string(self.place.path().join("errors")).unwrap_or_default()
    }

    /// Returns the process id of a part.
    pub(crate) fn process(&self, part: &str) -> u32 {
        let text = fs::read_to_string(self.folder.join(format!("{part}.pid")));
        text.expect("the script writes it").trim().parse().expect("it is a number")
    }

    /// Kills a node as a power failure would.
    pub(crate) fn kill(&self, node: usize) {
        send_signal(self.process(&format!("node-{node}")), Signal::KILL);
    }

    /// Restarts a killed node.
    pub(crate) async fn start_again(&self, node: usize) {
        let part = format!("node-{node}");
        let process = self.process(&part);
        until("the killed node to be gone", || async {
            (!Path::new(&format!("/proc/{process}")).exists()).then_some(())
        })
        .await;
        self.order(&format!("start {node}"));
        until("another process", || async { (self.process(&part) != process).then_some(()) }).await;
        self.all_are_well().await;
    }

    /// Kills PostgreSQL as a crash would, and restarts it.
    pub(crate) async fn restart_postgres(&self) {
        let process = self.process("postgres");
        self.order("restart postgres");
        until("another process", || async { (self.process("postgres") != process).then_some(()) })
            .await;
        self.all_are_well().await;
    }

    async fn all_are_well(&self) {
        for node in &self.nodes {
            let caller = Caller::new(node, None);
            until("a node that is well", || async {
                let asked = caller.request(reqwest::Method::GET, "/healthz");
                let answer = crate::support::caller::try_send(asked).await.ok()?;
                (answer.status == 200).then_some(())
            })
            .await;
        }
    }

    fn order(&self, line: &str) {
        fs::write(self.folder.join("control"), format!("{line}\n")).expect("the script reads it");
    }

    /// The operator's command with the settings of a node.
    pub(crate) fn desk(&self, node: usize) -> Desk {
        let settings = self.folder.join(format!("node-{node}.toml"));
        let settings = settings.to_str().expect("it is text").to_owned();
        Desk::on(&self.folder.join(format!("node-{node}"))).with("CONFIG", &settings)
    }

    /// Returns the node that responded through nginx: the last one if several were tried.
    pub(crate) fn who_answered(&self, answer: &str) -> usize {
        let last = answer.rsplit([' ', ',']).next().unwrap_or_default();
        let found = self.nodes.iter().position(|node| node.ends_with(last) && !last.is_empty());
        found.map(|place| place + 1).unwrap_or_else(|| panic!("no node is at `{answer}`"))
    }

    /// Ships a request with these bytes and this limit. Returns it with its patron, through nginx.
    pub(crate) async fn shipped(
        &self,
        reference: &str,
        downloads: u64,
        bytes: &[u8],
        patron: &str,
    ) -> (String, Patron) {
        let news = json!({
            "reference": reference, "requester": "CA-BVAU", "supplier": "CA-OTU",
            "title": "On Ice Ages", "patron": patron, "status": "pending",
        });
        let known = self.host.post("/api/v1/requests", news).await.expect(200).json();
        let request = format!("/api/v1/requests/{}", known["handle"].as_str().expect("it is text"));
        let name = format!("ice.pdf?downloads={downloads}");
        self.lender.upload(&request, &name, bytes.to_vec()).await.expect(201);
        self.lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
        let patron = Patron::new(&self.address, &link(&self.host, &request).await);
        (request, patron)
    }

    /// Returns the counted downloads of a request's file.
    pub(crate) async fn used(&self, request: &str) -> u64 {
        let view = self.lender.get(request).await.expect(200).json();
        let budgets = view["files"][0]["budgets"].as_array().expect("it is a list");
        budgets.iter().map(|budget| budget["used"].as_u64().expect("it is a number")).sum()
    }

    /// Stops the script. Returns its status, its processes before the stop, and its folder.
    pub(crate) fn stop(mut self) -> (ExitStatus, Vec<Process>, TempDir) {
        let processes = family(self.script.id());
        send_signal(self.script.id(), Signal::TERM);
        let status = self.script.wait().expect("it is our child");
        let place = tempfile::tempdir().expect("a temporary folder can be made");
        (status, processes, std::mem::replace(&mut self.place, place))
    }
}

/// Returns a link for the patron, signed by the node that this client reaches.
pub(crate) async fn link(host: &Caller, request: &str) -> String {
    let audience = json!({ "audience": "patron" });
    let issued = host.post(&format!("{request}/links"), audience).await.expect(200).json();
    issued["url"].as_str().expect("it is text").to_owned()
}

/// Returns the address of the node that sent a response, as reported by nginx.
pub(crate) fn node_of(answer: &Answer) -> &str {
    answer.header("x-node")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the script's errors:\n{}", self.errors());
            for number in 1..=3 {
                let log = self.folder.join(format!("node-{number}.log"));
                let log = fs::read_to_string(log).unwrap_or_default();
                let lines: Vec<&str> = log.lines().filter(|line| !line.contains("INFO")).collect();
                eprintln!("node {number}:\n{}", lines.join("\n"));
            }
        }
        if self.script.try_wait().ok().flatten().is_none() {
            send_signal(self.script.id(), Signal::TERM);
            let _ = self.script.wait();
        }
    }
}
