use async_trait::async_trait;
use std::fmt::Debug;
use std::io;
use std::net::IpAddr;

/// Resolves the names of receivers. Each new connection resolves again and connects only to
/// addresses that were returned for it and are allowed.
#[async_trait]
pub trait Resolver: Debug + Send + Sync {
    /// Returns the addresses of a host, in the order in which to try them.
    ///
    /// # Errors
    /// [`io::Error`] if the name cannot be resolved.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Resolves names as the operating system does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}
