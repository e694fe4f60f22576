use crate::{SignIn, Templates};
use desktop_delivery::{Desk, Directory};
use desktop_delivery_http::LinkPages;
use desktop_delivery_preview::Previews;
use std::sync::Arc;

/// The parts of the pages for lending, borrowing and tracking.
///
/// The pages use the path of the desk's [`PublicAddress`](desktop_delivery::PublicAddress): a host that
/// nests the routers under `/ill/delivery` gives the desk an address that ends in `/ill/delivery`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pages {
    /// The use cases.
    pub desk: Arc<Desk>,
    /// Looks up libraries and patrons; the same as the desk's.
    pub directory: Arc<dyn Directory>,
    /// Finds out who is signed in.
    pub sign_in: Arc<dyn SignIn>,
    /// Draws the page images of documents.
    pub previews: Arc<Previews>,
    /// Their templates and texts. Default: our own.
    pub templates: Templates,
    /// The pages of links, for the page of an address below them that leads nowhere; the same as those
    /// of `desktop_delivery_http::HttpParts`. Default: our own.
    pub link_pages: LinkPages,
    /// The origin of an object store to which downloads are redirected, such as
    /// `https://s3.example.org`; the content security policy lets forms lead to it. Default: none.
    pub download_origin: Option<Arc<str>>,
    /// Whether the lending pages are mounted and in the navigation. Default: `true`.
    pub has_lending: bool,
    /// Whether the borrowing pages are mounted and in the navigation. Default: `true`.
    pub has_borrowing: bool,
    /// Whether the library record is mounted and in the navigation of administrators. Default: `true`.
    pub has_library_record: bool,
}

impl Pages {
    /// Assembles the required parts, with the defaults of the rest.
    #[must_use]
    pub fn new(
        desk: Arc<Desk>,
        directory: Arc<dyn Directory>,
        sign_in: Arc<dyn SignIn>,
        previews: impl Into<Arc<Previews>>,
    ) -> Self {
        Self {
            desk,
            directory,
            sign_in,
            previews: previews.into(),
            templates: Templates::default(),
            link_pages: LinkPages::default(),
            download_origin: None,
            has_lending: true,
            has_borrowing: true,
            has_library_record: true,
        }
    }

    /// Sets the templates, and the texts in them.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// Sets the pages of links.
    #[must_use]
    pub fn with_link_pages(mut self, link_pages: LinkPages) -> Self {
        self.link_pages = link_pages;
        self
    }

    /// Sets the origin of the object store to which downloads are redirected.
    #[must_use]
    pub fn with_download_origin(mut self, origin: impl Into<Arc<str>>) -> Self {
        self.download_origin = Some(origin.into());
        self
    }

    /// Leaves the lending pages out of the navigation.
    #[must_use]
    pub const fn without_lending(mut self) -> Self {
        self.has_lending = false;
        self
    }

    /// Leaves the borrowing pages out of the navigation.
    #[must_use]
    pub const fn without_borrowing(mut self) -> Self {
        self.has_borrowing = false;
        self
    }

    /// Leaves the library record out of the navigation.
    #[must_use]
    pub const fn without_library_record(mut self) -> Self {
        self.has_library_record = false;
        self
    }

    /// The path under which the pages are mounted, as browsers see it; empty at the root of a host name.
    pub(crate) fn base(&self) -> &str {
        self.desk.address().path()
    }
}
