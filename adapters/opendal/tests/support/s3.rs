use desktop_delivery_opendal::opendal::{self, Operator, services};

pub(crate) const BUCKET: &str = "scans";
pub(crate) const ACCESS_KEY: &str = "AKIDDESKTOPDELIVERY";
pub(crate) const SECRET_KEY: &str = "kept-secret-by-the-operator";

/// An operator for a server of these tests, without layers.
pub(crate) fn operator(endpoint: &str, secret: &str, root: &str) -> Operator {
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
