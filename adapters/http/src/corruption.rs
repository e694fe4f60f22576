use desktop_delivery::{Download, StoreError};
use std::io;

/// Extracts the store's error from an I/O error if the bytes do not match their digest.
pub(crate) fn corruption(error: io::Error) -> Result<StoreError, io::Error> {
    match error.kind() {
        io::ErrorKind::InvalidData => error.downcast::<StoreError>(),
        _ => Err(error),
    }
}

/// Reports a corrupt file to the operator through the log and a metric.
pub(crate) fn report_corruption(opened: &Download) {
    metrics::counter!("desktop_delivery_corrupt_files_total").increment(1);
    tracing::error!(
        request = %opened.handle,
        attachment = opened.attachment.get(),
        version = opened.version.get(),
        "a stored file is missing or corrupt and cannot be sent; restore it from a backup, or ask the \
         lending library to replace it"
    );
}
