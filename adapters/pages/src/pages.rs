use crate::{SignIn, Templates};
use desktop_delivery::{Desk, Directory};
use desktop_delivery_http::LinkPages;
use desktop_delivery_identity::windows::Windows;
use desktop_delivery_preview::Previews;
use desktop_delivery_webhook::Webhooks;
use std::sync::Arc;

/// The parts of the pages for lending, borrowing and tracking.
///
/// Links use the path of the desk's [`PublicAddress`](desktop_delivery::PublicAddress). A host that
/// nests the routers under `/ill/delivery` must give the desk an address that ends in
/// `/ill/delivery`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pages {
    /// The desk that the pages call.
    pub desk: Arc<Desk>,
    /// The directory of libraries and patrons. It must be the same as the desk's.
    pub directory: Arc<dyn Directory>,
    /// Identifies signed-in staff and patrons.
    pub sign_in: Arc<dyn SignIn>,
    /// Renders the page images of documents.
    pub previews: Arc<Previews>,
    /// The templates and texts of the pages. Default: the built-in ones.
    pub templates: Templates,
    /// The templates of link pages, used for errors below the paths of links. They must be the same
    /// as those of `desktop_delivery_http::HttpParts`. Default: the built-in ones.
    pub link_pages: LinkPages,
    /// The origin of an object store that downloads are redirected to, such as
    /// `https://s3.example.org`. The content security policy allows forms to reach it. Default:
    /// `None`.
    pub download_origin: Option<Arc<str>>,
    /// Whether the lending pages are mounted and in the navigation. Default: `true`.
    pub has_lending: bool,
    /// Whether the borrowing pages are mounted and in the navigation. Default: `true`.
    pub has_borrowing: bool,
    /// Whether the library record is mounted and in the navigation of administrators. Default:
    /// `true`.
    pub has_library_record: bool,
    /// The windows that the host opens, whose people the history names. Default: `None`.
    pub windows: Option<Windows>,
    /// The webhooks, which administrators manage for their library beside its record. Default:
    /// `None`, without that page.
    pub webhooks: Option<Webhooks>,
}

impl Pages {
    /// Creates the parts, with defaults for the optional ones.
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
            windows: None,
            webhooks: None,
        }
    }

    /// Sets the templates and their texts.
    #[must_use]
    pub fn with_templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// Sets the templates of link pages.
    #[must_use]
    pub fn with_link_pages(mut self, link_pages: LinkPages) -> Self {
        self.link_pages = link_pages;
        self
    }

    /// Sets the origin of the object store that downloads are redirected to.
    #[must_use]
    pub fn with_download_origin(mut self, origin: impl Into<Arc<str>>) -> Self {
        self.download_origin = Some(origin.into());
        self
    }

    /// Shows the names of people for whom the host opens windows in the history.
    #[must_use]
    pub fn with_windows(mut self, windows: Windows) -> Self {
        self.windows = Some(windows);
        self
    }

    /// Lets administrators manage webhooks for their library.
    #[must_use]
    pub fn with_webhooks(mut self, webhooks: Webhooks) -> Self {
        self.webhooks = Some(webhooks);
        self
    }

    /// Removes the lending pages from the navigation.
    #[must_use]
    pub const fn without_lending(mut self) -> Self {
        self.has_lending = false;
        self
    }

    /// Removes the borrowing pages from the navigation.
    #[must_use]
    pub const fn without_borrowing(mut self) -> Self {
        self.has_borrowing = false;
        self
    }

    /// Removes the library record from the navigation.
    #[must_use]
    pub const fn without_library_record(mut self) -> Self {
        self.has_library_record = false;
        self
    }

    /// Returns the path under which the pages are mounted, as browsers see it; empty at the root.
    pub(crate) fn base(&self) -> &str {
        self.desk.address().path()
    }
}
