//! The direct addresses of a store in memory, and their server.

use super::Flaw;
use bytes::Bytes;
use desktop_delivery::BlobStore as _;
use desktop_delivery::blob::DirectOptions;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::memory::MemoryBlobStore;
use desktop_delivery_conformance::Fetched;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

const HOST: &str = "https://store.example.org/";

#[derive(Clone)]
pub(super) struct Web {
    pub(super) blobs: Arc<MemoryBlobStore>,
    pub(super) flaw: Option<Flaw>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<String> {
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

fn signature(url: &str) -> String {
    hex(&Sha256::digest(format!("secret {url}")))
}

pub(super) fn signed(key: BlobKey, options: &DirectOptions) -> String {
    let (name, media) = (&options.content_disposition, &options.media_type);
    let (name, media) = (hex(name.as_bytes()), hex(media.as_bytes()));
    let url = format!("{HOST}{key}?name={name}&media={media}");
    format!("{url}&signature={}", signature(&url))
}

impl Web {
    pub(super) async fn fetch(&self, url: &str) -> Fetched {
        let served = self.serve(url).await;
        served.unwrap_or(Fetched { status: 403, headers: Vec::new(), body: Bytes::new() })
    }

    async fn serve(&self, url: &str) -> Option<Fetched> {
        let (stated, given) = url.split_once("&signature=")?;
        if given != signature(stated) && self.flaw != Some(Flaw::ServesAnyAddress) {
            return None;
        }
        let (key, query) = stated.strip_prefix(HOST)?.split_once('?')?;
        let (name, media) = query.strip_prefix("name=")?.split_once("&media=")?;
        let blob = self.blobs.get(BlobKey::parse(key).ok()?, None).await.ok()??;
        let body = blob.bytes.try_collect::<Vec<_>>().await.ok()?.concat().into();
        let mut headers = vec![("content-type".to_owned(), unhex(media)?)];
        if self.flaw != Some(Flaw::OmitsTheFileName) {
            headers.push(("content-disposition".to_owned(), unhex(name)?));
        }
        Some(Fetched { status: 200, headers, body })
    }
}
