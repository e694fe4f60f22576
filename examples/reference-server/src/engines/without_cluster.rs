//! Replaces `cluster` in a build without that feature.

use super::database::Database;
use crate::settings::{DatabaseSettings, StorageSettings};
use crate::startup_error::StartupError;
use desktop_delivery::BlobStore;
use std::future::{Ready, ready};
use std::sync::Arc;

/// Refuses the setting.
pub(super) fn database(_settings: &DatabaseSettings) -> Ready<Result<Database, StartupError>> {
    ready(Err(left_out("PostgreSQL", "database", "full")))
}

/// Refuses the setting.
pub(super) fn storage(
    settings: &StorageSettings,
) -> Ready<Result<Arc<dyn BlobStore>, StartupError>> {
    let feature = match &*settings.service {
        "azblob" => "full,azblob",
        "gcs" => "full,gcs",
        _ => "full",
    };
    ready(Err(left_out("object stores", "storage", feature)))
}

fn left_out(engine: &str, setting: &str, feature: &str) -> StartupError {
    StartupError::settings(format!(
        "this program was built without {engine}, which the setting {setting} requires"
    ))
    .with_remedy(format!(
        "build it with cargo build --release -p desktop-delivery-server --features {feature}, \
             or remove the setting {setting}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    #[tokio::test]
    async fn what_is_left_out_stops_the_start_with_the_feature_to_build_with() {
        let address = Zeroizing::new("postgres://desk:hush@db.example.org/desk".to_owned());
        let settings = DatabaseSettings { address, password_file: None, connections: None };
        let problem = database(&settings).await.expect_err("there is no PostgreSQL");
        assert_eq!(problem.exit_code(), 2);
        let text = problem.to_string();
        assert!(text.contains("without PostgreSQL"), "{text}");
        assert!(text.contains("--features full"), "{text}");
        assert!(!text.contains("hush"), "{text}");

        for (service, feature) in [("s3", "full"), ("azblob", "full,azblob"), ("gcs", "full,gcs")] {
            let settings =
                StorageSettings { service: service.to_owned(), ..StorageSettings::default() };
            let text = storage(&settings).await.expect_err("there is no store").to_string();
            assert!(text.contains(&format!("--features {feature}")), "{text}");
        }
    }
}
