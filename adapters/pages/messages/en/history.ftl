# What happened to a request, as staff read it.
history-title = History
history-back = Back to the request
history-when = When
history-who = Who
history-what = What happened
history-utc = When (UTC)
history-event = Event
history-none = Nothing has happened yet that your library may see.
history-csv = Save as a table (CSV)
history-json = Save for programs (JSON)
history-help = Times are those of your library. The history names no link and no address, so it can be passed on.

history-by-staff = { $name }, { $library }
history-by-host = The host system
history-by-system = The system
history-by-patron = The holder of the patron’s link
history-by-partner = The holder of the borrowing library’s link
history-by-link = The holder of a link

history-doc = document { $no }
history-doc-named = document { $no } ({ $name })
history-doc-version = document { $no } (version { $version })
history-doc-named-version = document { $no } ({ $name }, version { $version })
history-why = Reason given: { $why }

history-attached = Attached { $doc }, { $size }
history-cancel-accepted = Agreed to cancel
history-cancel-refused = Refused to cancel: the delivery goes on
history-cancel-requested = Asked the lending library to cancel
history-cancelled = The request was cancelled
history-claimed-patron = Counted a download of { $doc } for the patron
history-claimed-partner = Counted a download of { $doc } for the partner library
history-claimed-requester = Counted a download of { $doc } for the borrowing library’s staff
history-claimed-supplier = Counted a download of { $doc } for the lending library’s staff
history-accepted = The copyright notice shown, version { $n }, was accepted.
history-accepted-usual = The usual copyright notice was accepted.
history-created = The request was added
history-described = Changed the description of { $doc } to “{ $text }”
history-described-nothing = Removed the description of { $doc }
history-expired = The time of { $doc } ended
history-forgotten = Removed the patron’s number and closed their links
history-refunded = A counted download of { $doc } was given back: it failed on our side before anything was sent
history-granted = { $n ->
    [0] Granted more time for { $doc }
    [one] Granted 1 more download of { $doc }
   *[other] Granted { $n } more downloads of { $doc }
}
history-granted-until = until the end of { $day }
history-link-issued-patron = A link for the patron was made
history-link-issued-partner = A link for the borrowing library without an account was made
history-link-issued-requester = A link for the borrowing library’s staff was made
history-link-issued-supplier = A link for the lending library’s staff was made
history-link-revoked = Closed link { $no }
history-more-requested = Requested an extension for { $doc }
history-mail-sent = The mail server accepted the email “{ $mail }”
history-mail-skipped = The email “{ $mail }” was not sent: it is no longer needed, or the library has switched it off
history-mail-waiting = The email “{ $mail }” could not be handed over yet, and will be tried again
history-mail-no-address = The email “{ $mail }” was not sent: there is no address
history-mail-invalid-address = The email “{ $mail }” was not sent: the email address on record is not valid
history-mail-unsupported = The email “{ $mail }” was not sent: our mail server does not support accented or non-Latin letters before the @ sign
history-mail-unreachable = The email “{ $mail }” was not sent: the mail server could not be reached
history-mail-refused = The mail server refused the email “{ $mail }”
history-mail-about = { $said }; it is about { $doc }
history-mail-of-cancel-requested = Cancellation requested
history-mail-of-more-granted = Extension granted
history-mail-of-more-requested = Extension requested
history-mail-of-problem-answered = Problem answered
history-mail-of-problem-reported = Problem reported
history-mail-of-received = Received with attachments
history-mail-of-replaced = Document replaced
history-mail-of-shipped = Shipped, with the link
history-mail-of-other = Notice
history-previewed = Looked at the pages of { $doc } without a download
history-problem-answered = Answered the problem with { $doc }
history-problem-missing-page = Reported that a page of { $doc } is missing or cut off
history-problem-unreadable = Reported that { $doc } cannot be read
history-problem-wrong-article = Reported that { $doc } is not what was asked for
history-problem-other = Reported that something else is wrong with { $doc }
history-purged = The bytes of { $doc } were deleted, since its time was over
history-backoff = Something that had fallen due failed, and waits until { $until }
history-received = Marked the request as received
history-removed = Removed { $doc }
history-reopened = Sent the request to a lending library again
history-reordered = Put the documents in another order
history-replaced-missing-pages = Replaced the previous version, which lacked pages, with { $doc }, { $size }
history-replaced-unreadable = Replaced the previous version, which could not be read, with { $doc }, { $size }
history-replaced-wrong-document = Replaced the previous version, which was the wrong document, with { $doc }, { $size }
history-replaced-other = Replaced the previous version with { $doc }, { $size }
history-shipped = { $n ->
    [0] Shipped, without documents
    [one] Shipped, with 1 document
   *[other] Shipped, with { $n } documents
}
history-staff-read = Took a copy of { $doc }, which is free
history-swept = { $n ->
    [one] 1 file that nobody could download anymore was deleted
   *[other] { $n } files that nobody could download anymore were deleted
}
history-synced = Changed what is known of the request
history-terms = Changed the terms of { $doc }: { $before }, became { $after }.
history-terms-downloads = { $n ->
    [one] 1 download
   *[other] { $n } downloads
}
history-terms-days = { $n ->
    [0] until the end of the day of shipping
    [one] 1 day from shipping
   *[other] { $n } days from shipping
}
history-terms-until = until the end of { $day }
history-terms-from = from { $day }
history-resent-patron = Had the patron’s link sent again
history-resent-partner = Had the borrowing library’s link sent again
history-unfilled = Cannot supply it
history-upload-begun = Began to upload a file
history-upload-ended = An upload was given up
history-withdrawn = Withdrew the delivery.
history-other = Something happened that this page has no words for yet
