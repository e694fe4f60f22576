# The lists of requests, and words for where one stands.
list-supply = Requests to supply
list-supply-lead = What other libraries ask of yours, newest first.
list-supply-other = Borrowing library
list-borrow = Your library’s requests
list-borrow-lead = What your library asks of others, newest first.
list-borrow-other = Lending library
list-search = Title, source or number
list-status = Status
list-any-status = Any
list-waiting = Waiting for an answer
list-show = Show
list-request = Request
list-files = Documents
list-other-number = with them { $number }
list-none = There are no requests yet. They appear here as soon as they are known.
list-none-found = No request matches.
list-all = Show all requests
list-pages = Pages
list-first = First page
list-next = Next page

waits-cancel = Cancellation requested
waits-asks = { $n ->
    [one] Extension requested
   *[other] { $n } extensions requested
}
waits-problems = { $n ->
    [one] A problem reported
   *[other] { $n } problems reported
}
files-attached = { $n ->
    [0] No documents
    [one] 1 document
   *[other] { $n } documents
}

budget-partner = Partner library
budget-patron = Patron
budget-staff = Borrowing staff
file-days = { $n ->
    [0] Until the end of the day of shipping
    [one] 1 day from shipping
   *[other] { $n } days from shipping
}
file-ended = Ended on { $day }
file-purged = Deleted on { $day }, after its time was over

notice-of-cancel-requested = Cancellation requested
notice-of-more-granted = Extension granted
notice-of-more-requested = Extension requested
notice-of-problem-answered = Problem answered
notice-of-problem-reported = Problem reported
notice-of-received = Received with attachments
notice-of-replaced = Document replaced
notice-of-shipped = Shipped, with the link
notice-of-other = Notice
notice-to-partner = to the borrowing library, which has no account
notice-to-patron = to the patron
notice-to-supplier = to the lending library
notice-to-requester = to the borrowing library
notice-sent = Accepted by the mail server
notice-skipped = Not sent: no longer needed, or switched off by the library
notice-waiting = About to be sent
notice-tried = { $n ->
    [one] Tried once, will be tried again
   *[other] Tried { $n } times, will be tried again
}
notice-sent-partly = Accepted by the mail server, except for { $addresses }
notice-failed-invalid-address = Not sent: the email address on record is not valid. Correct it, then send again.
notice-failed-unsupported = Not sent: our mail server does not support accented or non-Latin letters before the @ sign. Enter another address, then send again.
notice-failed-no-address = Not sent: no email address is known
notice-failed-tries = Not sent: the mail server could not be reached
notice-failed-refused = Refused by the mail server
file-recalled = On { $day }, the lending library replaced a wrong document. Please delete any copy that you downloaded before then.
