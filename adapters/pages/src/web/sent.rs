use super::field::Field;
use super::field_fault::{Expected, FieldFault};
use desktop_delivery::time::Date;
use std::ops::RangeInclusive;
use std::str::FromStr;
use zeroize::Zeroizing;

/// The fields of a form as sent, without the form key.
///
/// Every form is read with [`read`](Self::read), which rejects unknown fields. A misspelled name
/// would otherwise have no effect and go unnoticed.
#[derive(Default)]
pub(crate) struct Sent(Vec<(String, Zeroizing<String>)>);

/// A reader for the fields of a form, one by one.
pub(crate) struct Reader<'a> {
    sent: &'a Sent,
    taken: Vec<&'static str>,
}

impl Sent {
    pub(super) const fn new(fields: Vec<(String, Zeroizing<String>)>) -> Self {
        Self(fields)
    }

    /// Adds a field, for forms that arrive part by part.
    pub(crate) fn push(&mut self, name: String, text: String) {
        self.0.push((name, Zeroizing::new(text)));
    }

    /// Returns the unchecked text of a field, to show it again. If the field was sent more than
    /// once, returns the last text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Returns all distinct texts of a field, joined with spaces, to show them again.
    pub(crate) fn texts(&self, name: &str) -> Option<String> {
        let mut all: Vec<&str> = Vec::new();
        for text in self.all(name) {
            if !all.contains(&text) {
                all.push(text);
            }
        }
        let typed: Vec<&str> = all.iter().copied().filter(|text| !text.trim().is_empty()).collect();
        (!all.is_empty()).then(|| typed.join(" "))
    }

    /// Returns the name of every field that was sent.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Returns whether a field was sent with this text.
    pub(super) fn has(&self, name: &str, text: &str) -> bool {
        self.all(name).any(|other| other == text)
    }

    /// Reads the form. A field that `read` does not read is an error.
    pub(crate) fn read<'a, T>(
        &'a self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, FieldFault>,
    ) -> Result<T, FieldFault> {
        let mut reader = Reader { sent: self, taken: Vec::new() };
        let value = read(&mut reader)?;
        let taken = reader.taken;
        match self.0.iter().find(|(name, _)| !taken.contains(&name.as_str())) {
            Some((name, _)) => Err(FieldFault::Unknown(name.clone())),
            None => Ok(value),
        }
    }

    /// Reads some of the fields, and ignores the others.
    pub(super) fn read_some<'a, T>(
        &'a self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, FieldFault>,
    ) -> Result<T, FieldFault> {
        read(&mut Reader { sent: self, taken: Vec::new() })
    }

    fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(other, _)| *other == name).map(|(_, text)| text.as_str())
    }
}

impl<'a> Reader<'a> {
    /// Reads the text of a field; `None` if the field was not sent.
    pub(crate) fn optional(&mut self, field: Field) -> Result<Option<&'a str>, FieldFault> {
        self.taken.push(field.name());
        let mut sent = self.sent.all(field.name());
        let text = sent.next();
        if sent.next().is_some() { Err(FieldFault::Twice(field)) } else { Ok(text) }
    }

    /// Reads the text of a required field, which may be empty.
    pub(crate) fn text(&mut self, field: Field) -> Result<&'a str, FieldFault> {
        self.optional(field)?.ok_or(FieldFault::Missing(field, Expected::Text))
    }

    /// Reads a required number in the given range.
    pub(crate) fn number<T: FromStr>(
        &mut self,
        field: Field,
        range: RangeInclusive<u64>,
    ) -> Result<T, FieldFault> {
        let missing = FieldFault::Missing(field, Expected::Number(*range.start(), *range.end()));
        self.number_if_sent(field, range)?.ok_or(missing)
    }

    /// Reads a number; `None` if the field was not sent. An empty field is an error.
    pub(crate) fn number_if_sent<T: FromStr>(
        &mut self,
        field: Field,
        range: RangeInclusive<u64>,
    ) -> Result<Option<T>, FieldFault> {
        let Some(text) = self.optional(field)? else { return Ok(None) };
        number(field, text, &range)?.map_or_else(
            || Err(FieldFault::Missing(field, Expected::Number(*range.start(), *range.end()))),
            |number| Ok(Some(number)),
        )
    }

    /// Reads a number; `None` if the field was not sent or is empty.
    pub(crate) fn optional_number<T: FromStr>(
        &mut self,
        field: Field,
        range: RangeInclusive<u64>,
    ) -> Result<Option<T>, FieldFault> {
        number(field, self.optional(field)?.unwrap_or_default(), &range)
    }

    /// Reads one of the given options, and returns its value.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        field: Field,
        choices: &[(&str, T)],
    ) -> Result<T, FieldFault> {
        let Some(text) = self.optional(field)? else {
            return Err(FieldFault::Missing(field, Expected::Choice));
        };
        match choices.iter().find(|(word, _)| *word == text) {
            Some((_, choice)) => Ok(*choice),
            None if text.is_empty() => Err(FieldFault::Missing(field, Expected::Choice)),
            None => Err(FieldFault::Wrong(field, text.to_owned(), Expected::Choice)),
        }
    }

    /// Returns whether a check box with this value is checked.
    pub(crate) fn ticked(&mut self, field: Field, value: &'static str) -> Result<bool, FieldFault> {
        match self.optional(field)? {
            None => Ok(false),
            Some(text) if text == value => Ok(true),
            Some(text) => Err(FieldFault::Wrong(field, text.to_owned(), Expected::Choice)),
        }
    }

    /// Reads a date in the format of date fields; `None` if the field is empty.
    pub(crate) fn day(&mut self, field: Field) -> Result<Option<Date>, FieldFault> {
        let text = self.optional(field)?.unwrap_or_default().trim();
        if text.is_empty() {
            return Ok(None);
        }
        let day = text.parse().map(Some);
        day.map_err(|_| FieldFault::Wrong(field, text.to_owned(), Expected::Day))
    }
}

/// Parses a number; `None` if the text is empty.
fn number<T: FromStr>(
    field: Field,
    text: &str,
    range: &RangeInclusive<u64>,
) -> Result<Option<T>, FieldFault> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<u64>().ok().filter(|number| range.contains(number));
    match (number, text.parse()) {
        (Some(_), Ok(number)) => Ok(Some(number)),
        _ => {
            let expected = Expected::Number(*range.start(), *range.end());
            Err(FieldFault::Wrong(field, text.to_owned(), expected))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAYS: Field = Field::hidden("days");
    const WHY: Field = Field::hidden("why");

    fn sent(fields: &[(&str, &str)]) -> Sent {
        let mut sent = Sent::default();
        for (name, text) in fields {
            sent.push((*name).to_owned(), (*text).to_owned());
        }
        sent
    }

    fn fault<T>(read: Result<T, FieldFault>) -> FieldFault {
        read.err().expect("it is refused")
    }

    #[test]
    fn an_unknown_field_and_a_field_sent_twice_are_faults() {
        let read = |sent: &Sent| {
            sent.read(|form| Ok((form.optional(DAYS)?.is_some(), form.text(WHY)?.to_owned())))
        };
        let whole = sent(&[("why", "a course"), ("days", "3")]);
        assert_eq!(read(&whole).ok(), Some((true, "a course".to_owned())));
        let unknown = fault(read(&sent(&[("why", ""), ("dayz", "3")])));
        assert!(matches!(&unknown, FieldFault::Unknown(name) if name == "dayz"));
        assert_eq!(unknown.field(), "");
        let twice = sent(&[("why", ""), ("days", "3"), ("days", "3")]);
        assert!(matches!(fault(read(&twice)), FieldFault::Twice(DAYS)));
        assert_eq!(twice.text("days"), Some("3"), "what was typed can be shown again");
        assert!(matches!(fault(read(&sent(&[]))), FieldFault::Missing(WHY, _)));
        // A query may have fields that other sites added.
        let some = sent(&[("days", "3"), ("utm_source", "mail")]);
        assert!(some.read_some(|query| query.optional(DAYS)).is_ok());
    }

    #[test]
    fn numbers_are_required_and_checked() {
        let read =
            |text: &str| sent(&[("days", text)]).read(|form| form.number::<u16>(DAYS, 0..=90));
        assert_eq!(read(" 7 ").ok(), Some(7));
        for text in ["-3", "x", "1.5", "91", "70000", "7 days"] {
            assert!(
                matches!(fault(read(text)), FieldFault::Wrong(DAYS, value, Expected::Number(0, 90))
                    if value == text),
                "{text}"
            );
        }
        assert!(matches!(fault(read("")), FieldFault::Missing(DAYS, Expected::Number(0, 90))));
        let (none, empty) = (sent(&[]), sent(&[("days", "")]));
        assert_eq!(none.read(|form| form.number_if_sent::<u16>(DAYS, 0..=90)).ok(), Some(None));
        assert!(empty.read(|form| form.number_if_sent::<u16>(DAYS, 0..=90)).is_err());
        assert_eq!(empty.read(|form| form.optional_number::<u16>(DAYS, 0..=90)).ok(), Some(None));
    }

    #[test]
    fn a_choice_must_be_one_of_the_options() {
        let read = |text: &str| {
            sent(&[("why", text)]).read(|form| form.choice(WHY, &[("a", 1), ("b", 2)]))
        };
        assert_eq!(read("b").ok(), Some(2));
        assert!(matches!(fault(read("c")), FieldFault::Wrong(WHY, _, Expected::Choice)));
        assert!(matches!(fault(read("")), FieldFault::Missing(WHY, Expected::Choice)));
        let ticked = |text: &str| sent(&[("why", text)]).read(|form| form.ticked(WHY, "yes"));
        assert_eq!(ticked("yes").ok(), Some(true));
        assert!(ticked("no").is_err() && ticked("").is_err());
        assert_eq!(sent(&[]).read(|form| form.ticked(WHY, "yes")).ok(), Some(false));
    }

    #[test]
    fn a_date_field_accepts_only_calendar_days() {
        let read = |text: &str| sent(&[("days", text)]).read(|form| form.day(DAYS));
        assert_eq!(read("2026-12-01").ok(), Some(Date::new(2026, 12, 1)));
        assert_eq!(read(" ").ok(), Some(None));
        for text in ["2026", "1.12.2026", "2026-12-01-01", "+-+", "2026-13x-01", "2026-02-30", "--"]
        {
            assert!(
                matches!(fault(read(text)), FieldFault::Wrong(DAYS, _, Expected::Day)),
                "{text}"
            );
        }
    }
}
