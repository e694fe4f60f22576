sign-in-title = Staff sign-in
sign-in-help = No account yet, or forgot your password? Your library’s administrator can create an account or a new password for you.
login = Username
password = Password

account-title = Your account
account-password = Password
password-current = Current password
password-new = New password
password-again = Confirm the new password
password-help = At least { $n } characters. A short sentence is easy to remember.
password-change = Change your password
account-language = Language
account-language-label = Language of these pages
language-of-browser = Same as your browser
account-everywhere = Other devices
account-everywhere-text = This signs you out on every device, including this one. Use it if you forgot to sign out somewhere.
sign-out-everywhere = Sign out of all devices

done-signed-out = You have signed out.
done-signed-out-everywhere = You have signed out of all devices.
done-password = Your password has been changed. Your other devices have been signed out.
done-language = The language of your account has been saved.

failure-sign-in = Check your username and password
failure-sign-in-text = One of them is wrong. Passwords are case-sensitive: capital letters matter.
failure-sign-in-busy = Too many people are signing in
failure-sign-in-busy-text = Your password was not checked. Try again in a few seconds.
failure-attempts = Too many tries
failure-attempts-text = Wait 15 minutes and try again, or ask your library’s administrator for a new password.
failure-password-wrong = Your password was not changed
failure-password-wrong-text = The current password is wrong. Enter it again.
failure-password-differs = Your password was not changed
failure-password-differs-text = The two new passwords are different. Enter the same one twice.
failure-password-short = Your password was not changed
failure-password-short-text = The new password is too short, too long, or contains characters that cannot be displayed. Choose another one.
failure-not-administrator = You do not have permission
failure-not-administrator-text = Only administrators of your library can open this page. Ask one of them for help.
