//! Shared test support: a mail server, certificates and notices.

#![expect(dead_code, reason = "each test uses a part of it")]

use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::{
    LinkUrl, NoticeFile, NoticeKind, NoticeProblem, OutgoingNotice, Recipient,
};
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::time::{Date, ManualClock};
use desktop_delivery::{
    AgencyId, AttachmentNo, Contact, Language, Participant, RequestHandle, Timestamp,
};
use desktop_delivery_mail::{Composer, Sender};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// A link on a host name of ordinary length: 70 characters.
pub(crate) const LINK: &str =
    "https://ill.example.org/d/AQEAAAECAwQFBgcABWkqPkAdCfKq3ZQ0mM5c7x9_Hg-y";

/// 2026-11-24T10:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_514_400);

/// Every notice that the core creates.
pub(crate) const NOTICES: [(NoticeKind, Recipient); 12] = [
    (NoticeKind::CancelRequested, Recipient::SupplierStaff),
    (NoticeKind::MoreGranted, Recipient::Partner),
    (NoticeKind::MoreGranted, Recipient::Patron),
    (NoticeKind::MoreGranted, Recipient::RequesterStaff),
    (NoticeKind::MoreRequested, Recipient::SupplierStaff),
    (NoticeKind::ProblemAnswered, Recipient::RequesterStaff),
    (NoticeKind::ProblemReported, Recipient::SupplierStaff),
    (NoticeKind::Received, Recipient::Patron),
    (NoticeKind::Replaced, Recipient::Partner),
    (NoticeKind::Replaced, Recipient::Patron),
    (NoticeKind::Replaced, Recipient::RequesterStaff),
    (NoticeKind::Shipped, Recipient::Partner),
];

/// Returns the composer of an installation at example.org, with a fixed clock.
pub(crate) fn composer() -> Composer {
    let sender = Sender::new("ill@consortium.example.org").expect("it is an address");
    Composer::new(sender).with_clock(Arc::new(ManualClock::at(NOW)))
}

pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).expect("it is an address")
}

/// Returns the notice that most tests send: received, to the patron.
pub(crate) fn received(no: u32) -> OutgoingNotice {
    notice(no, NoticeKind::Received, Recipient::Patron, Language::ENGLISH)
}

/// Returns a notice with all optional values.
pub(crate) fn notice(
    no: u32,
    kind: NoticeKind,
    to: Recipient,
    language: Language,
) -> OutgoingNotice {
    let agency = |id: &str| AgencyId::new(id).expect("it is an id");
    let has_link = matches!(to, Recipient::Partner | Recipient::Patron);
    let mut file = NoticeFile::new(AttachmentNo::new(1), "tides.pdf", 1_400_000);
    file.description = "Pages 12 to 31".to_owned();
    file.downloads_left = 5;
    file.last_day = Date::new(2027, 2, 22);
    file.recalled_on = Date::new(2026, 11, 24).filter(|_| kind == NoticeKind::Replaced);
    let mut notice = OutgoingNotice::new(
        (
            format!("000102ab040506ff.{no}"),
            RequestHandle::from_bytes([0, 1, 2, 0xab, 4, 5, 6, 0xff]),
        ),
        (kind, to),
        (
            Contact::new("Carla Santos", "carla.santos@example.org").with_language(language),
            address("carla.santos@example.org"),
        ),
        Participant::new(agency("CA-BVAU"), "Lakeside University Library")
            .with_email("ill@lakeside.example.org"),
        Participant::new(agency("CA-OTU"), "Harbour College Library"),
    );
    notice.title = "On the tides of inland seas".to_owned();
    notice.request_no = "2026-00417".to_owned();
    notice.files = vec![file];
    notice.link = has_link.then(|| LinkUrl::new(LINK.to_owned()));
    notice.problems =
        vec![NoticeProblem::new(ProblemKind::MissingPage, "Page 19 comes after page 17.")];
    notice.note = "The last page is cut off.\nCould you scan it again?".to_owned();
    notice
}

/// Formats an error with all its sources, as in a log.
pub(crate) fn whole_text(error: &NotifyError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(" {cause}"));
        source = cause.source();
    }
    text
}

/// A certificate of a test authority, by default for this machine.
pub(crate) struct Certificate {
    pub(crate) authority_pem: String,
    pub(crate) chain_pem: String,
    pub(crate) key_pem: String,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        Self::of(&["127.0.0.1", "localhost"])
    }

    pub(crate) fn of(hosts: &[&str]) -> Self {
        use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
        let authority_key = KeyPair::generate().expect("a key can be made");
        let mut authority = CertificateParams::new(Vec::new()).expect("no names are right");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_pem =
            authority.self_signed(&authority_key).expect("the parameters are whole").pem();
        let key = KeyPair::generate().expect("a key can be made");
        let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let own = CertificateParams::new(names).expect("the names are right");
        let issuer = Issuer::from_params(&authority, &authority_key);
        let chain_pem = own.signed_by(&key, &issuer).expect("the parameters are whole").pem();
        Self { authority_pem, chain_pem, key_pem: key.serialize_pem() }
    }

    pub(crate) fn write_to(&self, folder: &Path) -> (PathBuf, PathBuf) {
        let (chain, key) = (folder.join("server.pem"), folder.join("server.key"));
        fs::write(&chain, &self.chain_pem).expect("the folder is writable");
        fs::write(&key, &self.key_pem).expect("the folder is writable");
        (chain, key)
    }
}

/// aiosmtpd, a real SMTP server, as a separate process, which is stopped on drop.
pub(crate) struct MailServer {
    process: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub(crate) port: u16,
    folder: TempDir,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        Self::start_with(&[], 0, "")
    }

    pub(crate) fn start_with_tls(certificate: &Certificate) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (chain, key) = certificate.write_to(folder.path());
        let server = Self::start_with(&[&chain, &key], 0, "");
        drop(folder);
        server
    }

    pub(crate) fn start_at(port: u16) -> Self {
        Self::start_with(&[], port, "")
    }

    /// Starts a server that accepts mail only after authentication, and only supports LOGIN.
    pub(crate) fn start_with_password(password: &str) -> Self {
        Self::start_with(&[], 0, password)
    }

    /// Starts a server that offers only these extensions, of `8BITMIME` and `SMTPUTF8`.
    pub(crate) fn start_with_extensions(names: &str) -> Self {
        Self::start_offering(names, &[], 0, "")
    }

    fn start_with(more: &[&Path], port: u16, password: &str) -> Self {
        Self::start_offering("8BITMIME", more, port, password)
    }

    fn start_offering(names: &str, more: &[&Path], port: u16, password: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut process = Command::new("python3")
            // It warns about settings that the tests need.
            .args(["-W", "ignore", "-c", include_str!("smtp_server.py")])
            .arg(folder.path())
            .args(more)
            .env("SMTP_PORT", port.to_string())
            .env("SMTP_PASSWORD", password)
            .env("SMTP_OFFERS", names)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 is needed: apt-get install python3");
        let orders = process.stdin.take().expect("it is piped");
        let mut answers = BufReader::new(process.stdout.take().expect("it is piped"));
        let reply = line(&mut answers);
        let port = reply
            .strip_prefix("port ")
            .and_then(|port| port.parse().ok())
            .expect("aiosmtpd did not start; is it there? pip install aiosmtpd");
        Self { process, orders, answers, port, folder }
    }

    pub(crate) fn hang_up(&mut self) {
        assert_eq!(self.ask("hang up"), "done");
    }

    pub(crate) fn connections(&mut self) -> usize {
        self.ask("connections").parse().expect("it answers with a number")
    }

    fn ask(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").expect("the server runs");
        line(&mut self.answers)
    }

    /// Returns the raw accepted messages, oldest first, each preceded by a line of the test server.
    pub(crate) fn inbox(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.path())
            .expect("the folder is there")
            .map(|entry| entry.expect("the folder is readable").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        files.sort();
        files.iter().map(|path| fs::read_to_string(path).expect("messages are UTF-8")).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may already have exited.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn line(answers: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    answers.read_line(&mut line).expect("the server's answers are readable");
    line.trim_end().to_owned()
}
