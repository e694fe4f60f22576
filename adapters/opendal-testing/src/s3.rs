//! Operators for the S3 servers of these tests.

use opendal::{Operator, services};

/// The bucket that exists from the start.
pub const BUCKET: &str = "scans";
/// The access key with all rights to the bucket.
pub const ACCESS_KEY: &str = "AKIDDESKTOPDELIVERY";
/// Its secret.
pub const SECRET_KEY: &str = "kept-secret-by-the-operator";

/// Returns an operator for an S3 server of these tests, without layers.
///
/// # Panics
/// If opendal rejects the endpoint.
#[must_use]
pub fn operator(endpoint: &str, secret: &str, root: &str) -> Operator {
    opendal::install_default();
    let service = services::S3::default()
        .endpoint(endpoint)
        .region("us-east-1")
        .bucket(BUCKET)
        .root(root)
        .access_key_id(ACCESS_KEY)
        .secret_access_key(secret)
        .disable_config_load()
        .disable_ec2_metadata();
    Operator::new(service).expect("the settings are whole")
}
