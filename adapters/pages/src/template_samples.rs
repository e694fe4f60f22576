//! Checking templates by rendering each with sample values.

use crate::web::{Frame, Samples};
use crate::windows::Visit;
use crate::{
    Templates, borrow, history, home, identity, library, preview, requests, supply, track, web,
    windows,
};
use desktop_delivery_text::templates::{PageTemplatesBuilder, TemplateError};

impl Templates {
    /// Parses the templates. If any is replaced, renders all of them with sample values in every
    /// language.
    ///
    /// # Errors
    /// [`TemplateError`], with the template and the line, if a template cannot be parsed or
    /// rendered, or if the texts lack the [`messages`](crate::messages).
    pub fn new(builder: PageTemplatesBuilder) -> Result<Self, TemplateError> {
        let templates = Self::parse(builder)?;
        if templates.pages().is_replaced() {
            templates.check()?;
        }
        Ok(templates)
    }

    /// Renders all templates with sample values in every language.
    fn check(&self) -> Result<(), TemplateError> {
        let frame = Frame::sample(self.clone());
        let mut samples = samples(&frame);
        if let Some(visit) = Visit::sample() {
            let frame = frame.sample_in(visit);
            windows::samples(&frame, &mut samples);
            supply::samples(&frame, &mut samples);
        }
        samples.iter().try_for_each(|(name, values)| self.pages().check(name, values))
    }
}

fn samples(frame: &Frame) -> Samples {
    let mut samples = Samples::default();
    web::samples(frame, &mut samples);
    borrow::samples(frame, &mut samples);
    history::samples(frame, &mut samples);
    home::samples(frame, &mut samples);
    identity::samples(frame, &mut samples);
    library::samples(frame, &mut samples);
    preview::samples(frame, &mut samples);
    requests::samples(frame, &mut samples);
    supply::samples(frame, &mut samples);
    track::samples(frame, &mut samples);
    windows::samples(frame, &mut samples);
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::FILES;
    use desktop_delivery_text::Catalog;
    use std::collections::BTreeSet;

    fn replaced(name: &str, source: &str) -> Result<Templates, TemplateError> {
        let texts = Templates::default().catalog().clone();
        Templates::new(Templates::builder(texts).with_template(name, source))
    }

    #[test]
    fn every_template_is_rendered_by_a_sample_in_each_language() {
        let templates = Templates::default();
        templates.check().unwrap();
        let samples = samples(&Frame::sample(templates));
        for (name, values) in samples.iter() {
            for function in ["day", "dir", "lang", "languages", "moment", "number", "size", "span"]
            {
                assert!(values.get(function).is_none(), "{name} has a value {function}");
            }
        }
        let mut rendered: BTreeSet<&str> = samples.iter().map(|(name, _)| *name).collect();
        for (_, source) in FILES {
            for (name, _) in FILES {
                let is_used = ["extends", "include", "from"]
                    .iter()
                    .any(|by| source.contains(&format!("{{% {by} \"{name}\"")));
                rendered.extend(is_used.then_some(*name));
            }
        }
        let all: BTreeSet<&str> =
            FILES.iter().map(|(name, _)| *name).filter(|name| name.ends_with(".html")).collect();
        assert_eq!(rendered, all);
    }

    #[test]
    fn texts_without_the_messages_of_these_pages_are_rejected() {
        let error = Templates::new(Templates::builder(Catalog::builtin())).unwrap_err().to_string();
        assert!(error.contains("with_package(desktop_delivery_pages::messages())"), "{error}");
    }

    #[test]
    fn a_mistake_in_a_replaced_template_is_found_before_it_is_used() {
        for (name, source, problem) in [
            ("supply/request.html", "\n{{ titel }}", "template supply/request.html, line 2: "),
            ("library/nav.html", "{{ t('nothing') }}", "template library/nav.html, line 1: "),
            ("track/request.html", "{% if %}", "template track/request.html, line 1: "),
            ("supply/requests.html", "", "there is no template of this name"),
        ] {
            let error = replaced(name, source).map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(problem), "{error}");
        }
    }
}
