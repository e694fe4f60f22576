use crate::hex::digest_of;
use crate::identifiers::folded;
use std::fmt;

/// The hash of a typed sign-in name, under which attempts are counted.
///
/// Equivalent spellings have the same hash: surrounding spaces, case and full-width characters do
/// not matter.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInName(String);

impl SignInName {
    /// Hashes a user name of staff.
    #[must_use]
    pub fn staff(typed: &str) -> Self {
        Self(digest_of(&["staff", &folded(typed)]))
    }

    /// Hashes the number or email address of a library's patron.
    #[must_use]
    pub fn patron(library: &str, typed: &str) -> Self {
        Self(digest_of(&["patron", library, &folded(typed)]))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInName(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalized_within_their_kind() {
        let name = SignInName::patron("CA-BVAU", "p-2041");
        for typed in [" p-2041 ", "P-2041", "ｐ-２０４１", "\u{3000}p-2041"] {
            assert!(SignInName::patron("CA-BVAU", typed) == name, "{typed}");
        }
        assert!(SignInName::patron("CA-QMU", "p-2041") != name);
        assert!(SignInName::staff("p-2041") != name);
        assert!(
            SignInName::patron("CA-BVAU\0p", "2041") != SignInName::patron("CA-BVAU", "p\x002041")
        );
    }
}
