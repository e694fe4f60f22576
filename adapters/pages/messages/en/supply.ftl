# The lending staff's pages of one request.
supply-back = All requests to supply
supply-facts = The request
supply-for = For { $library }
supply-number = Our number
supply-their-number = Their number
supply-service = Service
supply-service-copy = Copy
supply-service-copyorloan = Copy or loan
supply-service-loan = Loan
supply-policy = At most
supply-policy-text = { $downloads } downloads, { $days } days
supply-history = History of this request
supply-why = Reason
supply-why-optional = Reason (for the history; optional)

supply-files = Documents
supply-files-none = Nothing is attached yet.
supply-files-none-over = No documents are attached.
supply-file-closed = Nobody else can download this document.
supply-version = version { $n }
supply-recalled = The earlier document was replaced on { $day } because it was the wrong one. It was deleted here, and its readers are asked to delete their copies.
supply-change = Change
supply-change-this = Change { $name }
supply-look = Look at the pages
supply-look-at-this = Look at the pages of { $name }
supply-download = Download our own copy
supply-download-this = Download our own copy of { $name }
supply-up = Move { $name } up
supply-down = Move { $name } down

supply-upload = Upload documents
supply-description = Description
supply-description-help = For all the files chosen here; you can change it for each one afterwards. Optional.
supply-description-one = Description
supply-downloads = Downloads
supply-days = Days from shipping
supply-choose = Files
supply-choose-help = PDF is best. Up to { $size } each.
supply-drop = Or drop files here.
supply-queue = Files to attach
supply-attach = Attach
supply-sending = Uploading
supply-storing = Stored and checked in a moment
supply-sent = Attached
supply-unreached = The upload broke off. Nothing of this file was kept.
supply-signed-out = Your session has ended. Sign in again in another tab, and then try again.
supply-too-large = The file is larger than { $size }. Split it, and attach the parts.
supply-again = Try again
supply-take-off = Take off the list
supply-file-failed = { $name }: { $why }
supply-some-attached = { $n ->
    [one] The other file is attached.
   *[other] The { $n } other files are attached.
}
supply-too-many = { $n ->
    [one] The first file is attached. That is the most that one upload can take: attach the others in another upload.
   *[other] The first { $n } files are attached. That is the most that one upload can take: attach the others in another upload.
}
supply-upload-stopped = What came behind it was not read; choose those files again.

supply-ship = Ship
supply-ship-lead = This is what shipping does:
supply-ship-sees = { $n ->
    [one] { $library } sees the document at once, and its patron sees it when tracking the request.
   *[other] { $library } sees the { $n } documents at once, and its patron sees them when tracking the request.
}
supply-ship-sees-alone = { $n ->
    [one] { $library } sees the document at once.
   *[other] { $library } sees the { $n } documents at once.
}
supply-ship-sees-partner = { $n ->
    [one] Whoever has the link of { $library } can download the document at once.
   *[other] Whoever has the link of { $library } can download the { $n } documents at once.
}
supply-ship-nothing-partner = Nothing is attached, so { $library } gets no document.
supply-ship-nothing = Nothing is attached, so { $library } sees that the request is shipped, and no document.
supply-ship-ends = { $n ->
    [one] It can be downloaded until the end of { $day }.
   *[other] They can be downloaded until the end of { $day }.
}
supply-ship-ends-differ = They can be downloaded until the end of { $first } at first, and of { $last } at last.
supply-ship-partner = { $library } has no account here: we email it the link at once, to { $address }.
supply-ship-partner-later = { $library } has no account here: we email it the link, to { $address }, as soon as something is attached.
supply-ship-partner-unreachable = { $library } has neither an account nor an email address here, so nobody will be emailed. Give it the link yourself.
supply-ship-patron = Its patron is emailed the link when { $library } confirms receipt.
supply-ship-patron-silenced = The patron will not be emailed: { $library } has switched that notice off.
supply-ship-patron-unreachable = The patron will not be emailed, because no address is known here.
supply-ship-no-patron = Nobody will be emailed, because the request names no patron.
supply-ship-declines = Shipping declines the cancellation that { $library } requested.
supply-ship-deliberate = Ship it without a document: it goes another way
supply-ship-do = Ship to { $library }

supply-cancel = Cancellation requested
supply-cancel-text = { $library } asked on { $day } to cancel this request.
supply-cancel-shipped = It is shipped already, so it cannot be cancelled. Decline, or withdraw the documents.
supply-cancel-accept = Cancel the request
supply-cancel-decline = Decline

supply-asks = Extensions requested
supply-asks-patron = The patron requested an extension on { $day }.
supply-asks-partner = The borrowing library requested an extension on { $day }.
supply-asks-staff = The borrowing library’s staff requested an extension on { $day }.
supply-grant = Grant the extension
supply-grant-title = Extend
supply-grant-text = On top of what the terms allow. We email whoever asked.
supply-grant-whose = To whom
supply-grant-downloads = More downloads
supply-grant-days = Days from today
supply-grant-most = at most { $n }
supply-grant-none-left = Nothing more can be granted for this version. To start afresh, replace the document.

supply-problems = Problems reported
supply-problem-missing-page = A page is missing or cut off
supply-problem-unreadable = The scan cannot be read
supply-problem-wrong-article = It is another article
supply-problem-other = Something else is wrong
supply-problem-replace = Replace the document
supply-problem-answer = Answer without replacing it
supply-problem-note = Answer to the borrowing library
supply-problem-send = Send the answer

supply-edit = Description and terms
supply-until = Or: last day
supply-until-help = Where a last day is set, the days do not count. It ends at midnight at { $library }.
supply-replace = Replace
supply-replace-text = The new document takes the place of the old one under the same links, and its downloads start afresh. A wrong document is deleted at once; any other, when the downloads in progress have ended.
supply-replace-file = The new file
supply-replace-do = Replace the document
supply-reason-missing-pages = Pages are missing
supply-reason-unreadable = The scan cannot be read
supply-reason-wrong-document = It is the wrong document
supply-reason-other = Another reason
supply-remove = Remove
supply-remove-open = Remove this document…
supply-remove-text = Nobody will be able to download it, and it is deleted at once. This cannot be undone.
supply-remove-do = Remove the document

supply-links = Links
supply-link-of-patron = The patron’s link
supply-link-of-partner = The borrowing library’s link
supply-link-since = Made on { $day }
supply-link-closed = Closed on { $day }
supply-link-none = No link has been made yet
supply-link-nobody = No patron is named in this request, so there is nobody to make a link for.
supply-link-show = Show the address
supply-link-make = Make a link
supply-link-address = The link’s address
supply-link-care = Whoever has it can download. Give it to nobody else.
supply-link-close = Close the link…
supply-link-close-text = The link stops working at once, and so do downloads in progress. You can make a new link afterwards.
supply-link-close-do = Close the link
supply-copy = Copy
supply-copied = Copied

supply-notices = Notices
supply-notices-none = No emails sent yet.
supply-notices-more = Earlier ones are in the history

supply-withdraw = Withdraw
supply-withdraw-open = Withdraw this delivery…
supply-withdraw-text = Nobody will be able to download its documents, and its links are closed. This cannot be undone.
supply-withdraw-do = Withdraw the delivery

done-supply-attached = The documents are attached.
done-supply-moved = The order is changed.
done-supply-changed = The change is saved.
done-supply-granted = The extension is granted.
done-supply-answered = The answer is on its way to the borrowing library.
done-supply-replaced = The document is replaced.
done-supply-removed = The document is removed.
done-supply-shipped = The request is shipped.
done-supply-cancelled = The request is cancelled.
done-supply-cancel-declined = The cancellation is declined.
done-supply-withdrawn = The delivery is withdrawn.
done-supply-revoked = The link is closed.

failure-last-day = Nothing was changed
failure-last-day-text = The last day cannot be used: see the field below.
failure-supply-grant = Nothing to grant
failure-supply-grant-text = Enter how many more downloads, or how many days from today.
failure-supply-grant-no-later = The last day stays as it is
failure-supply-grant-no-later-text = The document can already be downloaded at least that long. Enter more days, or how many more downloads.
failure-supply-no-file = No file was chosen
failure-supply-no-file-text = Choose one file or several, and attach them again.
