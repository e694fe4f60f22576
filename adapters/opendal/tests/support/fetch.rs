use bytes::Bytes;
use desktop_delivery_conformance::Fetched;

/// Fetches an address as a redirected browser would: a GET without extra headers.
pub(crate) async fn fetch(url: String) -> Fetched {
    let answer = reqwest::get(&url).await.expect("the store answers");
    let status = answer.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let body: Bytes = answer.bytes().await.expect("the answer is whole");
    Fetched { status, headers, body }
}
