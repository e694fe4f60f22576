use crate::Pages;
use desktop_delivery_identity::windows::Windows;

/// The parts of windows, in which a host shows single tasks inside its own pages.
///
/// # Example
/// A host opens a window by a Rust call, without HTTP:
/// ```
/// # use desktop_delivery::{AgencyId, Error, RequestHandle, StaffId};
/// # use desktop_delivery::input::WebOrigin;
/// # use desktop_delivery_identity::windows::WindowKind;
/// # use desktop_delivery_pages::{WindowParts, WindowPerson, WindowPlace};
/// # async fn upload(parts: WindowParts, request: RequestHandle) -> Result<String, Error> {
/// let (agency, id) = (AgencyId::new("CA-OTU")?, StaffId::new("m-7")?);
/// let person = WindowPerson::new(agency, id, "Mei Ito");
/// let place = WindowPlace::new(WebOrigin::new("https://ill.example.org")?);
/// let offer = parts.offer(request, WindowKind::Upload, &person, &place).await?;
/// let address = offer.address.expose(); // for an iframe or `window.open`, within 60 seconds
/// # Ok(address.to_owned())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WindowParts {
    /// The parts of the pages that windows show.
    pub pages: Pages,
    /// The windows that are offered and open.
    pub windows: Windows,
}

impl WindowParts {
    /// Creates the parts. Pass the same windows to [`Pages::with_windows`], so that the history
    /// shows people's names.
    #[must_use]
    pub fn new(pages: Pages, windows: Windows) -> Self {
        let pages = pages.with_windows(windows.clone());
        Self { pages, windows }
    }
}
