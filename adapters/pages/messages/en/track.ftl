# What patrons read who track their requests.
track-title = Track your requests
track-lead = See the status of your interlibrary loan requests, and download documents that are ready.
track-library = Your library
track-library-choose = Choose your library
track-number = Card number or email address
track-password = Password from the request form
track-password-help = The password you chose when you sent your request.
track-show = Show my requests
track-help = Need help? Contact the interlibrary loan service of your library.
track-no-library = You cannot track requests here yet. Contact your library to ask about your request.

track-requests = Your requests
track-none = You have no requests here. A request is removed some time after its documents expire.
track-pages = Pages of requests
track-newest = Newest requests
track-older = Older requests
track-back = All your requests

track-status-pending = { $library } has had your request since { $day } and is looking for the document.
track-status-shipped = { $library } filled your request on { $day }.
track-status-received = What you requested arrived at your library on { $day }.
track-status-cancelled = Your request was cancelled on { $day }.
track-status-unfilled = On { $day }, { $library } reported that it could not fill your request. Your library can try another one.
track-status-withdrawn = On { $day }, { $library } withdrew what it had sent. Contact your library for details.

track-attachment = Electronic documents
track-no-attachment = There is no document to download here. Your library will tell you how to get it.
track-nothing-left = Nothing left to download.
track-may-ask = Nothing left to download. You can request an extension.
track-files = { $n ->
    [one] 1 document
   *[other] { $n } documents
}
track-can-resume = Until { $moment }, you can resume or repeat your last download without using another.
track-extension-requested = You requested an extension on { $day }. The lending library has not granted it yet.
track-open = Open the download page
track-open-help = Opening the page does not use a download.
track-extension-help = On the next page, you can ask the lending library for more downloads or more time.
track-request = Request details
track-request-number = Request number
track-requested-on = Requested on
track-supplier = Lending library

failure-track = We could not find your requests
failure-track-text = The library, the card number or email address, or the password is wrong. Enter the same ones as when you sent your request.
failure-track-attempts = Too many tries
failure-track-attempts-text = Wait 15 minutes and try again, or ask your library about your request.
