#![no_main]
//! Whatever the file name, its header is one line of ASCII, and another parser reads the name back.

use desktop_delivery_http::fuzzed::content_disposition;
use libfuzzer_sys::fuzz_target;
use mail_parser::{MessageParser, MimeHeaders as _};

fuzz_target!(|name: &str| {
    let header = content_disposition(name);
    let header = header.to_str().expect("the header is visible ASCII");
    assert!(header.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
    // Names from requests contain no control characters, because `FileName` removes them.
    if name.is_empty() || name.chars().any(char::is_control) {
        return;
    }
    let message = format!("Content-Disposition: {header}\r\n\r\nx");
    let parsed = MessageParser::default().parse(message.as_bytes()).expect("it is a message");
    let parsed = parsed.content_disposition().expect("the header is there");
    assert_eq!(parsed.ctype(), "attachment");
    let names = parsed.attributes().expect("it has attributes");
    let read = names.iter().rfind(|attribute| attribute.name == "filename").expect("it has a name");
    assert_eq!(read.value.trim(), name.trim());
});
