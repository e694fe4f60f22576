# One request, as the borrowing library sees it.
borrow-back = All borrowing requests
borrow-files = Documents from the lending library
borrow-files-pending = The lending library has not shipped this request yet. Its documents will appear here.
borrow-files-none = There are no documents. The lending library shipped this request without one, or has removed it.
borrow-files-over = There are no documents for this request.
borrow-replaced = Replaced on { $day }

borrow-preview-text = A preview does not use a download. It is recorded in the request’s history.
borrow-preview-not-free = There is no preview for this request. To see the document, download it.
borrow-preview-left-out = Previews are not available on this server.
borrow-preview-no-pages = There is no preview for this type of document.
borrow-preview-not-yet = The preview will be available from { $from }.
borrow-preview-over = The preview is no longer available.

borrow-copyright = Copyright notice
borrow-copyright-standard = This copy is supplied for one patron’s own research or private study only. It is protected by copyright. Give it to that patron alone, and do not publish it or make further copies. Any other use may need the permission of the copyright owner.
borrow-acknowledge = I have read the copyright notice and will respect it.
borrow-download = Download
borrow-download-again = Download again
borrow-cost-shared = This uses 1 of the { $limit } downloads that your staff and the patron share. { $n } left.
borrow-cost-own = This uses 1 of your staff’s { $limit } downloads. { $n } left. The patron’s downloads are not used.
borrow-cost-none = This does not use a download.
borrow-resume = Resume or repeat the download
borrow-resume-text = This does not use another download until { $moment }.

borrow-extension-requested = The patron requested an extension from the lending library on { $day }.

borrow-problem = Report a problem with { $name }
borrow-problem-text = We will email { $library }. Its staff will see your report and can replace the document.
borrow-problem-kind = What is wrong?
borrow-problem-missing-page = A page is missing or cut off
borrow-problem-unreadable = The document cannot be read
borrow-problem-wrong-article = It is not the document that was requested
borrow-problem-other = Another problem
borrow-problem-note = Details for the lending library, such as page numbers (optional)
borrow-problem-send = Report the problem
borrow-problem-reported = { $what }: reported on { $day }
borrow-problem-open = The lending library has not answered yet.
borrow-problem-answered = The lending library answered on { $day }:

borrow-notices = Emails
borrow-notices-none = No emails about this request have been sent yet.
borrow-history = History of this request

borrow-receive = Confirm receipt
borrow-receive-mail = When you mark the request as received, we email the link to the patron.
borrow-receive-silent = Nobody will be emailed, because your library has turned off this email.
borrow-receive-nobody = No email will be sent when you mark the request as received.
borrow-receive-no-address = No email will be sent when you mark the request as received. Give the patron the link yourself.
borrow-tracks = The patron can also sign in and track their requests here: { $address }
borrow-receive-button = Mark as received

borrow-patron = Patron
borrow-patron-none = This request does not name a patron, so there is nobody to email and no link to create. Your staff can download the documents that the lending library sends.
borrow-mail-never = The link has not been emailed to the patron yet.
borrow-mail-sent = The mail server accepted the email with the link.
borrow-mail-waiting = The email with the link will be sent shortly.
borrow-mail-failed = The email with the link could not be delivered. See the reason in the list of emails.
borrow-mail-no-address = The patron cannot be emailed, because there is no email address on record. Copy the link below and give it to the patron.
borrow-mail-no-address-yet = The patron cannot be emailed, because there is no email address on record. Create a link below and give it to the patron.
borrow-mail-silenced = Your library has turned off this email. If you use this button, it is sent anyway.
borrow-notify = Email the link to the patron
borrow-notify-again = Email the link again
borrow-url = Patron’s link
borrow-url-none = There is no link for the patron yet.
borrow-url-create = Create a link
borrow-url-copy = Copy the link
borrow-url-copied = Copied
borrow-url-text = Anyone who has this link can download. Give it only to the patron.

borrow-facts = Request details
borrow-number = Your library’s number
borrow-other-number = Lending library’s number
borrow-cancel = Request cancellation
borrow-cancel-text = We will ask the lending library to cancel. Until it answers, the request does not change.
borrow-cancel-late = The lending library has already shipped this request. If you ask it to cancel, it can withdraw the documents or decline.
borrow-cancel-button = Request cancellation
borrow-cancel-requested = You requested cancellation on { $day }. The lending library has not answered yet.

done-received-no-address = The request has been marked as received. The patron was not emailed, because there is no email address on record. Give the patron the link from this page.
done-received = The request has been marked as received. The list of emails shows who is told.
done-cancel-requested = You have asked the lending library to cancel the request. Its answer will appear on this page.
done-link = The patron’s link has been created. Copy it below.
done-notified-already = This email is already being sent, so a second one was not added. The list of emails shows its status.
done-notified = The email to the patron will be sent shortly. The list of emails shows its status.
done-problem = The problem has been reported to the lending library. Its answer will appear on this page.
