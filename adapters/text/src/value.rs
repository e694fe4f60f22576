use fluent_bundle::FluentValue;

/// A value of a message: text to show, or a number that also selects a plural form.
pub trait IntoText {
    /// Converts to the value for messages.
    #[doc(hidden)]
    fn into_value(self) -> TextValue;
}

/// A text or a number.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TextValue {
    Number(u64),
    Text(String),
}

impl TextValue {
    pub(crate) fn into_fluent(self) -> FluentValue<'static> {
        match self {
            Self::Number(number) => FluentValue::from(number),
            Self::Text(text) => FluentValue::from(text),
        }
    }
}

impl IntoText for String {
    fn into_value(self) -> TextValue {
        TextValue::Text(self)
    }
}

impl IntoText for &str {
    fn into_value(self) -> TextValue {
        TextValue::Text(self.to_owned())
    }
}

impl IntoText for &String {
    fn into_value(self) -> TextValue {
        TextValue::Text(self.clone())
    }
}

impl IntoText for TextValue {
    fn into_value(self) -> TextValue {
        self
    }
}

/// Numbers select plural forms and are written without grouping. For large numbers, see
/// [`Texts::number`](crate::Texts::number).
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl IntoText for $number {
            fn into_value(self) -> TextValue {
                TextValue::Number(u64::from(self))
            }
        }

        impl IntoText for &$number {
            fn into_value(self) -> TextValue {
                TextValue::Number(u64::from(*self))
            }
        }
    )+};
}

numbers!(u8, u16, u32, u64);

impl IntoText for &usize {
    fn into_value(self) -> TextValue {
        (*self).into_value()
    }
}

impl IntoText for usize {
    fn into_value(self) -> TextValue {
        TextValue::Number(u64::try_from(self).unwrap_or(u64::MAX))
    }
}
