# Texts of several pages.
skip = Skip to main content
nav = Sections
nav-supply = Lending
nav-borrow = Borrowing
nav-library = Library record
sign-in = Sign in
sign-out = Sign out
# A label and its value on one line.
labeled = { $label }: { $value }
save = Save changes

home-title = Desktop delivery
home-lead = Send and receive interlibrary loan documents online.
home-patrons = Patrons
home-patrons-text = See the status of the documents you requested from your library, and download those that are ready.
home-track = Track my requests
home-staff = Library staff
home-staff-text = Send documents to other libraries, and receive documents for your patrons.
home-api = JSON API for other systems

downloads-left = { $n ->
    [0] No downloads left (out of { $limit })
   *[other] { $n } of { $limit } downloads left
}
last-day = Available until the end of { $day }

status-pending = Pending
status-shipped = Shipped
status-received = Received
status-cancelled = Cancelled
status-unfilled = Unfilled
status-withdrawn = Withdrawn
status-since = since { $day }
status-on = on { $day }
