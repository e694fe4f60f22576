use crate::support::{options, whole};
use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_postgres::PostgresStore;
use desktop_delivery_postgres_testing::Start;
use std::net::TcpListener;
use std::time::Duration;

async fn refused(address: &str) -> StoreError {
    let options = options(address).with_timeout(Duration::from_secs(1));
    let opened = tokio::time::timeout(Duration::from_secs(9), PostgresStore::open(&options)).await;
    opened.expect("opening times out").expect_err("it does not open")
}

#[tokio::test]
async fn refused_connections_give_a_reason_without_the_password() {
    let server = Start::new().with_password("s3cret-of-desk").start();
    let address = server.url("postgres");
    PostgresStore::open(&options(&address)).await.unwrap();
    let cases = [
        address.replace("of-desk", "of-nobody"),
        address.replace(":s3cret-of-desk", ""),
        address.replace("postgres:s3", "nobody:s3"),
        address.replace("/postgres", "/no_such_database"),
        format!("{address}?sslmode=require"),
    ];
    for case in cases {
        let error = refused(&case).await;
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{}", whole(&error));
        assert!(!whole(&error).contains("s3cret"), "{}", whole(&error));
    }
    let elsewhere =
        options(&address.replace(":s3cret-of-desk", "")).with_password("s3cret-of-desk");
    PostgresStore::open(&elsewhere).await.unwrap();
}

#[tokio::test]
async fn an_unreachable_or_silent_server_times_out() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let silent_port = silent.local_addr().unwrap().port();
    let gone = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let gone_port = gone.local_addr().unwrap().port();
    drop(gone);
    for port in [silent_port, gone_port] {
        let error = refused(&format!("postgres://desk:s3cret@127.0.0.1:{port}/delivery")).await;
        assert!(error.is_transient(), "{}", whole(&error));
    }
    let error = refused("postgres://desk@%2Fno%2Fsuch%2Ffolder/delivery").await;
    assert!(error.is_transient(), "{}", whole(&error));
}
