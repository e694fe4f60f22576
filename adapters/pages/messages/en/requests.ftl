# The lists of requests, and the state of a request.
list-supply = Lending requests
list-supply-lead = Requests from other libraries, newest first.
list-supply-other = Borrowing library
list-borrow = Borrowing requests
list-borrow-lead = Your library’s requests to other libraries, newest first.
list-borrow-other = Lending library
list-search = Title, author, source or number
list-status = Status
list-any-status = Any status
list-waiting = Needs an answer
list-show = Show requests
list-request = Request
list-files = Documents
list-other-number = other library’s number: { $number }
list-none = There are no requests yet. New requests appear here automatically.
list-none-found = No requests match your search.
list-all = Show all requests
list-pages = Pages
list-first = First page
list-next = Next page

pending-cancellation = Cancellation requested
pending-extensions = { $n ->
    [one] Extension requested
   *[other] { $n } extensions requested
}
pending-problems = { $n ->
    [one] Problem reported
   *[other] { $n } problems reported
}
files-attached = { $n ->
    [0] No documents
    [one] 1 document
   *[other] { $n } documents
}

budget-partner = Borrowing library
budget-patron = Patron
budget-requester-staff = Borrowing library’s staff
file-days = { $n ->
    [0] Available until the end of the day it is shipped
    [one] Available for 1 day after it is shipped
   *[other] Available for { $n } days after it is shipped
}
file-ended = Expired on { $day }
file-purged = Deleted on { $day }, after its last day

notice-of-cancel-requested = Cancellation requested
notice-of-more-granted = Extension granted
notice-of-more-requested = Extension requested
notice-of-problem-answered = Problem answered
notice-of-problem-reported = Problem reported
notice-of-received = Received, with documents
notice-of-replaced = Document replaced
notice-of-shipped = Shipped, with the link
notice-to-partner = to the borrowing library, which has no account here
notice-to-patron = to the patron
notice-to-supplier-staff = to the lending library
notice-to-requester-staff = to the borrowing library
notice-sent = Accepted by the mail server
notice-skipped = Not sent: no longer needed, or turned off by the library
notice-waiting = Will be sent shortly
notice-tried = { $n ->
    [one] Tried once. We will try again.
   *[other] Tried { $n } times. We will try again.
}
notice-sent-partly = Accepted by the mail server, except for { $addresses }
notice-failed-invalid-address = Not sent: the email address on record is not valid. Correct it, then send the email again.
notice-failed-unsupported-address = Not sent: our mail server does not support accented or non-Latin letters before the @ sign. Enter another address, then send the email again.
notice-failed-no-address = Not sent: there is no email address on record
notice-failed-too-many-tries = Not sent: the mail server could not be reached
notice-failed-refused = Refused by the mail server
file-recalled = The lending library sent the wrong document and replaced it on { $day }. Please delete any copy that you downloaded before then.

# The citation of a request, and the statement about copyright in the United States.
citation-authors = Authors
citation-container = Journal or book
citation-volume = Volume
citation-issue = Issue
citation-date = Date
citation-pages = Pages
citation-issn = ISSN
citation-isbn = ISBN
citation-copyright = Copyright statement
copyright-us-ccg = CCG: within the CONTU guidelines
copyright-us-ccl = CCL: other provisions of copyright law
