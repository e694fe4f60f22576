#![no_main]
//! No header makes range parsing panic, and what is served lies within the file.

use arbitrary::Arbitrary;
use desktop_delivery_http::fuzzed::{Preconditions, Served, Validators, served};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, SystemTime};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    range: &'a str,
    size: u64,
    start: u64,
    end: u64,
    conditions: Vec<(u8, &'a [u8])>,
}

const NAMES: [HeaderName; 5] = [
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
];

fn is_within(answer: &Served, size: u64) -> bool {
    match answer {
        Served::Part(part) => part.start < part.end && part.end <= size,
        Served::Unsatisfiable | Served::Whole => true,
    }
}

fuzz_target!(|input: Input<'_>| {
    let size = input.size;
    assert!(is_within(&served(Some(input.range), size), size));
    let plain = served(Some(&format!("bytes={}-{}", input.start, input.end)), size);
    assert!(is_within(&plain, size));
    if input.start <= input.end && input.start < size {
        let end = input.end.saturating_add(1).min(size);
        assert_eq!(plain, Served::Part(input.start..end));
    }

    let mut headers = HeaderMap::new();
    for (name, value) in &input.conditions {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(NAMES[usize::from(*name) % NAMES.len()].clone(), value);
        }
    }
    let etag = "\"7a82\"".to_owned();
    let last_modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_466_792);
    let validators = Validators { etag, last_modified };
    let outcome = Preconditions::evaluate(&Method::GET, &headers, &validators);
    if headers.is_empty() {
        assert_eq!(outcome, Preconditions::Pass);
    }
});
