# A library's own record, as its administrators keep it.
library-parts = Parts of the library record
library-record = Library record
library-notices = Notices
library-copyright = Copyright notice
library-accounts = Staff accounts

library-name = Name, as pages and emails show it
library-email = Email of the interlibrary loan staff
library-email-help = Notices to your staff and replies from your patrons go here. To enter several addresses, separate them with commas: each one gets every notice.
library-zone = Time zone
library-zone-help = Such as America/Toronto. Your days end there.
library-language = Language
library-language-help = Of notices to your staff, and of pages whose reader has not chosen one.
library-policy = What your patrons may do
library-policy-help = Holds for requests that are new, or still with the lending library when they are next told of.
policy-most = { $n ->
    [one] At most 1 download of each document
   *[other] At most { $n } downloads of each document
}
policy-days = { $n ->
    [one] At most 1 day from shipping
   *[other] At most { $n } days from shipping
}
policy-shared = Your staff and the patron spend the same downloads
policy-own = { $n ->
    [0] These are the patron’s alone: your staff have none
    [one] These are the patron’s alone: your staff have 1 of their own
   *[other] These are the patron’s alone: your staff have { $n } of their own
}
policy-preview = Your staff look at the pages without a download
policy-no-preview = Your staff see a document only by downloading it
policy-grants-none = Nobody grants more
policy-grants = { $n ->
    [one] The lending library may grant 1 more
   *[other] The lending library may grant { $n } more
}
policy-grants-both = { $n ->
    [one] The lending library and yours may grant 1 more
   *[other] The lending library and yours may grant { $n } more
}
policy-keep = { $n ->
    [0] Deleted as soon as the time is over
    [one] Kept 1 day longer, in case more is asked
   *[other] Kept { $n } days longer, in case more is asked
}
library-channel = How your library is reached when it borrows
channel-account = Account here
channel-account-help = Your staff sign in, view the documents and mark the request as received.
channel-email = Email
channel-email-help = For libraries that work in another system: as soon as a request is shipped, the link goes to the address above by itself.
library-logo = Logo
library-logo-alt = The logo of your library
library-logo-none = There is none yet.
library-logo-choose = Picture
library-logo-help = PNG, JPEG or WebP, at most 14 kB. It appears on the pages of your staff and patrons, and on download pages.
library-logo-put = Upload the logo
library-logo-remove = Remove the logo
done-library = The record is saved.
done-logo = The logo is saved.
done-logo-removed = The logo is removed.
failure-library-email-unusable = One of your library’s email addresses is not valid
failure-library-email-unusable-text = One entry below is not a complete address like ill@example.org, so it gets no notices. Correct it or remove it.
failure-library-channel = The record is unchanged
failure-library-channel-text = A library that is reached by email needs an address.
failure-library-logo = The logo is unchanged
failure-library-logo-text = The file is not a PNG, JPEG or WebP picture, or is larger than 14 kB.

notices-active = Active notices
notices-active-help = What is not ticked is not sent to your patrons and staff. Links that you send by hand go out in any case.
notice-kind-received = Received with attachments
notice-help-received = To the patron, when a request is marked as received: here is your document, with the link.
notice-kind-more-granted = Extension granted
notice-help-more-granted = To the patron, or to your staff, when more downloads or more time are granted.
notice-kind-replaced = Document replaced
notice-help-replaced = To the patron, and to staff who reported a problem or asked for more, when a document is replaced.
notice-kind-more-requested = Extension requested
notice-help-more-requested = To your staff, when your library lends and somebody requests an extension.
notice-kind-cancel-requested = Cancellation requested
notice-help-cancel-requested = To your staff, when your library lends and the other one wants to cancel.
notice-kind-problem-reported = Problem reported
notice-help-problem-reported = To your staff, when your library lends and the other one finds something wrong with a document.
notice-kind-problem-answered = Problem answered
notice-help-problem-answered = To your staff, when the lending library answers a problem that they reported.
notice-kind-shipped = Shipped, with the link
notices-texts = Texts
notices-texts-help = What your library’s notices say. Your text replaces ours in the language that you write it in.
texts-to-patrons = To your patrons
texts-to-partners = To borrowing libraries without an account, when yours lends
texts-to-borrowers = To staff of borrowing libraries, when yours lends
texts-to-lenders = To staff of lending libraries, when yours borrows
texts-own = your text
texts-not-used = your text is not in use
texts-ours = built-in text
done-notices = The active notices are saved.

text-back = All notices
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
text-html = In mail programs that show HTML
text-preview-button = Preview
text-preview = Preview
text-preview-help = With sample values. It follows what you type, or the Preview button.
text-reset = Back to the built-in text
text-not-used = Your text is not in use
text-fault-unusable = A notice could not be written with your text and was sent with the built-in text instead. Shorten your text or use fewer placeholders, then save it.
text-fault-wrong = Something is wrong with your text; see below. Until it is corrected, notices are sent with the built-in text.
text-names = Placeholders
text-names-help = Write plain text. A placeholder in braces, such as {"{"}title{"}"}, is replaced by its value when a notice is sent. A paragraph is left out where one of its placeholders has no value.
text-required = Required.
text-in-subject = Can also be used in the subject.
text-error-subject = Subject: { $error }
text-error-subject-empty = The subject is empty. Write something, or go back to the built-in text.
text-error-subject-too-long = The subject is longer than { $limit } bytes. Shorten it.
text-error-subject-unknown = There is no placeholder { $name } for the subject. Choose one from the list that can also be used in the subject.
text-error-not-in-subject = { $name } cannot be used in the subject. Choose a placeholder from the list that can also be used in the subject.
text-error-line = Line { $line }: { $error }
text-error-crowded = { $name } needs a line of its own. Move the other words to the line before or after it.
text-error-empty = The text is empty. Write something, or go back to the built-in text.
text-error-missing = { $name } is missing. Put it on a line of its own.
text-error-several-lines = The subject has more than one line. Write it on one line.
text-error-stray-brace = There is a {"}"} without a {"{"} before it. Remove it: braces are only for placeholders.
text-error-too-long = The text is longer than { $limit } bytes. Shorten it.
text-error-too-often = { $name } is used more than { $limit } times. Remove some of them.
text-error-unclosed = There is a {"{"} without a {"}"} after it. Close the placeholder, or remove the brace: braces are only for placeholders.
text-error-unknown = There is no placeholder { $name } here. Choose one from the list.
placeholder-answer = the lending library’s answer to the reported problem, or a statement that it wrote no answer
placeholder-contact-email = the email address that replies go to
placeholder-documents = the documents, one below the other
placeholder-greeting = “Dear” and the name, or “Hello” where the name is not known
placeholder-library = the name of the library that sends the notice
placeholder-link = the address of the download page, with a button in HTML. On a line of its own.
placeholder-note = the note from the person who made the request, as a quotation. On a line of its own.
placeholder-other-library = the name of the other library
placeholder-patron-name = the patron’s name
placeholder-problems = the problems that were reported. On a line of its own.
placeholder-recipient-name = the name of the library that gets the notice
placeholder-request = the title and the request number
placeholder-request-number = the request number
placeholder-title = the title of what was requested
failure-text = The text is not saved
failure-text-text = Correct the error shown beside the field. Until then, the notice is sent as before.
done-text = The text is saved. The next notice has it.
done-text-reset = The built-in text is back.

sample-reader = Carla Santos
sample-library = Toronto University Library
sample-title = On Ice Ages
sample-file = on-ice-ages.pdf
sample-description = The whole article
sample-note = Page 107 is cut off at the right.

copyright-lead = Whoever downloads has to accept this notice first. The history of each request says which version it was.
copyright-text = Notice
copyright-help = Leave it empty for the usual text. Each line becomes a paragraph.
copyright-usual = The usual text is in use.
copyright-in-use = Version { $n } is in use. Another text becomes the next version.
copyright-versions = Versions
copyright-none = Your library has not had a text of its own yet.
copyright-version = Version
copyright-version-no = Version { $n }
copyright-since = Since
copyright-by = By
copyright-now = in use
copyright-back = The notice in use
copyright-made = Since { $since }, by { $by }
done-copyright = The copyright notice is saved.

account-person = Name
account-role = Role
account-state = State
account-is-enabled = Active
account-is-disabled = Disabled
account-new = New account
account-login-help = Letters a to z, digits and . _ - @. It stays for good, since histories name it.
account-make = Make the account
account-made = The account { $login } is made
account-password-new = The new password
account-password-once = This password is shown once. Pass it on to the person, who changes it after signing in.
account-copy = Copy
account-copied = Copied
account-back = All accounts
account-own = your own account
account-details = Name and role
account-access = Access
account-access-help = Each of these ends the sessions that are open.
account-password-make = Make a new password
account-disable = Disable the account
account-enable = Let them sign in again
role-staff = Staff
role-administrator = Administrator
role-staff-long = Staff: lends and borrows
role-administrator-long = Administrator: also keeps this record and the accounts
done-account = The account is saved.
done-account-disabled = The account is disabled, and signed out.
done-account-enabled = The account can sign in again.
done-account-signed-out = All sessions of the account are ended.
failure-account-taken = The account is not made
failure-account-taken-text = There is an account of this user name already, here or at another library.
failure-account-last = The account is unchanged
failure-account-last-text = This is the last administrator of your library who can sign in. Make somebody else an administrator first.
