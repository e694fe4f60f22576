use desktop_delivery::RequestHandle;
use http::{HeaderMap, header};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The service: its callers and their requests. Everything is in memory, including the data of
/// desktop delivery.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) people: [Person; 3],
    requests: Mutex<Vec<Request>>,
    last_number: AtomicU32,
}

/// A person with a key.
pub(crate) struct Person {
    pub(crate) id: &'static str,
    pub(crate) email: &'static str,
    pub(crate) library: &'static str,
    pub(crate) is_staff: bool,
    pub(crate) key: String,
}

/// A patron's request to a library.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) patron: &'static str,
    pub(crate) borrower: &'static str,
    pub(crate) lender: &'static str,
    pub(crate) title: String,
    /// Its handle in desktop delivery.
    pub(crate) handle: RequestHandle,
}

impl App {
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let person = |id, email, library, is_staff| {
            Ok(Person { id, email, library, is_staff, key: random_key()? })
        };
        let people = [
            person("carla", "carla@example.org", "CA-BVAU", false)?,
            person("ben", "ben@example.org", "CA-BVAU", true)?,
            person("lena", "lena@example.org", "CA-OTU", true)?,
        ];
        Ok(Self { people, requests: Mutex::default(), last_number: AtomicU32::new(0) })
    }

    /// Returns the person whose key a request contains.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Option<&Person> {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let key = value.strip_prefix("Bearer ")?;
        self.people.iter().find(|person| person.key == key)
    }

    /// Returns the number of the next request.
    pub(crate) fn next_number(&self) -> String {
        (self.last_number.fetch_add(1, Ordering::Relaxed) + 1).to_string()
    }

    pub(crate) fn add(&self, request: Request) {
        self.requests().push(request);
    }

    /// Returns the requests that involve a person.
    pub(crate) fn requests_of(&self, person: &Person) -> Vec<Request> {
        let is_part = |request: &&Request| match person.is_staff {
            true => [request.borrower, request.lender].contains(&person.library),
            false => request.patron == person.id,
        };
        self.requests().iter().filter(is_part).cloned().collect()
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        // A push is either complete or not begun.
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Omits the key and the address.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Person").field("library", &self.library).finish_non_exhaustive()
    }
}

fn random_key() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
