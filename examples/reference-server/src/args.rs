use clap::Parser;
use std::path::PathBuf;

/// Desktop delivery for interlibrary loan: the reference server.
///
/// Settings come from a TOML file and from environment variables over it: DESKTOP_DELIVERY_DATA,
/// DESKTOP_DELIVERY_LISTEN, and for a setting in a table DESKTOP_DELIVERY_SMTP__HOST and its like.
#[derive(Clone, Debug, Default, Parser)]
#[command(name = "desk", version)]
pub struct Args {
    /// The settings, a TOML file.
    #[arg(long, value_name = "FILE", env = "DESKTOP_DELIVERY_CONFIG")]
    pub config: Option<PathBuf>,
    /// Makes no sample data on an empty data folder.
    #[arg(long)]
    pub no_sample_data: bool,
}
