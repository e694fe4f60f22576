# Emails. A subject ends in the title of what was requested and, for libraries, the number of the request.
mail-greeting = Dear { $name },
mail-greeting-unnamed = Hello,
mail-no-title = (no title given)
mail-request = Request { $number }
mail-title-and-number = { $title } (request { $number })
mail-downloads-left = { $n ->
    [0] no downloads left
    [1] 1 download left
   *[other] { $n } downloads left
}
mail-file-terms = { $downloads }; last day: { $day }
mail-recalled = On { $day }, the lending library replaced a wrong document. Please delete any copy that you downloaded before then.
mail-recalled-file = { $name }: on { $day }, the lending library replaced a wrong document. Please delete any copy that you downloaded before then.
mail-note = They wrote:
mail-answer = Their answer:
mail-no-answer = They see no reason to change the document, and wrote nothing else.
mail-button = Open the download page
mail-counts = Opening the page costs nothing; only a download is counted.
mail-button-fails = If the button does not work, copy this address into your browser:
mail-open-page = To read the copyright notice and download, open this page:
mail-page-fails = If it does not open, copy the whole line above into the address bar of your browser.
mail-terms-library = The copy is for the person who asked your library for it, for research or private study, under the copyright law of your country. Please do not pass this message on: whoever has it can download.
mail-terms-patron = Copies are supplied for your own research or private study, under the copyright law of your country. Please do not pass this message on: whoever has it can download.
mail-questions = Questions? Write to { $address }, or just reply.
mail-problem-missing-page = A page is missing or cut off
mail-problem-unreadable = It cannot be read
mail-problem-wrong-article = It is not what was asked for
mail-problem-other = Something else is wrong

# Each email: its subject, the sentence that it begins with, and the one that it ends with.
mail-cancel-requested-supplier-staff = { $library } asks to cancel its request:
    .subject = Asks to cancel: { $request }
    .closing = Please sign in and answer. Until you do, the request stays as it is.
mail-more-granted-partner = You asked for more downloads or more time, and { $library } has agreed:
    .subject = You can download again: { $request }
mail-more-granted-patron = You asked for more downloads or more time, and the library has agreed:
    .subject = You can download again: { $title }
mail-more-granted-requester-staff = Your library asked for more downloads or more time, and { $library } has agreed:
    .subject = More downloads granted: { $request }
    .closing = To see the document, sign in and open the request.
mail-more-requested-supplier-staff = A reader at { $library } asks for more downloads, or more time, for a document that you sent:
    .subject = More downloads asked for: { $request }
    .closing = Please sign in and open the request to grant it or to leave it as it is.
mail-problem-answered-requester-staff = Your library reported a problem with a document, and { $library } has answered:
    .subject = Your report is answered: { $request }
    .reported = What was reported:
    .closing = To see the document, sign in and open the request.
mail-problem-reported-supplier-staff = { $library } reports a problem with a document that you sent:
    .subject = Problem with a document: { $request }
    .closing = Please sign in and open the request: replace the document, remove it, or write an answer.
mail-received-patron = What you asked for has arrived from { $library }:
    .subject = Ready to download: { $title }
mail-replaced-partner = { $library } has replaced a document that it sent you. The new one starts with all its downloads:
    .subject = Replaced: { $request }
mail-replaced-patron = The lending library, { $library }, has replaced a document that it sent you. The new one starts with all its downloads:
    .subject = A new copy is ready: { $title }
mail-replaced-requester-staff = { $library } has replaced a document that your library reported or asked for more of. The new one starts with all its downloads:
    .subject = A new copy is here: { $request }
    .closing = To see the document, sign in and open the request. If something is still wrong, sign in and report it.
mail-shipped-partner = { $library } has shipped what you asked for:
    .subject = Shipped: { $request }
mail-notice = There is news about this request:
    .subject = About your request: { $title }
