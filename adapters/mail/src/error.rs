use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::NoticeFailure;
use std::error::Error as StdError;
use std::fmt;

/// The adapter's name in errors.
const ADAPTER: &str = "mail";

/// A fault in the settings of this adapter. Never quotes an address or a password.
#[derive(Debug)]
pub struct SettingsError {
    problem: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl SettingsError {
    pub(crate) const fn new(problem: &'static str) -> Self {
        Self { problem, source: None }
    }

    pub(crate) fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem)
    }
}

impl StdError for SettingsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// The step of the SMTP dialog in which a failure occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Connect,
    Greeting,
    Tls,
    SignIn,
    MailFrom,
    RcptTo,
    Data,
    Content,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "while connecting",
            Self::Greeting => "at the greeting",
            Self::Tls => "while securing the connection",
            Self::SignIn => "at sign-in",
            Self::MailFrom => "at MAIL FROM",
            Self::RcptTo => "at RCPT TO",
            Self::Data => "at DATA",
            Self::Content => "after the message",
        })
    }
}

/// The reason why a notice was not sent. The texts contain codes and steps but no text of a server
/// or a library, because both quote addresses.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server replied with an error code.
    Answered { step: Step, code: u16, enhanced: Option<(u8, u16, u16)> },
    /// The server sent an invalid reply or closed the connection.
    Broken { step: Step },
    /// The connection failed.
    Network { step: Step, kind: std::io::ErrorKind },
    /// The server's certificate is not trusted, or TLS failed in another way.
    NotSecured,
    /// The server does not offer STARTTLS.
    NoStartTls,
    /// The server offers no supported authentication mechanism.
    NoSignIn,
    /// The server did not reply in time.
    TimedOut { step: Step },
    /// The contact's address is not valid.
    NotAnAddress,
    /// The address requires SMTPUTF8 (RFC 6531), which the server does not offer.
    NeedsUtf8,
    /// The message could not be composed.
    NotComposed,
    /// The folder could not be written.
    Folder(std::io::Error),
}

impl Failure {
    /// Returns whether a retry can help.
    ///
    /// Only replies about the recipient or the message are permanent. A rejected sign-in, a
    /// rejected sender or an untrusted certificate must be fixed by the operator; once fixed, the
    /// retry succeeds.
    pub(crate) const fn is_transient(&self) -> bool {
        match self {
            Self::Answered { step: Step::RcptTo | Step::Data | Step::Content, code, .. } => {
                // 530 and similar codes (RFC 4954 §6) concern authentication, in whichever step
                // they occur.
                *code < 500 || matches!(*code, 530 | 534 | 535 | 538)
            }
            Self::NotAnAddress | Self::NeedsUtf8 => false,
            _ => true,
        }
    }

    /// Returns whether the operator has to fix the cause before a retry can succeed.
    pub(crate) const fn is_for_the_operator(&self) -> bool {
        match self {
            Self::NotSecured | Self::NoStartTls | Self::NoSignIn | Self::Folder(_) => true,
            Self::Answered { step, code, .. } => {
                matches!(step, Step::SignIn | Step::MailFrom | Step::Greeting | Step::Tls)
                    && *code >= 500
                    || matches!(*code, 530 | 534 | 535 | 538)
            }
            _ => false,
        }
    }

    /// Returns the reason of a permanent failure, as shown to staff.
    pub(crate) const fn reason(&self) -> NoticeFailure {
        match self {
            Self::NotAnAddress => NoticeFailure::InvalidAddress,
            // X.6.7: non-ASCII addresses not permitted (RFC 6531 §3.5).
            Self::NeedsUtf8 | Self::Answered { enhanced: Some((5, 6, 7)), .. } => {
                NoticeFailure::UnsupportedAddress
            }
            _ => NoticeFailure::Refused,
        }
    }

    /// Returns whether the connection was lost before the server could have accepted the message,
    /// so that the message may be sent again immediately on a new connection.
    pub(crate) const fn is_a_lost_connection(&self) -> bool {
        match self {
            Self::Broken { step } | Self::Network { step, .. } | Self::TimedOut { step } => {
                !matches!(step, Step::Content)
            }
            // 421: the server is closing the channel (RFC 5321 §3.8).
            Self::Answered { step, code: 421, .. } => !matches!(step, Step::Content),
            _ => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { step, code, enhanced: None } => {
                write!(f, "the mail server answered {code} {step}")
            }
            Self::Answered { step, code, enhanced: Some((class, subject, detail)) } => {
                write!(f, "the mail server answered {code} {class}.{subject}.{detail} {step}")
            }
            Self::Broken { step } => {
                write!(f, "the mail server closed the connection or sent an invalid reply {step}")
            }
            Self::Network { step, kind } => write!(f, "the connection failed {step}: {kind}"),
            Self::NotSecured => {
                f.write_str("the mail server's certificate could not be verified, or TLS failed")
            }
            Self::NoStartTls => f.write_str("the mail server does not offer STARTTLS"),
            Self::NoSignIn => f.write_str("the mail server offers neither PLAIN nor LOGIN"),
            Self::TimedOut { step } => write!(f, "the mail server did not reply in time {step}"),
            Self::NotAnAddress => f.write_str("the contact's address is not a mail address"),
            Self::NeedsUtf8 => f.write_str("the mail server takes no address beyond ASCII"),
            Self::NotComposed => f.write_str("the message could not be put together"),
            Self::Folder(_) => f.write_str("the folder could not be written"),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // An error of a file system call holds no path.
            Self::Folder(error) => Some(error),
            _ => None,
        }
    }
}

impl From<Failure> for NotifyError {
    fn from(failure: Failure) -> Self {
        if failure.is_for_the_operator() {
            tracing::error!(reason = %failure, "cannot send notices until this is fixed");
        } else {
            tracing::warn!(reason = %failure, "could not send a notice");
        }
        let error = if failure.is_transient() {
            Self::transient(ADAPTER)
        } else {
            Self::permanent(ADAPTER).with_reason(failure.reason())
        };
        error.with_source(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(step: Step, code: u16) -> Failure {
        Failure::Answered { step, code, enhanced: None }
    }

    #[test]
    fn only_replies_about_recipient_or_message_are_permanent() {
        for (failure, is_transient) in [
            (answered(Step::RcptTo, 550), false),
            (answered(Step::RcptTo, 451), true),
            (answered(Step::RcptTo, 530), true),
            (answered(Step::Data, 554), false),
            (answered(Step::Content, 552), false),
            (answered(Step::Content, 421), true),
            (answered(Step::MailFrom, 550), true),
            (answered(Step::SignIn, 535), true),
            (answered(Step::Greeting, 554), true),
            (Failure::NotSecured, true),
            (Failure::TimedOut { step: Step::Content }, true),
            (Failure::NotAnAddress, false),
            (Failure::NeedsUtf8, false),
        ] {
            assert_eq!(failure.is_transient(), is_transient, "{failure}");
        }
    }

    #[test]
    fn a_possibly_accepted_message_is_not_resent_immediately() {
        assert!(Failure::Broken { step: Step::MailFrom }.is_a_lost_connection());
        assert!(answered(Step::MailFrom, 421).is_a_lost_connection());
        assert!(!Failure::Broken { step: Step::Content }.is_a_lost_connection());
        assert!(!answered(Step::RcptTo, 451).is_a_lost_connection());
    }

    #[test]
    fn failures_have_plain_texts() {
        let io = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let enhanced = Some((5, 1, 1));
        for failure in [
            answered(Step::Connect, 550),
            Failure::Answered { step: Step::RcptTo, code: 550, enhanced },
            Failure::Broken { step: Step::Data },
            Failure::Network { step: Step::Tls, kind: io.kind() },
            Failure::NotSecured,
            Failure::NoStartTls,
            Failure::NoSignIn,
            Failure::TimedOut { step: Step::MailFrom },
            Failure::NotAnAddress,
            Failure::NeedsUtf8,
            Failure::NotComposed,
            Failure::Folder(io),
        ] {
            let text = failure.to_string();
            assert!(text.starts_with("the ") && !text.ends_with('.'), "{text}");
        }
    }
}
