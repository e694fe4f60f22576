/// Options of `serve`.
#[derive(Clone, Debug, Default, clap::Args)]
#[non_exhaustive]
pub struct ServeArgs {
    /// Do not create sample data in an empty data folder.
    #[arg(long)]
    pub no_sample_data: bool,
}
