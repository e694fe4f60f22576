# What patrons read who follow their requests.
track-title = Track ILL requests
track-lead = See where your interlibrary-loan requests stand, and download what has arrived.
track-library = Your library
track-library-choose = Choose your library
track-number = Card number or email address
track-password = Password from the request form
track-password-help = The password that you typed when you sent your request.
track-show = Show my requests
track-help = Something does not work? Your library’s interlibrary-loan desk can tell you where your request stands.
track-no-library = No library lets its readers follow requests here yet. Please ask your library.

track-requests = Your requests
track-none = There are no requests of yours here. A request disappears some time after its documents have expired.
track-pages = Pages of requests
track-newest = Newest requests
track-older = Older requests
track-back = All your requests

track-standing-pending = { $library } has it since { $day }, and is looking for the document.
track-standing-shipped = { $library } sent it on { $day }.
track-standing-received = It has arrived: your library received it on { $day }.
track-standing-cancelled = It was cancelled on { $day }.
track-standing-unfilled = { $library } could not supply it, as it said on { $day }. Your library can try another one.
track-standing-withdrawn = { $library } withdrew its delivery on { $day }. Your library knows more.

track-attachment = Electronic attachment
track-no-attachment = No electronic document came with it. Your library tells you how you get it.
track-nothing-left = nothing left to download; you can request an extension
track-files = { $n ->
    [one] one document
   *[other] { $n } documents
}
track-goes-on = Your last download is already counted: you can resume or repeat it for free.
track-asked = You requested an extension on { $day }. The lending library has not answered yet.
track-open = Open the download page
track-open-help = Opening the page costs nothing; only a download is counted.
track-ask-help = On the page that opens you can ask the lending library for more downloads or more time.
track-request = Your request
track-request-number = Request number
track-asked-on = Asked for on
track-supplier = Lending library

failure-track = Your requests were not found
failure-track-text = The library, the card number or email address, or the password is wrong. Use the ones that you entered when you sent your request.
failure-track-attempts = Too many tries
failure-track-attempts-text = Please wait 15 minutes before the next try, or ask your library where your request stands.
