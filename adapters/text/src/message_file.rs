use desktop_delivery::Language;
use std::borrow::Cow;

/// A file of messages in one language (Project Fluent, `.ftl`).
#[derive(Clone, Debug)]
pub struct MessageFile {
    pub(crate) language: Language,
    pub(crate) name: Cow<'static, str>,
    pub(crate) source: Cow<'static, str>,
}

impl MessageFile {
    /// A file compiled into a program. `name` appears in errors.
    #[must_use]
    pub const fn builtin(language: Language, name: &'static str, source: &'static str) -> Self {
        Self { language, name: Cow::Borrowed(name), source: Cow::Borrowed(source) }
    }

    /// A file read at run time. `name` appears in errors.
    #[must_use]
    pub fn new(language: Language, name: impl Into<String>, source: impl Into<String>) -> Self {
        Self { language, name: Cow::Owned(name.into()), source: Cow::Owned(source.into()) }
    }
}
