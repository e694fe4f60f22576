/// Escapes text for HTML content and quoted attributes.
///
/// Unlike the template engine's own function, does not escape `/`, which would break links in the
/// raw message.
#[must_use]
pub fn html_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_the_same_after_escaping() {
        let link = "https://ill.example.org/d/AZaz09-_";
        assert_eq!(html_escaped(link), link);
        assert_eq!(html_escaped("<b a=\"'&"), "&lt;b a=&quot;&#39;&amp;");
    }
}
