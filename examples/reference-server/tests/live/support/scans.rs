use crate::support::desk::Desk;
use crate::support::server::Launch;
use desktop_delivery_opendal_testing::{Seaweed, s3};

/// An object store of files, and the settings of whoever keeps them there.
pub(crate) struct Scans(Seaweed);

impl Scans {
    pub(crate) async fn start() -> Self {
        Self(Seaweed::start().await)
    }

    /// Where it is.
    pub(crate) fn origin(&self) -> &str {
        &self.0.endpoint
    }

    pub(crate) fn of_server(&self, launch: Launch) -> Launch {
        self.settings().into_iter().fold(launch, |launch, (name, value)| launch.with(name, value))
    }

    pub(crate) fn of_command(&self, desk: Desk) -> Desk {
        self.settings().into_iter().fold(desk, |desk, (name, value)| desk.with(name, value))
    }

    pub(crate) fn settings(&self) -> [(&'static str, &str); 6] {
        [
            ("STORAGE__SERVICE", "s3"),
            ("STORAGE__OPTIONS__ENDPOINT", self.origin()),
            ("STORAGE__OPTIONS__REGION", "us-east-1"),
            ("STORAGE__OPTIONS__BUCKET", s3::BUCKET),
            ("STORAGE__OPTIONS__ACCESS_KEY_ID", s3::ACCESS_KEY),
            ("STORAGE__OPTIONS__SECRET_ACCESS_KEY", s3::SECRET_KEY),
        ]
    }
}
