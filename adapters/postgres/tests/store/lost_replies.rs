use crate::support::{SERVER, assert_whole, count, create, handle, load, node};
use desktop_delivery::Ledger;
use desktop_delivery::ledger::CommitOutcome;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const PASS: u8 = 0;
const CUT_BEFORE_COMMIT: u8 = 1;
const CUT_AFTER_COMMIT: u8 = 2;

/// Runs a proxy between a node and the server that cuts the connection when a commit passes.
async fn proxy(command: Arc<AtomicU8>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (node, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(("127.0.0.1", SERVER.port())).await.unwrap();
            tokio::spawn(forward(node, server, Arc::clone(&command)));
        }
    });
    port
}

async fn forward(mut node: TcpStream, mut server: TcpStream, command: Arc<AtomicU8>) {
    let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = node.read(&mut up) => {
                let Ok(read @ 1..) = read else { return };
                let is_commit = up[..read].windows(6).any(|window| window == b"COMMIT");
                let order = if is_commit { command.swap(PASS, Ordering::SeqCst) } else { PASS };
                if order == CUT_BEFORE_COMMIT || server.write_all(&up[..read]).await.is_err() {
                    return;
                }
                if order == CUT_AFTER_COMMIT {
                    // The server's answer shows that the commit is done, but the node does not
                    // receive it.
                    let mut answer = Vec::new();
                    while !answer.windows(6).any(|window| window == b"COMMIT") {
                        let read = server.read(&mut down).await.unwrap();
                        answer.extend_from_slice(&down[..read]);
                    }
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(read @ 1..) = read else { return };
                if node.write_all(&down[..read]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outcome_of_a_lost_reply_can_be_looked_up() {
    let database = SERVER.create_database();
    let command = Arc::new(AtomicU8::new(PASS));
    let port = proxy(Arc::clone(&command)).await;
    let store = node(&format!("postgres://postgres@127.0.0.1:{port}/{database}")).await;
    let ledger = store.ledger();
    create(&ledger, 1).await;
    for order in [CUT_BEFORE_COMMIT, CUT_AFTER_COMMIT, CUT_AFTER_COMMIT, CUT_BEFORE_COMMIT] {
        let before = load(&ledger, 1).await;
        // With a record, so that the commit takes the path with two round trips.
        let change = desktop_delivery::ledger::Change {
            record: Some(before.record.clone()),
            ..count(&before)
        };
        let id = change.commit_id;
        command.store(order, Ordering::SeqCst);
        let error = ledger.commit(change.clone()).await.unwrap_err();
        assert!(error.is_transient(), "{error:?}");
        let made = (order == CUT_AFTER_COMMIT).then_some(before.revision + 1);
        assert_eq!(ledger.committed(handle(1), id).await.unwrap(), made);
        // Repeating the change succeeds only if it was not committed.
        let again = ledger.commit(change).await.unwrap();
        let expected = match made {
            Some(_) => CommitOutcome::Stale,
            None => CommitOutcome::Committed { revision: before.revision + 1 },
        };
        assert_eq!(again, expected);
        assert_whole(&ledger, 1).await;
    }
}
