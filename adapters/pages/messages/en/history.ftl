# What happened to a request, as staff read it. An event continues the name of whoever did it.
history-title = History
history-back = Back to the request
history-when = When
history-who = Who
history-what = What happened
history-utc = When (UTC)
history-event = Event
history-none = There is nothing in the history yet that your library can see.
history-csv = Export as a table (CSV)
history-json = Export for programs (JSON)
history-help = Times are in your library’s time zone. The history contains no links and no email addresses, so you can share it.

history-by-staff = { $name }, { $library }
history-by-host = The host system
history-by-system = The system
history-by-patron = Someone with the patron’s link
history-by-partner = Someone with the borrowing library’s link
history-by-link = Someone with a link

history-doc = document { $no }
history-doc-named = document { $no } ({ $name })
history-doc-version = document { $no } (version { $version })
history-doc-named-version = document { $no } ({ $name }, version { $version })
history-why = Reason: { $why }

history-attached = Uploaded { $doc }, { $size }
history-cancel-accepted = Accepted the cancellation
history-cancel-refused = Declined the cancellation: the request goes on
history-cancel-requested = Asked the lending library to cancel
history-cancelled = Cancelled the request
history-claimed-patron = Used 1 download of { $doc }, for the patron
history-claimed-partner = Used 1 download of { $doc }, for the borrowing library (no account)
history-claimed-requester-staff = Used 1 download of { $doc }, for the borrowing library’s staff
history-claimed-supplier-staff = Used 1 download of { $doc }, for the lending library’s staff
history-accepted = Accepted version { $n } of the copyright notice.
history-accepted-standard = Accepted the standard copyright notice.
history-created = Added the request
history-described = Changed the description of { $doc } to “{ $text }”
history-described-nothing = Removed the description of { $doc }
history-expired = The last day of { $doc } has passed
history-forgotten = Deleted the patron’s number and turned off their links
history-refunded = Gave back 1 download of { $doc }: it failed on our side before anything was sent
history-granted = { $n ->
    [0] Granted more time for { $doc }
    [one] Granted 1 extra download of { $doc }
   *[other] Granted { $n } extra downloads of { $doc }
}
history-granted-until = until the end of { $day }
history-link-issued-patron = Created a link for the patron
history-link-issued-partner = Created a link for the borrowing library, which has no account
history-link-issued-requester-staff = Created a link for the borrowing library’s staff
history-link-issued-supplier-staff = Created a link for the lending library’s staff
history-link-revoked = Turned off link { $no }
history-more-requested = Requested an extension for { $doc }
history-mail-sent = The mail server accepted the email “{ $mail }”
history-mail-skipped = The email “{ $mail }” was not sent: no longer needed, or turned off by the library
history-mail-waiting = The email “{ $mail }” could not be sent yet and will be tried again
history-mail-no-address = The email “{ $mail }” was not sent: there is no email address on record
history-mail-invalid-address = The email “{ $mail }” was not sent: the email address on record is not valid
history-mail-unsupported-address = The email “{ $mail }” was not sent: our mail server does not support accented or non-Latin letters before the @ sign
history-mail-too-many-tries = The email “{ $mail }” was not sent: the mail server could not be reached
history-mail-refused = The mail server refused the email “{ $mail }”
history-mail-about = { $event } (about { $doc })
history-mail-of-cancel-requested = Cancellation requested
history-mail-of-more-granted = Extension granted
history-mail-of-more-requested = Extension requested
history-mail-of-problem-answered = Problem answered
history-mail-of-problem-reported = Problem reported
history-mail-of-received = Received, with documents
history-mail-of-replaced = Document replaced
history-mail-of-shipped = Shipped, with the link
history-previewed = Previewed { $doc }
history-problem-answered = Answered the problem with { $doc }
history-problem-missing-page = Reported a problem with { $doc }: a page is missing or cut off
history-problem-unreadable = Reported a problem with { $doc }: it cannot be read
history-problem-wrong-article = Reported a problem with { $doc }: it is not the document that was requested
history-problem-other = Reported another problem with { $doc }
history-purged = Deleted { $doc } from the server, after its last day
history-backoff = A scheduled task failed and will be tried again on { $until }
history-received = Marked the request as received
history-removed = Removed { $doc }
history-reopened = Sent the request to a lending library again
history-reordered = Changed the order of the documents
history-replaced-missing-pages = Replaced the previous version, which had missing pages, with { $doc }, { $size }
history-replaced-unreadable = Replaced the previous version, which could not be read, with { $doc }, { $size }
history-replaced-wrong-document = Replaced the previous version, which was the wrong document, with { $doc }, { $size }
history-replaced-other = Replaced the previous version with { $doc }, { $size }
history-shipped = { $n ->
    [0] Shipped the request without documents
    [one] Shipped the request with 1 document
   *[other] Shipped the request with { $n } documents
}
history-staff-read = Downloaded a staff copy of { $doc } (not counted)
history-swept = { $n ->
    [one] Deleted 1 file that nobody could download anymore
   *[other] Deleted { $n } files that nobody could download anymore
}
history-synced = Updated the details of the request
history-terms = Changed the limits of { $doc }. Before: { $before }. Now: { $after }.
history-terms-downloads = { $n ->
    [one] 1 download
   *[other] { $n } downloads
}
history-terms-days = { $n ->
    [0] until the end of the day of shipping
    [one] 1 day after shipping
   *[other] { $n } days after shipping
}
history-terms-until = until the end of { $day }
history-terms-from = from { $day }
history-resent-patron = Sent the patron’s link again
history-resent-partner = Sent the borrowing library’s link again
history-unfilled = Could not fill the request
history-upload-begun = Started to upload a file
history-upload-ended = Stopped uploading a file
history-withdrawn = Withdrew the delivery.
history-other = Something happened that this page cannot describe yet
