//! From shipping to the inbox through `Desk`: no notice is lost if the mail server is down.

mod support;

use bytes::Bytes;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger};
use desktop_delivery::notices::{NoticeFailure, NoticeState};
use desktop_delivery::participants::Channel;
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, Clock, Desk, Facts, FileName, KeyRing, NewFile, Participant, Parts,
    PublicAddress, RequestHandle, RequestReference, Shipment, StaffId, Status,
};
use desktop_delivery_mail::{Composer, Sender, SmtpNotifier, SmtpServer};
use futures_util::stream;
use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;
use support::{MailServer, NOW};

struct Library {
    desk: Desk,
    clock: Arc<ManualClock>,
    handle: RequestHandle,
}

fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("it is an id")
}

/// Ships a request to a partner without an account, with this address.
async fn shipped_to(address: &str, port: u16) -> Result<Library, Box<dyn Error>> {
    let clock = Arc::new(ManualClock::at(NOW));
    let sender = Sender::new("ill@consortium.example.org")?;
    let composer = Composer::new(sender).with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let server = SmtpServer::loopback().with_port(port);
    let notifier = SmtpNotifier::new(server, Arc::new(composer))?;
    let lakeside = Participant::new(agency("CA-BVAU"), "Lakeside University Library")
        .with_email("ill@lakeside.example.org");
    let harbour = Participant::new(agency("CA-OTU"), "Harbour College Library")
        .with_email(address)
        .with_channel(Channel::Email);
    let directory = MemoryDirectory::new().with_participant(lakeside).with_participant(harbour);
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    let desk = Desk::new(Parts {
        ledger: Arc::new(MemoryLedger::new()),
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(notifier),
        directory: Arc::new(directory),
        inspector: Arc::new(AcceptAll),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        entropy: Arc::new(CountingEntropy::default()),
        keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(2)),
        policies: Policies::default(),
        address: PublicAddress::new("https://ill.example.org")?,
    });
    let reference = RequestReference::new("2026-00417")?;
    let facts = Facts::new(reference, agency("CA-OTU"), agency("CA-BVAU"), "On tides");
    let handle = desk.sync(facts, Status::Pending, NOW).await?.handle;
    let staff = Actor::staff(agency("CA-BVAU"), StaffId::new("kim")?);
    let file = NewFile::new(FileName::new("tides.pdf")?);
    let bytes = stream::iter([Ok(Bytes::from_static(b"%PDF-1.7\n%%EOF\n"))]);
    desk.upload(handle, &staff, file, Box::pin(bytes)).await?;
    desk.ship(handle, &staff, Shipment::WithFiles).await?;
    Ok(Library { desk, clock, handle })
}

impl Library {
    async fn notice(&self) -> NoticeState {
        let found = self.desk.delivery(DeliveryKey::Handle(self.handle)).await;
        let delivery = found.expect("the ledger answers").expect("the request is there");
        assert_eq!(delivery.record.notices.len(), 1);
        delivery.record.notices[0].state
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    free.local_addr().expect("it is bound").port()
}

#[tokio::test]
async fn a_notice_waits_for_an_unavailable_server_and_is_sent_once() {
    let port = free_port();
    let library = shipped_to("ill@harbour.example.org", port).await.unwrap();
    let report = library.desk.run_due().await.unwrap();
    assert_eq!((report.notices_delayed, report.notices_sent), (1, 0), "{report:?}");
    assert_eq!(library.notice().await, NoticeState::Waiting { tries: 1 });

    let server = MailServer::start_at(port);
    // Sent once when due, however often the worker runs.
    assert_eq!(library.desk.run_due().await.unwrap().notices_sent, 0);
    library.clock.advance(60);
    assert_eq!(library.desk.run_due().await.unwrap().notices_sent, 1);
    library.clock.advance(86_400);
    assert_eq!(library.desk.run_due().await.unwrap().notices_sent, 0);
    assert!(matches!(library.notice().await, NoticeState::Sent { .. }));

    let inbox = server.inbox();
    assert_eq!(inbox.len(), 1);
    let link = inbox[0].lines().find(|line| line.starts_with("https://")).unwrap();
    let token = link.strip_prefix("https://ill.example.org/d/").unwrap();
    let view = library.desk.open_link(token).await.unwrap();
    assert_eq!((view.files.len(), view.files[0].left), (1, 5));
}

#[tokio::test]
async fn an_address_rejected_by_the_server_is_recorded_as_failed() {
    let server = MailServer::start();
    let library = shipped_to("unknown@example.org", server.port).await.unwrap();
    assert_eq!(library.desk.run_due().await.unwrap().notices_ended, 1);
    let reason = NoticeFailure::Refused;
    assert_eq!(library.notice().await, NoticeState::Failed { at: NOW, reason });
    assert!(server.inbox().is_empty());
}
