use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The how-to whose configurations are tested.
const GUIDE: &str = include_str!("../../../../../docs/how-to/deploy.md");
/// The data folder in the how-to.
const DATA: &str = "/var/lib/desktop-delivery";

/// A front server on a free port, with the configuration of the how-to; killed on drop. Its workers
/// run as `www-data`, so it must be started as root.
pub(crate) struct Front {
    process: Child,
    pub(crate) address: String,
    folder: PathBuf,
}

impl Front {
    /// The address from which it connects, which is not that of other clients.
    pub(crate) const ADDRESS: &str = "127.0.0.2";

    /// Starts nginx with its files in `place`, in front of the server at this address, whose data
    /// folder is `place/data`.
    pub(crate) fn nginx(place: &Path, server: &str) -> Self {
        let (folder, port) = (prepare(place, "nginx"), free_port());
        let site = block("nginx", "listen 443");
        let site = site.split("\n\nserver {").next().expect("the redirect of http comes second");
        let mut own = String::new();
        for line in site.lines().filter(|line| !line.contains("ssl_certificate")) {
            match line.trim() {
                "listen 443 ssl http2;" => {
                    let _ = writeln!(own, "listen 127.0.0.1:{port}; proxy_bind {};", Self::ADDRESS);
                }
                "listen [::]:443 ssl http2;" => {}
                _ => {
                    let _ = writeln!(own, "{line}");
                }
            }
        }
        let (own, _) = own.trim_end().rsplit_once('}').expect("the block ends");
        let own = own.replace("http://127.0.0.1:8080", server);
        let location = block("nginx", "internal;").replace(DATA, &data(place));
        let text = format!(
            "daemon off; pid nginx.pid; error_log error.log; user www-data;\n\
             events {{}}\n\
             http {{ access_log access.log; gzip on; gzip_types application/pdf; gzip_proxied any;\n\
             client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
             scgi_temp_path scgi; uwsgi_temp_path uwsgi;\n\
             {own}\n{location}\n}} }}\n"
        );
        fs::write(folder.join("nginx.conf"), text).expect("the folder is writable");
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(&folder).args(["-e", "error.log", "-c", "nginx.conf"]);
        Self::start(command, folder, port)
    }

    /// Starts Apache likewise.
    pub(crate) fn apache(place: &Path, server: &str) -> Self {
        let (folder, port) = (prepare(place, "apache"), free_port());
        let modules: String = ["mpm_event", "authz_core", "proxy", "proxy_http", "xsendfile"]
            .iter()
            .map(|name| {
                format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n")
            })
            .collect();
        let own = block("apache", "XSendFile on").replace(DATA, &data(place));
        let text = format!(
            "{modules}PidFile apache.pid\nErrorLog error.log\nUser www-data\nGroup www-data\n\
             ServerName localhost\nListen 127.0.0.1:{port}\n\
             ProxyPass / {server}/\nProxySourceAddress {}\n{own}\n",
            Self::ADDRESS
        );
        fs::write(folder.join("apache.conf"), text).expect("the folder is writable");
        let mut command = Command::new("/usr/sbin/apache2");
        command.arg("-d").arg(&folder).arg("-f").arg(folder.join("apache.conf"));
        command.arg("-DFOREGROUND");
        Self::start(command, folder, port)
    }

    fn start(mut command: Command, folder: PathBuf, port: u16) -> Self {
        let process = command.stdin(Stdio::null()).spawn().expect("./test installs it");
        let front = Self { process, address: format!("http://127.0.0.1:{port}"), folder };
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return front;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it does not listen: {}", front.logs());
    }

    /// Sends a GET request with exactly this path, and returns the response.
    pub(crate) async fn raw(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let mut text = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let address = self.address.trim_start_matches("http://").to_owned();
        let exchange = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).expect("it listens");
            stream.write_all(format!("{text}\r\n").as_bytes()).expect("it reads");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).expect("it answers");
            String::from_utf8_lossy(&answer).into_owned()
        });
        exchange.await.expect("it does not panic")
    }

    /// Returns what it logged, requests and errors.
    pub(crate) fn logs(&self) -> String {
        let read = |name| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        format!("{}{}", read("access.log"), read("error.log"))
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        crate::support::processes::send_signal(self.process.id(), rustix::process::Signal::TERM);
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("the front server's logs:\n{}", self.logs());
        }
    }
}

/// Runs the commands of the how-to that let the front server read the files.
pub(crate) fn grant_access(data: &Path) {
    // As systemd does.
    fs::set_permissions(data, fs::Permissions::from_mode(0o710)).expect("it is ours");
    let data = data.to_str().expect("it is text");
    let commands = GUIDE.lines().filter_map(|line| line.strip_prefix("# setfacl "));
    let mut count = 0;
    for arguments in commands {
        let arguments = arguments.replace(DATA, data);
        let done = Command::new("setfacl").args(arguments.split(' ')).status();
        assert!(done.expect("./test installs it").success(), "setfacl {arguments}");
        count += 1;
    }
    assert_eq!(count, 2, "the how-to has two commands");
}

/// Returns the code block of this language in the how-to that contains this text.
fn block(language: &str, text: &str) -> String {
    let start = format!("```{language}\n");
    let blocks = GUIDE.split(&start).skip(1).filter_map(|rest| rest.split("\n```").next());
    let mut found = blocks.filter(|block| block.contains(text));
    found.next().unwrap_or_else(|| panic!("the how-to has no {language} with `{text}`")).to_owned()
}

fn data(place: &Path) -> String {
    place.join("data").to_str().expect("it is text").to_owned()
}

/// Creates the folder of a front server, below which its user can go.
fn prepare(place: &Path, name: &str) -> PathBuf {
    let folder = place.join(name);
    fs::create_dir(&folder).expect("it is new");
    for path in [place, &folder] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o711)).expect("it is ours");
    }
    folder
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}
