# A library’s own record, as its administrators keep it.
library-sections = Parts of the library record
library-record = Library record
library-notices = Emails
library-copyright = Copyright notice
library-accounts = Staff accounts
library-webhooks = Webhooks

library-name = Library name
library-email = Email addresses of the interlibrary loan staff
library-email-help = Emails to your staff and replies from your patrons go here. Separate several addresses with commas: each one gets every email.
library-zone = Time zone
library-zone-help = For example, America/Toronto. Your library’s days end at midnight in this time zone.
library-language = Language
library-language-help = For emails to your staff, and for people who have not chosen a language.
library-policy = What your patrons may do
library-policy-help = A change applies to new requests. It also applies to pending requests when they are next updated.
policy-most = { $n ->
    [one] At most 1 download of each document
   *[other] At most { $n } downloads of each document
}
policy-days = { $n ->
    [one] Available for at most 1 day after shipping
   *[other] Available for at most { $n } days after shipping
}
policy-shared = Your staff and the patron share these downloads
policy-own = { $n ->
    [0] These downloads are for the patron only, and your staff have none
    [one] These downloads are for the patron only, and your staff have 1 of their own
   *[other] These downloads are for the patron only, and your staff have { $n } of their own
}
policy-preview = Your staff can preview documents without using a download
policy-no-preview = Your staff must download a document to see it
policy-grants-none = No extra downloads can be granted
policy-grants = { $n ->
    [one] The lending library can grant 1 extra download
   *[other] The lending library can grant { $n } extra downloads
}
policy-grants-both = { $n ->
    [one] The lending library and your library can grant 1 extra download
   *[other] The lending library and your library can grant { $n } extra downloads
}
policy-keep = { $n ->
    [0] Deleted right after the last day
    [one] Kept for 1 day after the last day, so that an extension can be granted
   *[other] Kept for { $n } days after the last day, so that an extension can be granted
}
library-accent = Color of links and buttons
library-accent-help = Enter # and six hexadecimal digits, such as #0b5394. White text must be easy to read on this color. Leave the field empty to use the standard color.
library-channel = How your library receives documents that it borrows
channel-account = Staff accounts
channel-account-help = Your staff sign in here, view the documents and mark requests as received.
channel-email = Email
channel-email-help = For libraries that work in another system. As soon as a request is shipped, we email the link to the addresses above.
library-logo = Logo
library-logo-alt = The logo of your library
library-logo-none = You have not uploaded a logo yet.
library-logo-choose = Picture
library-logo-help = PNG, JPEG or WebP, up to 14 kB. It appears on the pages of your staff and patrons, and on download pages.
library-logo-put = Upload the logo
library-logo-remove = Remove the logo
done-library = Your changes to the library record have been saved.
done-logo = The logo has been uploaded. It now appears on your library’s pages.
done-logo-removed = The logo has been removed from your library’s pages.
failure-library-email-unusable = Correct your library’s email addresses
failure-library-email-unusable-text = An entry below is not a complete address like ill@example.org, so no email is sent to it. Correct it or remove it.
failure-library-channel = Enter an email address
failure-library-channel-text = Nothing was changed. A library that receives documents by email needs an address.
failure-library-logo = The logo was not changed
failure-library-logo-text = Choose a PNG, JPEG or WebP picture of at most 14 kB.

notices-active = Emails we send automatically
notices-active-help = Clear a box to stop sending that email to your patrons and staff. When you email a link yourself, it is always sent.
notice-kind-received = Received, with documents
notice-help-received = To the patron, with the link, when your staff mark a request as received.
notice-kind-more-granted = Extension granted
notice-help-more-granted = To the patron or your staff, when they get more downloads or more time.
notice-kind-replaced = Document replaced
notice-help-replaced = To the patron, and to staff who reported a problem or requested an extension, when a document is replaced.
notice-kind-more-requested = Extension requested
notice-help-more-requested = To your staff, when someone requests an extension for a document your library sent.
notice-kind-cancel-requested = Cancellation requested
notice-help-cancel-requested = To your staff, when a borrowing library asks your library to cancel a request.
notice-kind-problem-reported = Problem reported
notice-help-problem-reported = To your staff, when a borrowing library reports a problem with a document your library sent.
notice-kind-problem-answered = Problem answered
notice-help-problem-answered = To your staff, when the lending library answers a problem that they reported.
notice-kind-shipped = Shipped, with the link
notices-texts = Email texts
notices-texts-help = Choose an email to change its text. Your text replaces the standard text in that language only.
texts-to-patrons = To your patrons
texts-to-partners = To borrowing libraries without an account, when you lend
texts-to-borrowers = To staff of borrowing libraries, when you lend
texts-to-lenders = To staff of lending libraries, when you borrow
texts-own = your text
texts-not-used = your text is not used
texts-standard = standard text
done-notices = Your choice of automatic emails has been saved.

text-back = All emails
text-of-received-patron = To the patron
text-of-more-granted-patron = To the patron
text-of-replaced-patron = To the patron
text-of-shipped-partner = To a borrowing library without an account
text-of-more-granted-partner = To a borrowing library without an account
text-of-replaced-partner = To a borrowing library without an account
text-of-more-granted-requester = To staff of the borrowing library
text-of-replaced-requester = To staff of the borrowing library
text-of-problem-answered-requester = To staff of the borrowing library
text-of-more-requested-supplier = To staff of the lending library
text-of-cancel-requested-supplier = To staff of the lending library
text-of-problem-reported-supplier = To staff of the lending library
text-subject = Subject
text-text = Text
text-html = As formatted email (HTML)
text-preview-button = Preview the email
text-preview = Preview
text-preview-help = This shows sample values. It changes as you type, or when you select “Preview the email”.
text-reset = Go back to the standard text
text-not-used = Your text is not used
text-fault-unusable = We could not write an email with your text, so we sent the standard text instead. Shorten your text or use fewer placeholders, then save it.
text-fault-wrong = Your text has an error, shown below. Until you correct it, we send the standard text.
text-placeholders = Placeholders
text-placeholders-help = Write plain text. When an email is sent, each placeholder in braces, such as {"{"}title{"}"}, is replaced with its value. A paragraph is left out if one of its placeholders has no value.
text-required = Required.
text-in-subject = You can also use it in the subject.
text-error-subject = Subject: { $error }
text-error-subject-empty = The subject is empty. Enter a subject, or go back to the standard text.
text-error-subject-too-long = The subject is longer than { $limit } characters (accented letters and symbols count as two to four). Shorten it.
text-error-subject-unknown = There is no placeholder { $name } for the subject. Choose one from the list that you can use in the subject.
text-error-not-in-subject = You cannot use { $name } in the subject. Choose a placeholder from the list that you can use there.
text-error-line = Line { $line }: { $error }
text-error-crowded = { $name } must be on a line of its own. Move the other words to the line before or after it.
text-error-empty = The text is empty. Enter a text, or go back to the standard text.
text-error-missing = { $name } is missing. Put it on a line of its own.
text-error-several-lines = The subject has more than one line. Write it on one line.
text-error-stray-brace = There is a {"}"} without a {"{"} before it. Remove it: braces are only for placeholders.
text-error-too-long = The text is longer than { $limit } characters (accented letters and symbols count as two to four). Shorten it.
text-error-too-often = You used { $name } more than { $limit } times. Remove some of them.
text-error-unclosed = There is a {"{"} without a {"}"} after it. Close the placeholder, or remove the brace: braces are only for placeholders.
text-error-unknown = There is no placeholder { $name }. Choose one from the list.
placeholder-answer = the lending library’s answer to the reported problem, or a sentence that it gave no reason. On a line of its own.
placeholder-contact-email = the email address for replies.
placeholder-documents = the list of documents. On a line of its own.
placeholder-greeting = “Dear” and the name, or “Hello” if the name is not known.
placeholder-library = the name of the library that sends the email.
placeholder-link = the address of the download page, with a button in HTML. On a line of its own.
placeholder-note = the message from the person who asked. On a line of its own.
placeholder-other-library = the name of the other library.
placeholder-patron-name = the patron’s name.
placeholder-problems = the problems that were reported. On a line of its own.
placeholder-recipient-name = the name of the library that gets the email.
placeholder-request = the title and the request number. In the text, on a line of its own.
placeholder-request-number = the request number.
placeholder-title = the title of what was requested.
failure-text = Your text was not saved
failure-text-text = Correct the error next to the field and save again. Until then, the email stays as it was.
done-text = Your text has been saved. We will use it from the next email on.
done-text-reset = The standard text is in use again. We will use it from the next email on.

sample-patron = Carla Santos
sample-library = Toronto University Library
sample-title = On Ice Ages
sample-file = on-ice-ages.pdf
sample-description = The whole article
sample-note = Page 107 is cut off at the right.

copyright-lead = People must accept this notice before they download. The history of each request shows which version they accepted.
copyright-text = Text of the notice
copyright-help = Leave this empty to use the standard text. Each line becomes a paragraph.
copyright-standard = The standard text is in use.
copyright-in-use = Version { $n } is in use. If you change the text, it becomes a new version.
copyright-versions = Versions
copyright-none = Your library has always used the standard text.
copyright-version = Version
copyright-version-no = Version { $n }
copyright-since = In use since
copyright-by = Saved by
copyright-now = in use
copyright-back = Copyright notice in use
copyright-saved = Saved on { $since } by { $by }
done-copyright = The copyright notice has been saved. People must accept it from their next download on.

account-person = Name
account-role = Role
account-state = Status
account-is-enabled = Active
account-is-disabled = Disabled
account-new = New account
account-login-help = Letters a to z, digits and . _ - @. You cannot change it later, because it appears in histories.
account-create = Create the account
account-created = The account { $login } has been created
account-password-new = New password
account-password-once = This password is shown only once. Give it to the person, who can change it after signing in.
account-copy = Copy the password
account-copied = Copied
account-back = All staff accounts
account-own = your own account
account-details = Name and role
account-access = Access
account-access-help = Each of these actions signs the account out of all devices.
account-password-make = Create a new password
account-disable = Disable the account
account-enable = Enable the account
role-staff = Staff
role-administrator = Administrator
role-staff-long = Staff: can lend and borrow
role-administrator-long = Administrator: can also change this record and the accounts
done-account = Your changes to the account have been saved.
done-account-disabled = The account has been disabled and signed out of all devices.
done-account-enabled = The account has been enabled. Its owner can sign in again.
done-account-signed-out = The account has been signed out of all devices.
failure-account-taken = The account was not created
failure-account-taken-text = This username is already in use, here or at another library. Choose another one.
failure-account-last = The account was not changed
failure-account-last-text = This is the last administrator of your library who can sign in. Make someone else an administrator first.

webhooks-lead = A webhook sends the events of your library’s requests to another system as they happen.
webhooks-none = Your library has no webhooks yet.
webhook-title = Webhook
webhook-back = All webhooks
webhook-url = Address of the receiver
webhook-url-help = The address must begin with https://. Private addresses, usernames and passwords are not accepted.
webhook-events = Kinds of events
webhook-events-help = Names from the API, separated by commas, such as shipped, received. Leave the field empty to send all kinds.
webhook-description = Description
webhook-description-help = For yourself and your colleagues: which system receives the events.
webhook-expected-url = Enter a public address that begins with https://, without a username, a password or a part after #.
webhook-expected-event = Enter names such as shipped, received or more-requested, separated by commas.
webhook-new = New webhook
webhook-create = Create the webhook
webhook-created = The webhook for { $url } has been created
webhook-secret = Signing secret
webhook-secret-new = New signing secret
webhook-secret-once = This secret is shown only once. Enter it in the receiving system, which uses it to check that events come from here.
webhook-secret-old = The old secret still works for 24 hours.
webhook-copy = Copy the secret
webhook-is-active = Active
webhook-is-paused = Paused
webhook-paused-since = Paused since { $since }
webhook-paused-failing = An event could not be delivered for three days. Correct the receiving system, then resume the webhook.
webhook-paused-feed-reset = The database was restored or moved, so the place where the webhook stopped is unknown. Skip to new events to resume it.
webhook-paused-gone = The receiving system answered that it no longer exists (410 Gone). Correct the address, then resume the webhook.
webhook-resume = Resume where it stopped
webhook-resume-latest = Skip to new events
webhook-details = Address and events
webhook-deliveries = Deliveries
webhook-delivered = The last successful delivery was on { $at }.
webhook-delivered-none = Nothing has been delivered yet.
webhook-retrying = { $n ->
    [one] { $n } event failed and will be sent again.
   *[other] { $n } events failed and will be sent again.
}
webhook-failures = Last failures
webhook-failed-at = When
webhook-failed-because = What happened
webhook-failure-address-not-allowed = The address is private or reserved, so nothing was sent to it.
webhook-failure-bad-response = The answer could not be read, or the connection broke.
webhook-failure-name-not-resolved = The name of the receiver was not found.
webhook-failure-status = The receiver answered with status { $status }.
webhook-failure-timed-out = The receiver did not answer in time.
webhook-failure-tls-failed = The connection could not be secured. Check the receiver’s certificate.
webhook-failure-unreachable = The receiver could not be reached.
webhook-test = Send a test event
webhook-test-delivered = The test event was delivered
webhook-test-failed = The test event was not delivered
webhook-tested = The receiver answered with status { $status } after { $milliseconds } ms.
webhook-rotate = Create a new secret
webhook-remove = Remove the webhook
done-webhook = Your changes to the webhook have been saved.
done-webhook-resumed = The webhook has been resumed.
done-webhook-removed = The webhook has been removed.
failure-webhook-feed-reset = The webhook was not resumed
failure-webhook-feed-reset-text = The place where it stopped is unknown, because the database was restored or moved. Skip to new events instead.
