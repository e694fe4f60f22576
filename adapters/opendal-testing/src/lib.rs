//! Private object stores for tests: SeaweedFS, a real S3 server, and Azurite, Microsoft's emulator
//! of Azure Blob Storage. Each runs in a temporary folder on free ports of 127.0.0.1 and is removed
//! with the test.
//!
//! `./test` installs the programs in `target/tools`.

mod azurite;
mod ports;
pub mod s3;
mod seaweed;
mod tools;

pub use azurite::Azurite;
pub use ports::free_ports;
pub use seaweed::Seaweed;
