use crate::escape::html_escaped;
use crate::texts::Texts;
use crate::value::TextValue;
use desktop_delivery::{Timestamp, Zone};
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, Value, context};

/// Marks the place of a safe value while the text around it is escaped.
const PLACE: char = '\u{e000}';

/// Returns the functions and values available in every template for readers of these texts in this
/// zone: `t`, `day`, `moment`, `number`, `size` and `span`; `lang` and `dir`.
#[must_use]
pub fn functions(texts: &Texts, zone: &Zone) -> Value {
    let own = || (texts.clone(), zone.clone());
    let t = {
        let (texts, _) = own();
        Value::from_function(move |key: &str, values: Kwargs| t(&texts, key, &values))
    };
    let day = {
        let (texts, zone) = own();
        Value::from_function(move |value: Value| match value.as_i64() {
            Some(seconds) => Ok(texts.day_of(Timestamp::from_seconds(seconds), &zone)),
            None => value
                .as_str()
                .and_then(|day| day.parse().ok())
                .map(|day| texts.day(day))
                .ok_or_else(|| {
                    wrong("day() takes a time in seconds, or a day such as \"2027-02-21\"")
                }),
        })
    };
    let moment = {
        let (texts, zone) = own();
        Value::from_function(move |seconds: i64| {
            texts.moment(Timestamp::from_seconds(seconds), &zone)
        })
    };
    let (sizes, numbers, spans) = (texts.clone(), texts.clone(), texts.clone());
    context! {
        t,
        day,
        moment,
        number => Value::from_function(move |number: u64| numbers.number(number)),
        size => Value::from_function(move |bytes: u64| sizes.size(bytes)),
        span => Value::from_function(move |seconds: i64| spans.span(seconds)),
        lang => texts.code(),
        dir => texts.direction().as_str(),
    }
}

/// Returns the text of a message. Safe values, such as those from `{% set %}…{% endset %}`, are
/// kept as markup, and everything else is escaped here.
fn t(texts: &Texts, key: &str, values: &Kwargs) -> Result<Value, Error> {
    if !texts.has(key) {
        return Err(wrong(format!("there is no message `{key}`")));
    }
    let mut message = texts.message(key);
    let mut markup: Vec<String> = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let given = match value.kind() {
            ValueKind::Number => value.as_i64().and_then(|number| u64::try_from(number).ok()),
            _ => None,
        };
        let given = match (given, value.as_str()) {
            (Some(number), _) => TextValue::Number(number),
            (None, Some(text)) if value.is_safe() => {
                markup.push(text.to_owned());
                TextValue::Text(format!("{PLACE}{}{PLACE}", markup.len() - 1))
            }
            (None, Some(text)) => TextValue::Text(text.replace(PLACE, "")),
            (None, None) => {
                let problem =
                    format!("the value {name} of the message `{key}` is neither text nor a number");
                return Err(wrong(problem));
            }
        };
        message = message.set(name, given);
    }
    let text = message.format().map_err(|_| {
        wrong(format!("a value of the message `{key}` is missing; it gets: {}", names(values)))
    })?;
    if markup.is_empty() {
        return Ok(Value::from(text));
    }
    let parts = text.split(PLACE).enumerate().map(|(index, part)| {
        let inner = (index % 2 == 1).then(|| part.parse().ok().and_then(|n: usize| markup.get(n)));
        inner.flatten().cloned().unwrap_or_else(|| html_escaped(part))
    });
    Ok(Value::from_safe_string(parts.collect()))
}

fn names(values: &Kwargs) -> String {
    let names: Vec<&str> = values.args().collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn wrong(problem: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, problem.into())
}
