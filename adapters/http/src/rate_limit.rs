use http::{HeaderMap, HeaderName, HeaderValue};

/// A quota and what is left of it, for the headers `RateLimit-Policy` and `RateLimit` of
/// draft-ietf-httpapi-ratelimit-headers-10.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a host's own limiters make it")]
pub struct RateLimit {
    /// The name of the quota: lowercase letters and hyphens.
    pub name: &'static str,
    /// The number of requests allowed in each window.
    pub quota: u32,
    /// The length of a window in seconds, at least 1.
    pub window: u32,
    /// The number of requests left in this window.
    pub remaining: u32,
    /// The number of seconds until the window ends.
    pub reset: u32,
}

impl RateLimit {
    /// Adds both headers to a response (sections 3 and 4 of the draft), next to those of other
    /// quotas.
    pub fn add_to(&self, headers: &mut HeaderMap) {
        let Self { name, quota, window, remaining, reset } = self;
        let policy = format!("\"{name}\";q={quota};w={window}");
        let state = format!("\"{name}\";r={remaining};t={reset}");
        for (header, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            // The name comes from the program, so this does not fail.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.append(HeaderName::from_static(header), value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_contain_the_quota_and_the_remaining_calls() {
        let limit = RateLimit { name: "calls", quota: 600, window: 60, remaining: 12, reset: 7 };
        let mut headers = HeaderMap::new();
        limit.add_to(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"calls\";q=600;w=60");
        assert_eq!(headers["ratelimit"], "\"calls\";r=12;t=7");
    }
}
