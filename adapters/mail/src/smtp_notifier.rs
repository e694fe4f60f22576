use crate::composer::{Composed, Composer};
use crate::connect::Connector;
use crate::error::{Failure, SettingsError, Step};
use crate::pool::{Lent, Pool};
use crate::smtp_server::SmtpServer;
use async_trait::async_trait;
use desktop_delivery::{Dispatch, Notifier, NotifyError};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use std::sync::Arc;

/// Sends notices by SMTP (RFC 5321), over a few connections that are kept between messages.
///
/// It must be used inside a tokio runtime with I/O and time. Dropping a future of
/// [`notify`](Notifier::notify) closes its connection; the message may then have been taken or not,
/// and goes out again with the same id.
#[derive(Debug)]
pub struct SmtpNotifier {
    composer: Arc<Composer>,
    pool: Pool,
}

impl SmtpNotifier {
    /// Sends through this server. Connects only when there is something to send.
    ///
    /// # Errors
    /// [`SettingsError`] for settings that cannot work or would send a password in the clear.
    pub fn new(server: SmtpServer, composer: Arc<Composer>) -> Result<Self, SettingsError> {
        let pool = Pool::new(Connector::new(server, composer.domain())?);
        Ok(Self { composer, pool })
    }

    /// Says goodbye to the server on the connections that wait; for an orderly end.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn send(&self, message: &Composed) -> Result<(), Failure> {
        let mut lent = self.pool.lend().await?;
        let mut sent = self.hand_over(&mut lent, message).await;
        // A server may close a connection that waits; that shows only when it is used again.
        if let Err(failure) = &sent
            && lent.is_used
            && failure.is_a_lost_connection()
        {
            lent = self.pool.replace(lent).await?;
            sent = self.hand_over(&mut lent, message).await;
        }
        if sent.is_ok() {
            self.pool.put_back(lent);
        }
        sent
    }

    /// One message over one connection (RFC 5321 section 3.3).
    async fn hand_over(&self, lent: &mut Lent<'_>, message: &Composed) -> Result<(), Failure> {
        let (connection, connector) = (&mut lent.connection, self.pool.connector());
        let mut options = Vec::new();
        let is_ascii = [&message.from, &message.to]
            .iter()
            .all(|address| address.user().is_ascii() && address.domain().is_ascii());
        if !is_ascii {
            // RFC 6531 section 3.4: the headers repeat the address.
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failure::NeedsUtf8);
            }
            options.push(MailParameter::SmtpUtfEight);
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let mail = Mail::new(Some(message.from.clone()), options);
        connector.within(Step::MailFrom, connection.command(mail)).await?;
        let rcpt = Rcpt::new(message.to.clone(), Vec::new());
        connector.within(Step::RcptTo, connection.command(rcpt)).await?;
        connector.within(Step::Data, connection.command(Data)).await?;
        connector.within(Step::Content, connection.message(&message.bytes)).await?;
        Ok(())
    }
}

#[async_trait]
impl Notifier for SmtpNotifier {
    async fn notify(&self, dispatch: &Dispatch) -> Result<(), NotifyError> {
        let message = self.composer.compose(dispatch)?;
        Ok(self.send(&message).await?)
    }
}
