//! Debian's Postfix as a private instance, with its own settings, queue and port,
//! STARTTLS, and authentication by Cyrus SASL.

use crate::support::Certificate;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const USER: &str = "ill";
pub(crate) const PASSWORD: &str = "s3cret";

/// Runs until it is dropped. Accepts mail only for `carla.santos@example.org`, and only after
/// authentication over TLS.
pub(crate) struct Postfix {
    master: Child,
    pub(crate) port: u16,
    folder: TempDir,
}

const MASTER: &str = "/usr/lib/postfix/sbin/master";
const HOW_TO_INSTALL: &str = "is needed: apt-get install postfix sasl2-bin libsasl2-modules";

impl Postfix {
    pub(crate) fn start(certificate: &Certificate) -> Self {
        assert!(Path::new(MASTER).exists(), "{MASTER} {HOW_TO_INSTALL}");
        assert!(rustix::process::geteuid().is_root(), "Postfix starts only as root: run as root");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let root = folder.path();
        // Postfix runs as its own user.
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).expect("it is ours");
        let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let port = free.local_addr().expect("it is bound").port();
        configure(root, port, certificate);
        make_user(root);
        run(Command::new("/usr/sbin/postfix").arg("-c").arg(root.join("conf")).arg("check"));
        drop(free);
        let master = Command::new(MASTER)
            .args(["-d", "-c"])
            .arg(root.join("conf"))
            .stdin(Stdio::null())
            .spawn()
            .expect("it is there");
        let mut postfix = Self { master, port, folder };
        postfix.wait_for_greeting();
        postfix
    }

    /// Waits for the first delivered message, and returns all of them.
    pub(crate) async fn delivered(&self) -> Vec<String> {
        let new = self.folder.path().join("mail/carla/new");
        for _ in 0..1_000 {
            let found: Vec<PathBuf> = fs::read_dir(&new)
                .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
                .unwrap_or_default();
            if !found.is_empty() {
                return found
                    .iter()
                    .map(|path| fs::read_to_string(path).expect("messages are ASCII"))
                    .collect();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("Postfix delivered nothing: {}", self.log());
    }

    fn wait_for_greeting(&mut self) {
        for _ in 0..1_000 {
            let stream = TcpStream::connect(("127.0.0.1", self.port));
            let ended = self.master.try_wait().expect("it is our child");
            assert!(ended.is_none(), "Postfix ended: {}", self.log());
            let mut line = String::new();
            if let Ok(stream) = stream
                && BufReader::new(stream).read_line(&mut line).is_ok()
                && line.starts_with("220")
            {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("Postfix does not answer: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // When stopped, the master process also stops its children.
        if let Ok(id) = i32::try_from(self.master.id())
            && let Some(id) = rustix::process::Pid::from_raw(id)
        {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        let _ = self.master.wait();
    }
}

fn configure(root: &Path, port: u16, certificate: &Certificate) {
    for folder in ["conf/sasl", "queue", "data", "mail"] {
        fs::create_dir_all(root.join(folder)).expect("the folder is writable");
    }
    let (uid, gid) = (id("-u"), id("-g"));
    for folder in ["data", "mail"] {
        chown(root.join(folder), Some(uid), Some(gid)).expect("we are root");
    }
    let (chain, key) = certificate.write_to(&root.join("conf"));
    let (root_text, chain, key) = (root.display(), chain.display(), key.display());
    let main = format!(
        "compatibility_level = 3.6
queue_directory = {root_text}/queue
data_directory = {root_text}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {root_text}/log
maillog_file_prefixes = {root_text}
myhostname = smtp.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
smtpd_tls_security_level = may
smtpd_tls_cert_file = {chain}
smtpd_tls_key_file = {key}
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = example.org
cyrus_sasl_config_path = {root_text}/conf/sasl
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
virtual_mailbox_domains = example.org
virtual_mailbox_base = {root_text}/mail
virtual_mailbox_maps = inline:{{carla.santos@example.org=carla/}}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"
    );
    let services = format!(
        "127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"
    );
    let sasl = format!(
        "pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
sasldb_path: {root_text}/sasldb
"
    );
    for (name, text) in [("main.cf", main), ("master.cf", services), ("sasl/smtpd.conf", sasl)] {
        fs::write(root.join("conf").join(name), text).expect("the folder is writable");
    }
}

fn make_user(root: &Path) {
    let database = root.join("sasldb");
    let mut process = Command::new("/usr/sbin/saslpasswd2")
        .args(["-p", "-c", "-u", "example.org", "-f"])
        .arg(&database)
        .arg(USER)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap_or_else(|_| panic!("saslpasswd2 {HOW_TO_INSTALL}"));
    let mut input = process.stdin.take().expect("it is piped");
    std::io::Write::write_all(&mut input, PASSWORD.as_bytes()).expect("it reads the password");
    drop(input);
    assert!(process.wait().expect("it is our child").success());
    chown(&database, Some(id("-u")), Some(id("-g"))).expect("we are root");
}

/// Returns the ids of the Postfix user.
fn id(which: &str) -> u32 {
    let output = Command::new("id").args([which, "postfix"]).output().expect("id is everywhere");
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.parse().unwrap_or_else(|_| panic!("the user postfix {HOW_TO_INSTALL}"))
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|_| panic!("{command:?} {HOW_TO_INSTALL}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
}
