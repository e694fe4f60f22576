use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::NoticeFailure;
use std::error::Error as StdError;
use std::fmt;

/// The adapter's name in errors.
const ADAPTER: &str = "mail";

/// Says what is wrong with the settings of this adapter; never repeats an address or a password.
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

/// Where in the dialog with a server something went wrong.
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

/// Why a notice was not handed over. Its texts hold codes and steps, never what a server or a
/// library said: both repeat addresses.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server answered with a failure.
    Answered { step: Step, code: u16, enhanced: Option<(u8, u16, u16)> },
    /// The server answered something else than SMTP, or hung up.
    Broken { step: Step },
    /// The connection failed.
    Network { step: Step, kind: std::io::ErrorKind },
    /// No certificate of the server is trusted, or TLS failed otherwise.
    NotSecured,
    /// The server offers no STARTTLS.
    NoStartTls,
    /// The server offers no way to sign in that we know.
    NoSignIn,
    /// The server did not answer in time.
    TimedOut { step: Step },
    /// The contact's address is none.
    NotAnAddress,
    /// The address needs SMTPUTF8 (RFC 6531), which the server does not offer.
    NeedsUtf8,
    /// The message could not be put together.
    NotComposed,
    /// The folder could not be written.
    Folder(std::io::Error),
}

impl Failure {
    /// Whether another try can help.
    ///
    /// Only what a server says about the recipient or the message is for good. A refused sign-in, a
    /// refused sender or an untrusted certificate is the operator's to mend, and mended before
    /// tries run out, the notice still arrives.
    pub(crate) const fn is_transient(&self) -> bool {
        match self {
            Self::Answered { step: Step::RcptTo | Step::Data | Step::Content, code, .. } => {
                // 530 and its like (RFC 4954 section 6) are about the sign-in, whenever they come.
                *code < 500 || matches!(*code, 530 | 534 | 535 | 538)
            }
            Self::NotAnAddress | Self::NeedsUtf8 => false,
            _ => true,
        }
    }

    /// Whether it is the operator's to mend, whom a try later does not help.
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

    /// The reason of a permanent failure that staff see.
    pub(crate) const fn reason(&self) -> NoticeFailure {
        match self {
            Self::NotAnAddress => NoticeFailure::InvalidAddress,
            // X.6.7: non-ASCII addresses not permitted (RFC 6531 section 3.5).
            Self::NeedsUtf8 | Self::Answered { enhanced: Some((5, 6, 7)), .. } => {
                NoticeFailure::UnsupportedAddress
            }
            _ => NoticeFailure::Refused,
        }
    }

    /// Whether the connection was gone before the server could have taken the message, so that the
    /// same message may be sent over a new one at once.
    pub(crate) const fn is_a_lost_connection(&self) -> bool {
        match self {
            Self::Broken { step } | Self::Network { step, .. } | Self::TimedOut { step } => {
                !matches!(step, Step::Content)
            }
            // 421: the server closes the channel (RFC 5321 section 3.8).
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
            Self::Broken { step } => write!(f, "the mail server broke off {step}"),
            Self::Network { step, kind } => write!(f, "the connection failed {step}: {kind}"),
            Self::NotSecured => {
                f.write_str("the mail server's certificate or TLS was not accepted")
            }
            Self::NoStartTls => f.write_str("the mail server does not offer STARTTLS"),
            Self::NoSignIn => f.write_str("the mail server offers neither PLAIN nor LOGIN"),
            Self::TimedOut { step } => write!(f, "the mail server did not answer in time {step}"),
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
            tracing::error!(reason = %failure, "notices cannot be sent until this is mended");
        } else {
            tracing::warn!(reason = %failure, "a notice was not handed over");
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
    fn only_what_is_said_of_recipient_or_message_is_for_good() {
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
    fn a_message_that_the_server_may_have_taken_is_not_sent_again_at_once() {
        assert!(Failure::Broken { step: Step::MailFrom }.is_a_lost_connection());
        assert!(answered(Step::MailFrom, 421).is_a_lost_connection());
        assert!(!Failure::Broken { step: Step::Content }.is_a_lost_connection());
        assert!(!answered(Step::RcptTo, 451).is_a_lost_connection());
    }

    #[test]
    fn every_failure_reads_as_a_plain_phrase() {
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
