use super::frame::Frame;
use desktop_delivery_text::Texts;
use serde::Serialize;
use serde_json::Value;

/// A page: the values of one template, and the frame around it.
pub(crate) trait View: Serialize {
    /// The name of the template.
    const TEMPLATE: &'static str;

    fn frame(&self) -> &Frame;

    /// Returns the page with sample values for checking templates.
    fn sample(frame: Frame) -> Self;
}

/// Sample pages for each template.
#[derive(Default)]
pub(crate) struct Samples(Vec<(&'static str, Value)>);

impl Samples {
    /// Adds a page twice: with all of its values, and with all of them empty.
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

/// Empties a value. The keys of messages stay.
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
