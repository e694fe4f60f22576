use crate::support::caller::{Answer, Caller, send};
use crate::support::sample::Sample;
use crate::support::sign_in::Guest;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

/// A person signed in without a browser, with the key of their session's forms.
pub(crate) struct Signed<'a> {
    here: &'a Sample,
    cookie: String,
    pub(crate) key: String,
}

impl<'a> Signed<'a> {
    pub(crate) async fn staff(here: &'a Sample, login: &str) -> Self {
        let cookie = here.cookie(login).await;
        Self::with(here, cookie, "/account").await
    }

    pub(crate) async fn patron(here: &'a Sample) -> Self {
        let password = here.server.printed_word("A patron follows requests at");
        let guest = Guest::new(&here.server.address);
        let answer = guest.patron("p-2041", &password).await.expect(303);
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        Self::with(here, cookie, "/track/requests").await
    }

    /// A person who is not signed in.
    pub(crate) fn nobody(here: &'a Sample) -> Self {
        Self { here, cookie: String::new(), key: String::new() }
    }

    async fn with(here: &'a Sample, cookie: String, page: &str) -> Self {
        let shown = here.get(page, &cookie, "en").await.expect(200).text();
        let key = shown.split("name=\"form_key\" value=\"").nth(1).expect("it has a form");
        let key = key.split('"').next().unwrap_or_default().to_owned();
        Self { here, cookie, key }
    }

    pub(crate) fn request(&self, language: &str, path: &str) -> reqwest::RequestBuilder {
        let request = Caller::new(&self.here.server.address, None).request(Method::POST, path);
        request.header("cookie", format!("desk_language={language}; {}", self.cookie))
    }

    pub(crate) async fn post(&self, language: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let key = [("form_key", self.key.as_str())];
        let form = serde_urlencoded::to_string([&key, fields].concat()).expect("it is text");
        let request = self.request(language, path);
        send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
    }

    /// Submits a form with a file, preceded by its fields.
    pub(crate) async fn upload(
        &self,
        language: &str,
        path: &str,
        fields: &[(&str, &str)],
        (name, file): (&str, Vec<u8>),
    ) -> Answer {
        let mut form = Form::new().text("form_key", self.key.clone());
        for (name, text) in fields {
            form = form.text((*name).to_owned(), (*text).to_owned());
        }
        let part = Part::bytes(file).file_name("a.pdf");
        let part = part.mime_str("application/pdf").expect("it is a media type");
        send(self.request(language, path).multipart(form.part(name.to_owned(), part))).await
    }
}
