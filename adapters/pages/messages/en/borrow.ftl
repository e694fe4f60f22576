# One request, as the borrowing library sees it.
borrow-back = Your library’s requests
borrow-files = Documents from the lending library
borrow-files-pending = The lending library has not shipped this request yet. What it uploads appears here from then on.
borrow-files-none = The lending library shipped this request without a document.
borrow-files-over = No documents are available for this request anymore.
borrow-left-of = { $whose }: { $left }
borrow-replaced = Replaced on { $day }

borrow-preview-text = Viewing uses no download. It is recorded in the request’s history.
borrow-preview-not-free = This request has no preview: to see the document, download it.
borrow-preview-left-out = This server has no previews.
borrow-preview-no-pages = There is no preview for this type of document.
borrow-preview-over = The preview is no longer available.

borrow-copyright = Copyright notice
borrow-copyright-usual = This copy is supplied for one reader’s own research or private study. It is protected by copyright. Pass it on to that reader alone, do not publish it or make further copies; any other use may need the permission of the copyright owner.
borrow-acknowledge = I have read the copyright notice and will keep to it.
borrow-download = Download
borrow-download-again = Download again
borrow-cost-shared = This uses one of the { $limit } downloads that your staff and the patron share. { $n } left.
borrow-cost-own = This uses one of your staff’s { $limit } downloads. { $n } left. It does not use the patron’s downloads.
borrow-cost-none = This does not use a download.
borrow-go-on = Resume or repeat the download
borrow-go-on-text = Counted already: free until { $moment }.

borrow-ask = The patron requested an extension from the lending library on { $day }.

borrow-problem = Report a problem with { $name }
borrow-problem-text = We email { $library }. Its staff see your report with the request and can replace the document.
borrow-problem-what = What is wrong?
borrow-problem-missing-page = A page is missing or cut off
borrow-problem-unreadable = It cannot be read
borrow-problem-wrong-article = It is not what was asked for
borrow-problem-other = Something else
borrow-problem-note = Which pages, or what else the lending library should know (optional)
borrow-problem-send = Report the problem
borrow-problem-reported = { $what }: reported on { $day }
borrow-problem-open = Not answered yet.
borrow-problem-answered = The lending library answered on { $day }:

borrow-notices = Notices
borrow-notices-none = No emails have been sent about this request yet.
borrow-history = History of this request

borrow-receive = Received?
borrow-receive-mail = The patron is then emailed the link.
borrow-receive-silent = Your library has switched off the email to patrons, so nobody will be emailed.
borrow-receive-nobody = Marking it as received sends no email.
borrow-receive-no-address = Marking it as received sends no email. Give the patron the link yourself.
borrow-tracks = The patron can also sign in to follow their requests at { $address }
borrow-receive-button = Mark as received

borrow-patron = Patron
borrow-patron-nobody = No patron is named in this request, so there is nobody to email or to make a link for. You can download the documents for the patron yourself.
borrow-mail-never = The patron has not been emailed the link yet.
borrow-mail-sent = The mail server accepted the email with the link.
borrow-mail-waiting = The email with the link is about to be sent.
borrow-mail-failed = The email with the link could not be delivered. The notices show why.
borrow-mail-no-address = The patron cannot be emailed, because no email address is known. Copy the link below and give it to the patron.
borrow-mail-no-address-yet = The patron cannot be emailed, because no email address is known. Make the link below and give it to the patron.
borrow-mail-silenced = Your library has switched this email off. This button sends it anyway.
borrow-tell = Send the email
borrow-tell-again = Send the email again
borrow-url = Document URL
borrow-url-none = No link has been made for the patron yet.
borrow-url-make = Make the link
borrow-url-copy = Copy
borrow-url-copied = Copied
borrow-url-text = For the patron alone: whoever has it can download.

borrow-facts = Request
borrow-number = Number
borrow-other-number = Number of the lending library
borrow-cancel = Ask to cancel
borrow-cancel-text = The lending library is asked, and answers. Until then the request stands.
borrow-cancel-late = The request is shipped already. The lending library is asked; it may withdraw the documents, or let the delivery stand.
borrow-cancel-button = Ask to cancel this request
borrow-cancel-asked = You asked on { $day } to cancel. The lending library has not answered yet.

done-received-no-address = The request is marked as received. The patron was not emailed, because no email address is known. Give the patron the link from this page.
done-received = The request is marked as received.
done-cancel-asked = The lending library is asked to cancel.
done-link = The link is made. Copy it below.
done-told-already = The email is already being sent, so no second one was added. The list of notices shows its status.
done-told = The email will be sent in a moment. The list of notices shows its status.
done-problem = The lending library is told.
