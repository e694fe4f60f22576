# What several pages say.
skip = Skip to the content
nav = Sections
nav-supply = Lending
nav-borrow = Borrowing
nav-library = Library record
sign-in = Sign in
sign-out = Sign out
save = Save

home-title = Desktop delivery
home-lead = Scanned articles for interlibrary loan, over links that a library sends to its readers.
home-readers = Readers
home-readers-text = See where the articles stand that you asked your library for, and download those that have arrived.
home-track = Track my requests
home-staff = Library staff
home-staff-text = Upload documents for other libraries, and receive those that they send.
home-api = The JSON API, for other systems

downloads-left = { $n ->
    [0] All { $limit } downloads are used
   *[other] { $n } of { $limit } downloads left
}
last-day = Until the end of { $day }

status-pending = Pending
status-shipped = Shipped
status-received = Received
status-cancelled = Cancelled
status-unfilled = Unfilled
status-withdrawn = Withdrawn
status-since = since { $day }
status-on = on { $day }
