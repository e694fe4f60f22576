# One request, as the borrowing library sees it.
borrow-back = Requests of your library
borrow-since = since { $day }
borrow-files = Uploaded files
borrow-files-pending = The lending library has not shipped this request yet. What it uploads appears here from then on.
borrow-files-none = The lending library shipped this request without a file.
borrow-files-over = Nothing is delivered for this request any more.
borrow-left-of = { $whose }: { $left }
borrow-replaced = Replaced on { $day }

borrow-preview-text = Spends no download; that you looked is recorded.
borrow-preview-not-free = The rules of this request have no preview: to see the document, download it.
borrow-preview-no-pages = Previews of this kind of file are not supported.
borrow-preview-over = The pages cannot be seen any more.

borrow-copyright = Copyright notice
borrow-copyright-usual = This copy is supplied for one reader’s own research or private study. It is protected by copyright. Pass it on to that reader alone, do not publish it or make further copies; any other use may need the permission of the copyright owner.
borrow-acknowledge = I have read the copyright notice and will keep to it.
borrow-download = Download
borrow-download-again = Download again
borrow-cost-shared = Spends one of the { $limit } downloads that your staff and the patron share; { $n } left.
borrow-cost-own = Spends one of your staff’s own { $limit } downloads; { $n } left. The patron’s are not touched.
borrow-cost-none = Spends no download.
borrow-go-on = Continue the download
borrow-go-on-text = Counted already: free until { $moment }.

borrow-ask = The patron asked the lending library for more on { $day }.

borrow-problem = Report a problem with { $name }
borrow-problem-text = { $library } is told by mail, sees it on the request, and can replace the file.
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
borrow-notices-none = No mail was sent about this request.
borrow-history = History of this request

borrow-receive = Received?
borrow-receive-mail = The patron then gets the mail with the link.
borrow-receive-silent = Your library has switched off the mail to the patron: nobody is written to.
borrow-receive-nobody = No patron is named in this request: nobody is written to.
borrow-receive-no-address = No email address is known for this patron, so nobody will be emailed. After you mark the request as received, copy the link from this page and give it to the patron.
borrow-tracks = The patron can also sign in to follow their requests at { $address }
borrow-receive-button = Mark as received

borrow-patron = Patron
borrow-patron-nobody = No patron is named in this request, so there is nobody to email or to make a link for. You can download the documents for the patron yourself.
borrow-mail-never = The patron has not got the mail with the link yet.
borrow-mail-sent = The mail server took the mail with the link.
borrow-mail-waiting = The mail with the link is about to be sent.
borrow-mail-failed = The mail with the link did not get through; see the notices.
borrow-mail-no-address = The patron was not emailed: no email address is known. Copy the link below and give it to the patron.
borrow-mail-silenced = Your library has switched this mail off. This button sends it all the same.
borrow-tell = Send the mail
borrow-tell-again = Send the mail again
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

done-received-no-address = The request is marked as received. The patron was not emailed, because no email address is known: copy the link below and give it to the patron.
done-received = The request is marked as received.
done-cancel-asked = The lending library is asked to cancel.
done-link = The link is made. Copy it below.
done-told-already = The email is already being sent, so no second one was added. The list of notices shows its status.
done-told = The mail goes out in a moment. The notices say what became of it.
done-problem = The lending library is told.
