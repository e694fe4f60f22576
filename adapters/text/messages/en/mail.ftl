# Emails. A subject ends in the title of what was requested and, for libraries, the number of the request.
mail-greeting = Dear { $name },
mail-greeting-unnamed = Hello,
mail-no-title = (no title)
mail-request = Request { $number }
mail-title-and-number = { $title } (request { $number })
mail-downloads-left = { $n ->
    [0] No downloads left
    [1] 1 download left
   *[other] { $n } downloads left
}
mail-available-from = You can download it from { $from }.
    .supplier-staff = It can be downloaded from { $from }.
mail-file-terms = { $downloads }. Last day to download: { $day }
mail-recalled = The lending library sent the wrong document and replaced it on { $day }. Please delete any copy that you downloaded before then.
mail-recalled-file = { $name }: the lending library sent the wrong document and replaced it on { $day }. Please delete any copy that you downloaded before then.
mail-note = Their message:
mail-answer = The lending library’s answer:
mail-no-answer = The lending library decided not to replace the document. It did not give a reason.
mail-button = Open the download page
mail-counts = Opening the page does not use a download.
mail-button-fails = If the button does not work, copy this address into your browser:
mail-open-page = To read the copyright notice and download, open this page:
mail-page-fails = If the page does not open, copy the whole line above into the address bar of your browser.
mail-terms-library = This copy is for the person who requested it from your library, for research or private study, under the copyright law of your country. Please do not forward this email: anyone who has it can use its link.
mail-terms-patron = Copies are supplied for your own research or private study, under the copyright law of your country. Please do not forward this email: anyone who has it can use its link.
mail-questions = Questions? Reply to this email or write to { $address }.
mail-problem-missing-page = A page is missing or cut off
mail-problem-unreadable = The document cannot be read
mail-problem-wrong-article = It is not the document that was requested
mail-problem-other = Another problem

# Each email: its subject, the sentence that it begins with, and the one that it ends with.
mail-cancel-requested-supplier-staff = { $library } has asked to cancel this request:
    .subject = Cancellation requested: { $request }
    .closing = Please sign in and answer. Until you do, the request does not change.
mail-more-granted-partner = { $library } has granted the extension that you requested:
    .subject = Extension granted: { $request }
mail-more-granted-patron = The library has granted the extension that you requested:
    .subject = Extension granted: { $title }
mail-more-granted-requester-staff = { $library } has granted the extension that your library requested:
    .subject = Extension granted: { $request }
    .closing = To see the document, sign in and open the request.
mail-more-requested-supplier-staff = A patron or staff member of { $library } needs more downloads or more time for a document that you sent:
    .subject = Extension requested: { $request }
    .closing = To grant an extension, sign in and open the request. Until you do, the document’s limits do not change.
mail-problem-answered-requester-staff = { $library } has answered a problem that your library reported:
    .subject = Problem answered: { $request }
    .reported = What your library reported:
    .closing = To see the document, sign in and open the request.
mail-problem-reported-supplier-staff = { $library } has reported a problem with a document that you sent:
    .subject = Problem reported: { $request }
    .closing = Please sign in and open the request. You can replace the document, remove it, or write an answer.
mail-received-patron = { $library } has sent what you requested. You can download it now:
    .subject = Ready to download: { $title }
    .later = { $library } has sent what you requested. See below when you can download it:
    .subject-later = Sent to you: { $title }
mail-replaced-partner = { $library } has replaced a document that it sent you. The count of downloads starts over with the new document:
    .subject = Document replaced: { $request }
mail-replaced-patron = The lending library, { $library }, has replaced a document that it sent you. The count of downloads starts over with the new document:
    .subject = Document replaced: { $title }
mail-replaced-requester-staff = { $library } has replaced a document. Your library had reported a problem with it or requested an extension. The count of downloads starts over with the new document:
    .subject = Document replaced: { $request }
    .closing = To see the document, sign in and open the request. If there is still a problem, report it there.
mail-shipped-partner = { $library } has sent what your library requested. You can download it now:
    .subject = Ready to download: { $request }
    .later = { $library } has sent what your library requested. See below when you can download it:
    .subject-later = Sent to you: { $request }
mail-notice = There is an update about this request:
    .subject = About your request: { $title }
