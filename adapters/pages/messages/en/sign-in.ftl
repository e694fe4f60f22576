sign-in-title = Staff sign-in
sign-in-help = No account, or a forgotten password? Your library’s administrator makes accounts and sets new passwords.
login = User name
password = Password

account-title = Your account
account-password = Password
password-current = Current password
password-new = New password
password-again = New password, again
password-help = At least { $n } characters. A sentence is easy to keep in mind.
password-change = Change the password
account-language = Language
account-language-label = Language of these pages
language-of-browser = As the browser asks
account-everywhere = Other devices
account-everywhere-text = Ends every session of this account, also this one. Do so if you forgot to sign out somewhere.
sign-out-everywhere = Sign out everywhere

done-signed-out = You are signed out.
done-signed-out-everywhere = You are signed out everywhere.
done-password = The password is changed. Other devices are signed out.
done-language = The language is saved.

failure-sign-in = You are not signed in
failure-sign-in-text = The user name or password is wrong. Capital letters matter in the password.
failure-sign-in-busy = Too many people are signing in
failure-sign-in-busy-text = Your password was not checked. Try again in a few seconds.
failure-attempts = Too many tries
failure-attempts-text = Please wait 15 minutes before the next try, or ask your library’s administrator for a new password.
failure-password-wrong = The password is unchanged
failure-password-wrong-text = The current password is not right.
failure-password-differs = The password is unchanged
failure-password-differs-text = The two new passwords are not the same.
failure-password-short = The password is unchanged
failure-password-short-text = The new password is too short, too long, or contains characters that cannot be displayed.
failure-not-administrator = Not for this account
failure-not-administrator-text = Only an administrator of your library can open this page.
