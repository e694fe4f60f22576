//! The whole job in the application: started as a process and used over HTTP.

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The application; stopped on drop.
struct App {
    process: Child,
    address: String,
    /// The printed accounts with their passwords.
    accounts: Vec<(String, String)>,
}

impl App {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_embed-axum"))
            .arg(folder)
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo built it");
        let out = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut app = Self { process, address: String::new(), accounts: Vec::new() };
        for line in out.lines().map_while(Result::ok) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["Open", address] => {
                    app.address = address.to_owned();
                    return app;
                }
                ["Sign", "in", "as", account, .., password] => {
                    app.accounts.push((account.to_owned(), password.to_owned()));
                }
                _ => panic!("it prints nothing else: {line}"),
            }
        }
        panic!("it never said where it is");
    }

    async fn sign_in(&self, account: &str) -> Person {
        let found = self.accounts.iter().find(|(name, _)| name == account);
        let (_, password) = found.expect("it was printed");
        let mut person = self.stranger();
        let form = format!("account={account}&password={password}");
        let answer = person.submit("/sign-in", &form).await;
        let cookie = answer.headers()[SET_COOKIE].to_str().expect("it is text");
        person.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        person
    }

    fn stranger(&self) -> Person {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let http = http.expect("a client can be made");
        Person { http, address: self.address.clone(), cookie: String::new() }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // The process may have ended on its own.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A person with a browser.
struct Person {
    http: Client,
    address: String,
    cookie: String,
}

impl Person {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let path = path.strip_prefix(&self.address).unwrap_or(path);
        let request = self.http.request(method, format!("{}{path}", self.address));
        if self.cookie.is_empty() { request } else { request.header(COOKIE, &self.cookie) }
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.request(Method::GET, path).send().await.expect("it answers");
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.expect("it is text")
    }

    async fn submit(&self, path: &str, form: &str) -> Response {
        let request = self.request(Method::POST, path).header(ORIGIN, &self.address);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.expect("it answers")
    }
}

impl Person {
    /// Returns the address of the mounted page of a request, to which its own page leads.
    async fn delivery(&self, request: &str) -> String {
        let page = self.page(request).await;
        // HTML escapes of slashes are the template engine's.
        between(&page, "class=\"link\" href=\"", "\"").replace("&#x2f;", "/")
    }

    async fn form_key(&self, path: &str) -> String {
        between(&self.page(path).await, "name=\"form_key\" value=\"", "\"").to_owned()
    }

    /// Presses a button of a mounted page, and returns where it leads.
    async fn press(&self, path: &str, button: &str) -> String {
        let form = format!("form_key={}", self.form_key(path).await);
        leads_to(&self.submit(&format!("{path}/{button}"), &form).await)
    }
}

/// Returns the target of a redirect.
#[track_caller]
fn leads_to(answer: &Response) -> String {
    assert_eq!(answer.status(), 303);
    answer.headers()[LOCATION].to_str().expect("it is text").to_owned()
}

/// Returns the text between two others.
#[track_caller]
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).expect("it ends").0
}

const ARTICLE: &[u8] = include_bytes!("../../../docs/article.pdf");

#[tokio::test]
async fn a_request_of_the_application_is_delivered() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let (carla, ben, lena) =
        (app.sign_in("carla").await, app.sign_in("ben").await, app.sign_in("lena").await);

    // A patron requests an article on the application's own page.
    let form = "lender=CA-OTU&title=On+Ice+Ages&source=Journal+of+Glaciology+12";
    let request = leads_to(&carla.submit("/requests", form).await);
    assert!(carla.page("/").await.contains("On Ice Ages"));

    // The lending library uploads one file on the mounted page, and one with the JSON API.
    let supply = lena.delivery(&request).await;
    let form = Form::new().text("form_key", lena.form_key(&supply).await);
    let form = form.part("file", Part::bytes(ARTICLE).file_name("ice-ages.pdf"));
    let sent = lena.request(Method::POST, &format!("{supply}/upload")).multipart(form);
    leads_to(&sent.send().await.unwrap());
    let handle = supply.rsplit('/').next().unwrap();
    let upload = format!("/api/v1/requests/{handle}/uploads/figures.pdf");
    let sent = lena.request(Method::PUT, &upload).body(ARTICLE);
    assert_eq!(sent.send().await.unwrap().status(), 201);
    let page = lena.page(&supply).await;
    assert!(page.contains("ice-ages.pdf") && page.contains("figures.pdf"), "{page}");
    for other in [&carla, &ben] {
        let page = other.page(&other.delivery(&request).await).await;
        assert!(!page.contains("ice-ages.pdf"), "not shipped: {page}");
    }

    // Shipped: the application's own row has changed with the delivery.
    lena.press(&supply, "ship").await;
    for person in [&carla, &ben, &lena] {
        let page = person.page(&request).await;
        assert!(page.contains("<strong>shipped</strong>"), "{page}");
    }

    // The patron's page leads to the link, and the link page to the file.
    let track = carla.delivery(&request).await;
    assert!(carla.page(&track).await.contains("ice-ages.pdf"));
    let link = carla.press(&track, "open").await;
    let link = link.split('?').next().unwrap();
    let patron = app.stranger();
    assert!(patron.page(link).await.contains("ice-ages.pdf"));
    let claim = patron.submit(&format!("{link}/1/claim"), "ordinal=1&acknowledged=yes").await;
    let ticket = leads_to(&claim);
    let got = patron.request(Method::GET, &ticket).send().await.unwrap();
    assert_eq!(got.bytes().await.unwrap(), ARTICLE);

    // Received: the patron is emailed at the address in the application's records.
    ben.press(&ben.delivery(&request).await, "receive").await;
    let mail = mail(&folder.path().join("mail")).await;
    assert!(mail.contains("carla@example.org") && mail.contains(link), "{mail}");

    // Everything survives a restart, including sessions and links.
    drop(app);
    let again = App::start(folder.path());
    assert!(again.accounts.is_empty(), "passwords are printed once");
    let carla = Person { address: again.address.clone(), ..carla };
    assert!(carla.page(&request).await.contains("<strong>received</strong>"));
    assert!(again.stranger().page(link).await.contains("figures.pdf"));
}

#[tokio::test]
async fn people_can_only_act_on_their_own_requests() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::start(folder.path());
    let (carla, ben, lena) =
        (app.sign_in("carla").await, app.sign_in("ben").await, app.sign_in("lena").await);
    let form = "lender=CA-OTU&title=On+Ice+Ages&source=";
    let request = leads_to(&carla.submit("/requests", form).await);
    let supply = lena.delivery(&request).await;
    let api = supply.replace("/supply/", "/api/v1/requests/");

    // A patron, a stranger, a borrower and a forged session cannot upload; the lender can.
    let mut forged = app.stranger();
    forged.cookie = lena.cookie.replace("session=lena", "session=ben");
    let upload = format!("{api}/uploads/x.pdf");
    for (who, status) in
        [(&carla, 401), (&app.stranger(), 401), (&ben, 403), (&forged, 401), (&lena, 201)]
    {
        let sent = who.request(Method::PUT, &upload).body(ARTICLE).send().await.unwrap();
        assert_eq!(sent.status(), status);
    }

    // The pages of the other side, of staff and of the patron lead elsewhere.
    let (borrow, track) =
        (supply.replace("/supply/", "/borrow/"), supply.replace("/supply/", "/track/requests/"));
    for (who, path, target) in [
        (&carla, &supply, "/"),
        (&ben, &supply, &*borrow),
        (&ben, &track, "/"),
        (&lena, &track, "/"),
    ] {
        let answer = who.request(Method::GET, path).send().await.unwrap();
        assert_eq!(leads_to(&answer), target, "{path}");
    }
    let answer = lena.request(Method::GET, &borrow).send().await.unwrap();
    assert_eq!(answer.status(), 404, "it is not hers to borrow");
    let ship = format!("{supply}/ship");
    let key = format!("form_key={}", ben.form_key(&borrow).await);
    assert_eq!(leads_to(&ben.submit(&ship, &key).await), borrow, "only the lender ships");

    // Another site's page can use neither a person's cookie nor another session's form key.
    assert_eq!(lena.submit(&ship, &key).await.status(), 403);
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let sent = lena.request(Method::POST, &format!("{api}/ship")).header(name, value);
        assert_eq!(sent.json(&json!({})).send().await.unwrap().status(), 401);
        let sent = lena.request(Method::POST, "/requests").header(name, value);
        let sent = sent.header("content-type", "application/x-www-form-urlencoded");
        let answer = sent.body("lender=CA-BVAU&title=x&source=").send().await.unwrap();
        assert_eq!(leads_to(&answer), "/", "it is asked to sign in");
    }
    let view = lena.request(Method::GET, &api).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(view["status"], "pending");
    assert_eq!(view["files"].as_array().map(Vec::len), Some(1));
    assert!(carla.page(&request).await.contains("<strong>pending</strong>"));

    // Without a row to change, the hook refuses the change, in the API and on the page.
    let database = rusqlite::Connection::open(folder.path().join("app.db")).unwrap();
    database.execute("DELETE FROM request", []).unwrap();
    let sent = lena.request(Method::POST, &format!("{api}/ship")).json(&json!({}));
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status(), 409);
    let problem = answer.json::<Value>().await.unwrap();
    assert_eq!(
        (&problem["code"], &problem["host_code"]),
        (&json!("vetoed"), &json!("request-deleted"))
    );
    let key = format!("form_key={}", lena.form_key(&supply).await);
    let answer = lena.submit(&ship, &key).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.text().await.unwrap().contains("the request was deleted"));
    let view = lena.request(Method::GET, &api).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(view["status"], "pending");
    let wrong = app.stranger().submit("/sign-in", "account=lena&password=guess").await;
    assert!(!wrong.headers().contains_key(SET_COOKIE));
}

async fn mail(folder: &Path) -> String {
    for _ in 0..400 {
        let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut mails = files.map(|file| file.path());
        if let Some(path) = mails.find(|path| path.extension().is_some_and(|it| it == "eml")) {
            return std::fs::read_to_string(path).expect("it is text");
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no mail came");
}
