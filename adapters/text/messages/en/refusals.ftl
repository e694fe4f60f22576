# Why the desk refused something, and what to do next. Staff read these; patrons read those about documents.
refusal-busy = Other people are changing this request. Try again in a moment.
refusal-cancelled = The request was cancelled on { $day }.
refusal-ended = This download ended on { $day }. To get the document again, use another download.
refusal-exhausted = { $limit ->
    [0] No downloads are allowed here.
    [one] The only download has been used. The lending library can grant an extension.
   *[other] All { $limit } downloads have been used. The lending library can grant an extension.
}
refusal-expired = The last day to download was { $day }. The lending library can grant an extension.
refusal-feed-reset = The database was replaced, so the list of events has started over. Open it from the beginning.
refusal-forbidden = Your library or your account cannot do this. Ask the other library of this request, or your library’s administrator.
refusal-in-future = The change is dated more than 5 minutes ahead of the server’s clock. Ask the system administrator to check the clock of the system that sent it.
refusal-inspected = The file was not accepted: { $reason }.
refusal-never-fits = The file is larger than your library’s storage limit of { $limit }. Make it smaller, or ask the system administrator to raise the limit supplier_bytes.
refusal-no-free-preview = A preview would use a download under this library’s policy. Download the document instead.
refusal-no-recipient = The request names no patron, or the patron has no email address. Add what is missing, then try again.
refusal-over-limit = That is outside the limit: { $most }.
refusal-over-quota = The daily limit has been reached: { $used } of { $limit } { $what }. Try again from { $moment }.
refusal-over-quota-bytes = There is no room for this file: your library uses { $used } of its { $limit } of storage. Remove documents you no longer need, or ask the system administrator to raise the limit supplier_bytes.
refusal-nothing-attached = This request has no documents. Upload a document first, or confirm that you want to ship without one.
refusal-not-shipped = The lending library has not shipped this request yet.
refusal-not-yet-valid = The document can be downloaded from { $from }.
refusal-past-end = { $day } has passed. Choose today or a later day. To stop downloads right away, turn off the link or remove the document.
refusal-purged = The document was deleted on { $day }, after its last day. If you still need it, request it again.
refusal-removed = The lending library removed this document on { $day }.
refusal-replaced = The lending library replaced this document on { $day } because it was the wrong one. Delete any copy you saved, then reload the page to get the right one.
refusal-revoked = The link was turned off on { $day }.
refusal-stale = Someone else made a change while this page was open. The page is up to date now. Check it and try again.
refusal-too-large = The file is larger than { $size }. Split it and upload the parts.
refusal-too-many-resends = The email with the link was sent again { $limit } times within an hour. You can send it again after { $moment }, or give the patron the link yourself.
refusal-unacknowledged = Read the copyright notice and select the box to accept it.
refusal-unsupported-archive-combined = The file is an archive joined to other data, so different programs would open it differently. Upload the document and the files in the archive one by one.
refusal-unsupported-archive-damaged = The archive is damaged or incomplete, so its files cannot be checked. Create the archive again, or upload the files one by one.
refusal-unsupported-archive-empty = The archive contains no files. Check that it is the right file, then create the archive again.
refusal-unsupported-archive-inconsistent = The archive’s table of contents does not match its files, so different programs would extract different files. Create the archive again, or upload the files one by one.
refusal-unsupported-archive-nested = The archive contains another archive, { $entry }, which cannot be checked. Extract the files from the inner archive and upload them instead.
refusal-unsupported-archive-too-large = The archive has too many files, or its files are far larger than the archive. Upload the files one by one.
refusal-unsupported-archive-unsafe = The archive contains links, or paths that lead out of it. Create the archive again, or upload the files one by one.
refusal-unsupported-content = The file contains { $kind }. Files of this kind are not accepted. Send the document as a PDF.
refusal-unsupported-encrypted = The file is protected with a password, so it cannot be checked. Remove the password, or send a PDF without one.
refusal-unsupported-inside = The archive contains { $entry }. Programs, scripts and web pages are not accepted, even inside an archive. Remove this file, then upload the archive again.
refusal-unsupported-macros = The file contains { $kind } with macros. Save it without macros, or as a PDF.
refusal-unsupported-mismatch = The file’s name ends in “.{ $ending }”, but the file contains { $kind }. Check that it is the right file, then correct the end of its name.
refusal-unsupported-name = Files whose names end in “.{ $ending }” are not accepted, whatever they contain. Send the document as a PDF, with a name that ends in “.pdf”.
refusal-unsupported-type = This type of file is not accepted. Send the document as a PDF.
refusal-vetoed = Your library’s request system did not allow this: { $reason }. Nothing was changed.
refusal-withdrawn = The lending library withdrew this delivery on { $day }.
refusal-wrong-status = The status of this request has changed. Reload the page to see it.
refusal-unknown = This page or item does not exist, or your library does not have access to it.
