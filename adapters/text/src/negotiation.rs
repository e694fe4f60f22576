//! `Accept-Language` (RFC 9110 §12.5.4).

use desktop_delivery::Language;

/// The number of bytes of a header that are parsed.
const MAX_BYTES: usize = 1_000;

/// Returns the languages of a header, best first. Invalid language ranges and `*` are skipped.
pub(crate) fn preferred(header: &str) -> Vec<Language> {
    let ranges = header.get(..header.len().min(MAX_BYTES)).unwrap_or_default().split(',');
    let mut weighted: Vec<(Language, f32)> = ranges
        .filter_map(|range| {
            let mut fields = range.split(';').map(str::trim);
            let language = fields.next()?.parse().ok()?;
            let weight = fields
                .find_map(|field| field.strip_prefix("q=").or_else(|| field.strip_prefix("Q=")));
            let weight = weight.map_or(1.0, |q| q.trim().parse().unwrap_or(0.0_f32));
            (weight > 0.0).then_some((language, weight))
        })
        .collect();
    weighted.sort_by(|a, b| b.1.total_cmp(&a.1));
    weighted.into_iter().map(|(language, _)| language).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_languages_are_returned_by_weight() {
        let tags = |header: &str| {
            preferred(header).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(tags("de;q=0.3, fr-ca, en;q=0.8, es;q=0"), "fr-CA en de");
        assert_eq!(tags("fr , en ; q=0.9"), "fr en");
        assert_eq!(tags("*, , ;q=1, en_US, q=0.5, fr;q=x, zz-zz"), "zz-ZZ");
        assert_eq!(tags(""), "");
        assert_eq!(tags(&"é,".repeat(1_000)), "");
    }
}
