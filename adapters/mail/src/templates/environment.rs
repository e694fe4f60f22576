use crate::{builtin, text};
use desktop_delivery_text::templates::environment;
use minijinja::Environment;

/// The number of steps after which a template is aborted: far more than a mail needs, and few
/// enough that an endless loop in a replaced template causes no delay.
const FUEL: u64 = 50_000;

/// Creates an environment with the built-in templates and their filters.
pub(crate) fn mail_environment() -> Environment<'static> {
    let mut environment = environment();
    environment.set_fuel(Some(FUEL));
    environment.add_filter("short", |text: &str, max: usize| text::short(text, max));
    environment.add_filter("quoted", text::quoted);
    environment.add_filter("wrap", text::wrapped);
    for (name, source) in builtin::FILES {
        let added = environment.add_template(name, source);
        debug_assert!(added.is_ok(), "{name}: {added:?}");
    }
    environment
}
