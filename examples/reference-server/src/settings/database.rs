use serde::Deserialize;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The PostgreSQL database shared by several servers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatabaseSettings {
    /// The address, such as `postgres://desk@db.example.org/desk`.
    pub address: Zeroizing<String>,
    /// A file with the password, if the address contains none.
    pub password_file: Option<PathBuf>,
    /// The number of connections for reading, at least 1. Default: 8.
    pub connections: Option<NonZeroUsize>,
}

impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may contain a password.
        f.debug_struct("DatabaseSettings")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_in_the_address_is_not_printed() {
        let address = Zeroizing::new("postgres://desk:hush-hush@db/desk".to_owned());
        let database = DatabaseSettings { address, password_file: None, connections: None };
        assert!(!format!("{database:?}").contains("hush"));
    }
}
