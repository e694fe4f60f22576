use crate::support::{create, options, whole};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_postgres::{PostgresOptions, PostgresStore};
use desktop_delivery_postgres_testing::{Start, TestServer};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::fs;
use std::sync::Arc;
use tempfile::TempDir;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Starts a server whose certificate for these names is signed by a test authority. Returns it with
/// a folder that holds the authority's certificate in `roots.pem`.
fn server(names: &[&str]) -> (TestServer, TempDir) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(names).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("roots.pem"), authority.pem()).unwrap();
    let start = Start::new().with_certificate(&certificate.pem(), &key.serialize_pem());
    (start.with_password("s3cret").start(), folder)
}

/// Opens the database with these TLS settings; `{roots}` stands for the authority's file.
async fn open(
    server: &TestServer,
    folder: &TempDir,
    settings: &str,
) -> Result<(), (StoreErrorKind, String)> {
    let settings = settings.replace("{roots}", folder.path().join("roots.pem").to_str().unwrap());
    let address = format!("{}?{settings}", server.url("postgres"));
    match PostgresStore::open(&options(&address)).await {
        Ok(_) => Ok(()),
        Err(error) => Err((error.kind(), whole(&error))),
    }
}

async fn is_denied(server: &TestServer, folder: &TempDir, settings: &str, reason: &str) {
    let (kind, message) = open(server, folder, settings).await.unwrap_err();
    assert_eq!(kind, StoreErrorKind::Denied, "{settings}: {message}");
    assert!(message.contains(reason) && !message.contains("s3cret"), "{settings}: {message}");
}

#[tokio::test]
async fn sslmode_sets_how_far_certificates_are_verified() {
    let (server, folder) = server(&["localhost", "127.0.0.1"]);
    open(&server, &folder, "sslmode=verify-full&sslrootcert={roots}").await.unwrap();
    open(&server, &folder, "sslmode=verify-ca&sslrootcert={roots}").await.unwrap();
    open(&server, &folder, "sslmode=require").await.unwrap();
    is_denied(&server, &folder, "sslmode=verify-full", "UnknownIssuer").await;
    is_denied(&server, &folder, "sslmode=verify-ca", "UnknownIssuer").await;
    is_denied(&server, &folder, "sslmode=disable", "28000").await;
    is_denied(&server, &folder, "sslmode=verify-full&sslrootcert=/no/such/file", "sslrootcert")
        .await;
    // The connections of the store are encrypted.
    let roots = folder.path().join("roots.pem");
    let address =
        format!("{}?sslmode=verify-full&sslrootcert={}", server.url("postgres"), roots.display());
    create(&PostgresStore::open(&options(&address)).await.unwrap().ledger(), 1).await;
    let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = 'desktop-delivery'";
    assert_eq!(server.query("postgres", encrypted), "t\n");
}

#[tokio::test]
async fn verify_full_refuses_a_certificate_for_another_host() {
    let (server, folder) = server(&["db.example.org"]);
    is_denied(&server, &folder, "sslmode=verify-full&sslrootcert={roots}", "not valid for name")
        .await;
    open(&server, &folder, "sslmode=verify-ca&sslrootcert={roots}").await.unwrap();
}

#[tokio::test]
async fn a_connector_of_the_host_decides_on_the_certificate() {
    let (server, folder) = server(&["127.0.0.1"]);
    let mut config = tokio_postgres::Config::new();
    config.host("127.0.0.1").port(server.port()).user("postgres").password("s3cret");
    config.dbname("postgres");
    let options = || PostgresOptions::from_config(config.clone()).unwrap();
    let plain = PostgresStore::open(&options()).await.unwrap_err();
    assert_eq!(plain.kind(), StoreErrorKind::Denied, "loopback is not encrypted by default");
    let connector = |roots: RootCertStore| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let client = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap();
        MakeRustlsConnect::new(client.with_root_certificates(roots).with_no_client_auth())
    };
    let empty = connector(RootCertStore::empty());
    let refused = PostgresStore::open(&options().with_tls(empty)).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Denied, "{}", whole(&refused));
    let mut roots = RootCertStore::empty();
    let pem = fs::read(folder.path().join("roots.pem")).unwrap();
    roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    let store = PostgresStore::open(&options().with_tls(connector(roots))).await.unwrap();
    create(&store.ledger(), 1).await;
}
