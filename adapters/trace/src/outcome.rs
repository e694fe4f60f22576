use desktop_delivery::StoreError;
use tracing::{Instrument as _, Span};

/// Runs a call in its span and records its failure there.
pub(crate) async fn traced<T>(
    span: Span,
    call: impl Future<Output = Result<T, StoreError>>,
    record: impl FnOnce(&Span, &T),
) -> Result<T, StoreError> {
    let answer = call.instrument(span.clone()).await;
    match &answer {
        Ok(answer) => record(&span, answer),
        Err(error) => {
            span.record("error", tracing::field::debug(error.kind()));
        }
    }
    answer
}

/// Records the number of results.
pub(crate) fn found(span: &Span, number: usize) {
    span.record("found", number);
}
