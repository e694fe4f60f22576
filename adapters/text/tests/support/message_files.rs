//! Reading message files: shared by the tests of this package and of the pages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Returns the source of each message file in a folder of the package under test, by file name.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = std::fs::read_dir(folder).expect("the folder can be read");
    files
        .map(|file| {
            let file = file.expect("the folder can be read");
            let source = std::fs::read_to_string(file.path()).expect("the file can be read");
            (file.file_name().to_string_lossy().into_owned(), source)
        })
        .collect()
}

/// Returns the keys of the messages in each file of a folder of one language, by file name.
pub(crate) fn keys(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
    let keys = |source: String| {
        source.lines().filter_map(key).filter(|key| !key.starts_with([' ', '#'])).collect()
    };
    sources(folder).into_iter().map(|(name, source)| (name, keys(source))).collect()
}

/// Panics if a French message is not punctuated as in Quebec: a non-breaking space before a colon
/// and inside quotation marks, and no space before the other signs.
pub(crate) fn assert_french_punctuation(folder: &str) {
    for (name, source) in sources(folder) {
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            let chars: Vec<char> = line.chars().collect();
            for (index, sign) in chars.iter().enumerate() {
                let before = index.checked_sub(1).map(|index| chars[index]);
                let after = chars.get(index + 1).copied();
                let is_right = match sign {
                    // A colon in an address or a media type has no spaces.
                    ':' => {
                        before == Some('\u{a0}')
                            || after.is_some_and(|after| !after.is_whitespace())
                    }
                    '»' => before == Some('\u{a0}'),
                    '«' => after == Some('\u{a0}'),
                    ';' | '!' | '?' => before.is_some_and(|before| !before.is_whitespace()),
                    '\'' => false,
                    _ => true,
                };
                assert!(is_right, "{name}: {sign} in {line}");
            }
        }
    }
}
