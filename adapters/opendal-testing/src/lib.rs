//! Private object stores for tests, each in a temporary folder, on free ports of 127.0.0.1, and gone
//! with the test: SeaweedFS, a real S3 server, and Azurite, Microsoft's own emulator of Azure Blob
//! Storage.
//!
//! The programs are in `target/tools`, where `./test` puts them.

mod azurite;
mod ports;
pub mod s3;
mod seaweed;
mod tools;

pub use azurite::Azurite;
pub use ports::free_ports;
pub use seaweed::Seaweed;
