use super::errors;
use super::output::Output;
use crate::assemble::Server;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use desktop_delivery::StaffView;
use desktop_delivery::{Actor, Desk, PublicAddress, RequestHandle, RequestReference};
use desktop_delivery_archive::Lock;

/// The parts of the server for a command that runs beside it.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) server: Server,
    pub(super) settings: Settings,
    pub(super) output: Output,
}

impl Work {
    /// Opens the parts for a command that prints no addresses.
    pub(super) async fn begin(settings: Settings, output: Output) -> Result<Self, StartupError> {
        let address = match address(&settings)? {
            Some(address) => address,
            None => settings.own_address(settings.listen)?,
        };
        let server = Server::beside(&settings, address).await?;
        Ok(Self { server, settings, output })
    }

    /// Opens the parts for a command that prints or mails links.
    pub(super) async fn begin_with_address(
        settings: Settings,
        output: Output,
    ) -> Result<Self, StartupError> {
        if address(&settings)?.is_none() {
            return Err(StartupError::settings("the public address of the server is not known")
                .with_remedy("set DESKTOP_DELIVERY_ADDRESS, or start the server first"));
        }
        Self::begin(settings, output).await
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.server.desk
    }

    /// Returns the request with this reference or handle.
    pub(super) async fn find(&self, name: &str) -> Result<RequestHandle, StartupError> {
        let unreadable = || errors::failed("could not look up the request");
        let reference = RequestReference::new(name)
            .map_err(|error| errors::invalid("could not look up the request", error))?;
        if let Some(handle) = self.desk().find(&reference).await.map_err(unreadable())? {
            return Ok(handle);
        }
        if let Ok(handle) = RequestHandle::parse(name) {
            match self.desk().staff_view(handle, &Actor::Host).await {
                Ok(_) => return Ok(handle),
                Err(desktop_delivery::Error::Refused(_)) => {}
                Err(error) => return Err(unreadable()(error)),
            }
        }
        Err(StartupError::plain(format!("there is no request {name}"))
            .with_remedy("to see the requests, run desk request list"))
    }

    /// Returns the request as seen by the host.
    pub(super) async fn view(
        &self,
        name: &str,
    ) -> Result<(RequestHandle, StaffView), StartupError> {
        let handle = self.find(name).await?;
        let view = self.desk().staff_view(handle, &Actor::Host).await;
        Ok((handle, view.map_err(errors::failed("could not show the request"))?))
    }
}

/// Returns the public address: as set, or else that of a running server, or else the default.
fn address(settings: &Settings) -> Result<Option<PublicAddress>, StartupError> {
    if settings.address.is_none() {
        if let Some(address) = Lock::holder(&settings.data) {
            return Ok(Some(address));
        }
        let listen = settings.listen;
        if listen.port() == 0 || !listen.ip().to_canonical().is_loopback() {
            return Ok(None);
        }
    }
    settings.public_address(settings.listen).map(Some)
}
