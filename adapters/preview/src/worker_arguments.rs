use super::limits::PreviewLimits;

/// The command that draws a page. Its prefix avoids clashes with the commands of a host.
pub(super) const COMMAND: &str = "desktop-delivery-render-page";

/// The command line of the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WorkerArguments {
    /// The page, counted from 1.
    pub(super) page: u32,
    /// The size of the file in bytes.
    pub(super) size: u64,
    pub(super) width: u32,
    pub(super) cpu_seconds: u64,
    pub(super) memory_bytes: u64,
}

impl WorkerArguments {
    pub(super) fn new(page: u32, size: u64, limits: &PreviewLimits) -> Self {
        let PreviewLimits { width, cpu_seconds, memory_bytes, .. } = *limits;
        Self { page, size, width: width.clamp(16, 4_096), cpu_seconds, memory_bytes }
    }

    /// Returns the arguments that the worker parses.
    pub(super) fn arguments(&self) -> Vec<String> {
        let Self { page, size, width, cpu_seconds, memory_bytes } = self;
        let numbers = [u64::from(*page), *size, u64::from(*width), *cpu_seconds, *memory_bytes];
        let numbers = numbers.iter().map(u64::to_string);
        std::iter::once(COMMAND.to_owned()).chain(numbers).collect()
    }

    #[cfg(all(feature = "draw", unix))]
    pub(super) fn read(arguments: impl Iterator<Item = std::ffi::OsString>) -> Option<Self> {
        let numbers: Vec<u64> =
            arguments.map(|text| text.to_str()?.parse().ok()).collect::<Option<_>>()?;
        let [page, size, width, cpu_seconds, memory_bytes] = numbers[..] else { return None };
        let (page, width) = (u32::try_from(page).ok()?, u32::try_from(width).ok()?);
        Some(Self { page, size, width, cpu_seconds, memory_bytes })
    }
}

#[cfg(all(test, feature = "draw", unix))]
mod tests {
    use super::*;
    use std::ffi::OsString;

    #[test]
    fn orders_round_trip() {
        let written = WorkerArguments::new(7, 1_234, &PreviewLimits::default());
        let arguments = written.arguments();
        assert_eq!(arguments[0], COMMAND);
        assert_eq!(WorkerArguments::read(arguments[1..].iter().map(OsString::from)), Some(written));
        for wrong in
            [vec![], vec!["7"], vec!["7", "1", "2", "3", "x"], vec!["-7", "1", "2", "3", "4"]]
        {
            assert_eq!(WorkerArguments::read(wrong.iter().map(OsString::from)), None, "{wrong:?}");
        }
    }
}
