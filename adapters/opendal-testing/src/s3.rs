//! How an S3 server of these tests is spoken to.

use opendal::{Operator, services};

/// The bucket that a server begins with.
pub const BUCKET: &str = "scans";
/// Who may do everything in it.
pub const ACCESS_KEY: &str = "AKIDDESKTOPDELIVERY";
/// With what.
pub const SECRET_KEY: &str = "kept-secret-by-the-operator";

/// Makes an operator for an S3 server of these tests, without layers.
///
/// # Panics
/// Where opendal cannot take the endpoint.
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
