use serde::de::{Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::marker::PhantomData;

/// The text of one field of a form or a query, deserialized into simple types.
///
/// Errors contain the rejected text, as those of `serde_json` do. The errors of the standard
/// library's parsers do not.
pub(crate) struct FieldText<'de>(pub(crate) Cow<'de, str>);

/// Deserializes a [`FieldText`] with errors of type `E`.
pub(crate) struct TextDeserializer<'de, E> {
    text: Cow<'de, str>,
    error: PhantomData<E>,
}

impl<'de, E: Error> IntoDeserializer<'de, E> for FieldText<'de> {
    type Deserializer = TextDeserializer<'de, E>;

    fn into_deserializer(self) -> TextDeserializer<'de, E> {
        TextDeserializer { text: self.0, error: PhantomData }
    }
}

impl<'de, E: Error> TextDeserializer<'de, E> {
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        if let Ok(number) = self.text.parse() {
            return visitor.visit_u64(number);
        }
        match self.text.parse() {
            Ok(number) => visitor.visit_i64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Str(&self.text), &visitor)),
        }
    }
}

macro_rules! numbers {
    ($($method:ident)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            self.number(visitor)
        })+
    };
}

impl<'de, E: Error> Deserializer<'de> for TextDeserializer<'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match &*self.text {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(E::unknown_variant(other, &["true", "false"])),
        }
    }

    numbers! {
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        self.text.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
