# A page of a file as an image, and why there is none.
preview-back = Back to “{ $title }”
preview-look = Look at the pages
preview-pages = Pages
preview-page = Page { $n } of { $pages }
preview-previous = Previous page
preview-next = Next page
preview-alt = Image of page { $n } of { $pages }
preview-not-whole = Something may be missing on this page: a picture or a font cannot be drawn here, or the file is cut off. The downloaded file shows which.
preview-recorded = Looking spends no download. That you looked is recorded with the request.
preview-recorded-supplier = That you looked is recorded with the request.

failure-preview-busy = One moment, please
failure-preview-busy-text = Many pages are being drawn at once. Reload this page in a few seconds.
failure-preview-damaged = The page cannot be shown
failure-preview-damaged-text = The file is damaged, or too complex to be drawn here. If it does not open after downloading either, report a problem to the lending library.
failure-preview-encrypted = The file asks for a password
failure-preview-encrypted-text = It cannot be shown or printed without one. Please report a problem, so that the lending library sends it unprotected.
failure-preview-failed = The page could not be drawn
failure-preview-failed-text = The failure is on our side, and the operator finds it in the log. The file itself may be all right.
failure-preview-no-such-page = There is no such page
failure-preview-no-such-page-text = The file has fewer pages.
failure-preview-too-large = The file is too large to be shown
failure-preview-too-large-text = Pages of files this large are not drawn. It can be downloaded.
failure-preview-too-slow = The page took too long
failure-preview-too-slow-text = It is too complex to be drawn here, or the server is busy. Another page may work, or the same one later; the file can be downloaded.
failure-preview-unknown-type = No pages to show
failure-preview-unknown-type-text = Pages are shown of PDF files and pictures only. This file can be downloaded.
