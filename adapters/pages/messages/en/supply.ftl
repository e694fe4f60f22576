# The lending staff’s pages of one request.
supply-back = All lending requests
supply-facts = Request details
supply-for = For { $library }
supply-number = Your library’s number
supply-their-number = Borrowing library’s number
supply-service = Service
supply-service-copy = Copy
supply-service-copyorloan = Copy or loan
supply-service-loan = Loan
supply-policy = Limits
supply-policy-text = { $downloads ->
    [one] Up to 1 download,
   *[other] Up to { $downloads } downloads,
} { $days ->
    [one] for up to 1 day after shipping
   *[other] for up to { $days } days after shipping
}
supply-history = History of this request
supply-why = Reason
supply-why-optional = Reason, for the history (optional)

supply-files = Documents
supply-files-none = There are no documents yet. Upload one below.
supply-files-none-over = There are no documents.
supply-file-closed = The borrowing library and its patron cannot download this document.
supply-version = version { $n }
supply-recalled = A wrong document was replaced on { $day } and deleted from this server. People who downloaded it are asked to delete their copies.
supply-change = Change
supply-change-this = Change { $name }
supply-download = Download a staff copy
supply-download-this = Download a staff copy of { $name }
supply-up = Move { $name } up
supply-down = Move { $name } down

supply-upload = Upload documents
supply-description = Description
supply-description-help = Optional. This applies to all the files you choose here. You can change it for each document later.
supply-description-one = Description
supply-downloads = Downloads
supply-days = Days after shipping
supply-choose = Files
supply-choose-help = PDF works best. Each file can be up to { $size }.
supply-drop = You can also drag files here.
supply-queue = Files to upload
supply-attach = Upload the files
supply-sending = Uploading
supply-storing = Saving and checking the file
supply-sent = Uploaded
supply-interrupted = The upload was interrupted, and this file was not saved. Try again.
supply-signed-out = Your session has ended. Sign in again in another tab, then come back and try again.
supply-too-large = The file is larger than { $size }. Split it and upload the parts.
supply-again = Try again
supply-remove-from-list = Remove from the list
supply-file-failed = { $name }: { $why }
supply-some-attached = { $n ->
    [one] The other file was uploaded.
   *[other] The { $n } other files were uploaded.
}
supply-too-many = { $n ->
    [one] The first file was uploaded. That is the most you can send at once. Upload the other files separately.
   *[other] The first { $n } files were uploaded. That is the most you can send at once. Upload the other files separately.
}
supply-upload-stopped = The files after it were not read. Choose them again.

supply-ship = Ship the request
supply-ship-lead = When you ship this request:
supply-ship-sees = { $n ->
    [one] { $library } can see the document immediately. Its patron can see it on the tracking page.
   *[other] { $library } can see the { $n } documents immediately. Its patron can see them on the tracking page.
}
supply-ship-sees-alone = { $n ->
    [one] { $library } can see the document immediately.
   *[other] { $library } can see the { $n } documents immediately.
}
supply-ship-sees-partner = { $n ->
    [one] Anyone who has the link of { $library } can download the document immediately.
   *[other] Anyone who has the link of { $library } can download the { $n } documents immediately.
}
supply-ship-nothing-partner = { $library } will not get a document, because none has been uploaded.
supply-ship-nothing = { $library } will see that the request is shipped. It will not get a document, because none has been uploaded.
supply-ship-ends = { $n ->
    [one] The last day to download it is { $day }.
   *[other] The last day to download them is { $day }.
}
supply-ship-ends-differ = The documents have different last days, from { $first } to { $last }.
supply-ship-partner = { $library } has no account here. We will email the link to { $address } immediately.
supply-ship-partner-later = { $library } has no account here. We will email the link to { $address } when you upload a document.
supply-ship-partner-unreachable = { $library } has no account and no email address here, so nobody will be emailed. Give it the link yourself.
supply-ship-patron = We will email the link to the patron when { $library } marks the request as received.
supply-ship-patron-silenced = The patron will not be emailed, because { $library } has turned this email off.
supply-ship-patron-unreachable = The patron will not be emailed, because there is no email address on record.
supply-ship-no-patron = Nobody will be emailed, because the request does not name a patron.
supply-ship-declines = You decline the cancellation that { $library } requested.
supply-ship-deliberate = Ship without a document (it is being sent another way)
supply-ship-do = Ship to { $library }

supply-cancel = Cancellation requested
supply-cancel-text = { $library } asked on { $day } to cancel this request.
supply-cancel-shipped = You have already shipped this request, so it cannot be cancelled. You can decline, or withdraw the delivery.
supply-cancel-accept = Cancel the request
supply-cancel-decline = Decline the cancellation

supply-extensions = Extensions requested
supply-extensions-patron = The patron requested an extension on { $day }.
supply-extensions-partner = The borrowing library requested an extension on { $day }.
supply-extensions-requester-staff = The borrowing library’s staff requested an extension on { $day }.
supply-grant = Grant the extension
supply-grant-title = Extension
supply-grant-text = Give more downloads or more time than the limits above. We will email anyone who requested it.
supply-grant-audience = Who can use the extra downloads
supply-grant-downloads = Extra downloads
supply-grant-days = Days from today
supply-grant-most = at most { $n }
supply-grant-none-left = No more downloads can be granted for this version. If you replace the document, the count starts over.

supply-problems = Problems reported
supply-problem-missing-page = A page is missing or cut off
supply-problem-unreadable = The document cannot be read
supply-problem-wrong-article = It is not the document that was requested
supply-problem-other = Another problem
supply-problem-replace = Replace the document
supply-problem-answer = Answer without replacing it
supply-problem-note = Answer to the borrowing library
supply-problem-send = Send the answer

supply-edit = Description and limits
supply-until = Last day (instead of days)
supply-until-help = If you choose a last day, the number of days is ignored. The last day ends at midnight in the time zone of { $library }.
supply-replace = Replace the document
supply-replace-text = The new document takes the place of the old one. The links stay the same, and the count of downloads starts over. If the old document was the wrong one, it is deleted immediately. Otherwise it is deleted when downloads in progress have ended.
supply-replace-file = New file
supply-replace-do = Replace the document
supply-reason-missing-pages = Pages are missing
supply-reason-unreadable = The document cannot be read
supply-reason-wrong-document = It is the wrong document
supply-reason-other = Another reason
supply-remove = Remove the document
supply-remove-open = Remove this document…
supply-remove-text = The document is deleted immediately, and nobody can download it. You cannot undo this.
supply-remove-do = Remove the document

supply-links = Links
supply-link-of-patron = Patron’s link
supply-link-of-partner = Borrowing library’s link
supply-link-since = Created on { $day }
supply-link-revoked = Turned off on { $day }
supply-link-none = There is no link yet
supply-link-no-patron = This request does not name a patron, so you cannot create a link.
supply-link-show = Show the link
supply-link-create = Create a link
supply-link-address = Link to copy
supply-link-care = Anyone who has this link can download. Give it only to the person or library it is for.
supply-link-revoke = Turn off the link…
supply-link-revoke-text = The link stops working immediately, and downloads in progress stop. You can create a new link later.
supply-link-revoke-do = Turn off the link
supply-copy = Copy the link
supply-copied = Copied

supply-notices = Emails
supply-notices-none = No emails sent yet.
supply-notices-more = See earlier emails in the history

supply-withdraw = Withdraw the delivery
supply-withdraw-open = Withdraw this delivery…
supply-withdraw-text = Nobody can download the documents anymore, and the links stop working. You cannot undo this.
supply-withdraw-do = Withdraw the delivery

done-supply-attached = Your documents have been uploaded. They are listed below.
done-supply-moved = The order of the documents has been changed.
done-supply-changed = Your changes to the document have been saved.
done-supply-granted = The extension has been granted. The list of emails shows who is told.
done-supply-answered = Your answer to the borrowing library has been sent.
done-supply-replaced = The document has been replaced. Its links now lead to the new one.
done-supply-removed = The document has been removed. Nobody can download it.
done-supply-shipped = The request has been shipped to the borrowing library. The list of emails shows who is told.
done-supply-cancelled = The request has been cancelled, as the borrowing library asked.
done-supply-cancel-declined = The cancellation has been declined. The request goes on as before.
done-supply-withdrawn = The delivery has been withdrawn. Nobody can download its documents.
done-supply-revoked = The link has been turned off. You can create a new one below.

failure-last-day = Check the last day
failure-last-day-text = Nothing was changed. See the message next to the field.
failure-supply-grant = Enter what to grant
failure-supply-grant-text = Nothing was changed. Enter a number of extra downloads, or a number of days from today.
failure-supply-grant-no-later = The last day would not change
failure-supply-grant-no-later-text = The document can already be downloaded at least that long. Enter more days, or a number of extra downloads.
failure-supply-no-file = Choose a file
failure-supply-no-file-text = You did not choose a file. Choose one or more files, then upload them.
