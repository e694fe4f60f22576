use super::frame::Frame;
use desktop_delivery_text::Texts;
use serde::Serialize;
use serde_json::Value;

/// A page: the values of one template, beside the frame around it.
pub(crate) trait View: Serialize {
    /// The name of the template.
    const TEMPLATE: &'static str;

    fn frame(&self) -> &Frame;

    /// The page with a value in every place, to try templates with.
    fn sample(frame: Frame) -> Self;
}

/// A page of its own for each template, with sample values.
#[derive(Default)]
pub(crate) struct Samples(Vec<(&'static str, Value)>);

impl Samples {
    /// Adds a page, as it is with everything that it can show and with nothing of it.
    pub(crate) fn add<V: View>(&mut self, frame: &Frame) {
        let full = serde_json::to_value(V::sample(frame.clone()));
        let Ok(full) = full else { return debug_assert!(false, "{} is no JSON", V::TEMPLATE) };
        self.0.push((V::TEMPLATE, emptied(&full, &frame.t)));
        self.0.push((V::TEMPLATE, full));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(&'static str, Value)> {
        self.0.iter()
    }
}

/// The same value with nothing in it; the keys of messages stay.
fn emptied(value: &Value, texts: &Texts) -> Value {
    match value {
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Bool(_) => Value::Bool(false),
        Value::Null => Value::Null,
        Value::Number(_) => Value::from(0),
        Value::Object(fields) => {
            let empty = |(name, field): (&String, _)| (name.clone(), emptied(field, texts));
            fields.iter().map(empty).collect()
        }
        Value::String(text) if texts.has(text) => value.clone(),
        Value::String(_) => Value::from(""),
    }
}
