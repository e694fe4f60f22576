use super::field::Field;
use super::field_fault::{Expected, FieldFault};
use desktop_delivery::time::Date;
use std::ops::RangeInclusive;
use std::str::FromStr;
use zeroize::Zeroizing;

/// The fields of a form as they were sent, without its key.
///
/// Every form is read by [`read`](Self::read), so that none is accepted with a field that nobody
/// reads: a misspelled name would otherwise have no effect, and nobody would notice.
#[derive(Default)]
pub(crate) struct Sent(Vec<(String, Zeroizing<String>)>);

/// Takes the fields of a form one by one.
pub(crate) struct Reader<'a> {
    sent: &'a Sent,
    taken: Vec<&'static str>,
}

impl Sent {
    pub(super) const fn new(fields: Vec<(String, Zeroizing<String>)>) -> Self {
        Self(fields)
    }

    /// Adds the next field of a form that arrives part by part.
    pub(crate) fn push(&mut self, name: String, text: String) {
        self.0.push((name, Zeroizing::new(text)));
    }

    /// What was sent as this field, to show it again; nothing is checked.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.all(name).last()
    }

    /// Everything that was typed in this field, which may have been sent more than once, to show it
    /// again.
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

    /// The name of every field that was sent.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether one of the values of this field is this one.
    pub(super) fn has(&self, name: &str, text: &str) -> bool {
        self.all(name).any(|other| other == text)
    }

    /// Reads the whole form. A field that `read` does not take is an error.
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

    /// Reads some of the fields; others may be there.
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
    /// The text of a field as it was typed; `None` where the field was not sent.
    pub(crate) fn optional(&mut self, field: Field) -> Result<Option<&'a str>, FieldFault> {
        self.taken.push(field.name());
        let mut sent = self.sent.all(field.name());
        let text = sent.next();
        if sent.next().is_some() { Err(FieldFault::Twice(field)) } else { Ok(text) }
    }

    /// The text of a field that must be sent, and may be empty.
    pub(crate) fn text(&mut self, field: Field) -> Result<&'a str, FieldFault> {
        self.optional(field)?.ok_or(FieldFault::Missing(field, Expected::Text))
    }

    /// A number of this range that must be there.
    pub(crate) fn number<T: FromStr>(
        &mut self,
        field: Field,
        range: RangeInclusive<u64>,
    ) -> Result<T, FieldFault> {
        let missing = FieldFault::Missing(field, Expected::Number(*range.start(), *range.end()));
        self.number_if_sent(field, range)?.ok_or(missing)
    }

    /// A number; `None` where the field was not sent, and an error where it was left empty.
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

    /// A number; `None` where the field was not sent or was left empty.
    pub(crate) fn optional_number<T: FromStr>(
        &mut self,
        field: Field,
        range: RangeInclusive<u64>,
    ) -> Result<Option<T>, FieldFault> {
        number(field, self.optional(field)?.unwrap_or_default(), &range)
    }

    /// One of several words that a page offers, with what it stands for.
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

    /// Whether a box is ticked, which then sends this word.
    pub(crate) fn ticked(&mut self, field: Field, word: &'static str) -> Result<bool, FieldFault> {
        match self.optional(field)? {
            None => Ok(false),
            Some(text) if text == word => Ok(true),
            Some(text) => Err(FieldFault::Wrong(field, text.to_owned(), Expected::Choice)),
        }
    }

    /// A day of the calendar, as date fields send it; `None` where none was entered.
    pub(crate) fn day(&mut self, field: Field) -> Result<Option<Date>, FieldFault> {
        let text = self.optional(field)?.unwrap_or_default().trim();
        if text.is_empty() {
            return Ok(None);
        }
        let day = text.parse().map(Some);
        day.map_err(|_| FieldFault::Wrong(field, text.to_owned(), Expected::Day))
    }
}

/// The number in a text; `None` where it is empty.
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
        // An address may carry what others added to it.
        let some = sent(&[("days", "3"), ("utm_source", "mail")]);
        assert!(some.read_some(|query| query.optional(DAYS)).is_ok());
    }

    #[test]
    fn a_number_is_one_or_is_missing_or_is_wrong() {
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
    fn a_choice_is_one_of_those_that_are_offered() {
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
    fn a_date_field_gives_a_day_of_the_calendar() {
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
