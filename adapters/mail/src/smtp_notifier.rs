use crate::address::needs_utf8;
use crate::composer::{Bytes, Composer, Envelope};
use crate::connect::Connector;
use crate::error::{Failure, SettingsError, Step};
use crate::pool::{Lent, Pool};
use crate::smtp_server::SmtpServer;
use async_trait::async_trait;
use desktop_delivery::Notifier;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::OutgoingNotice;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use std::sync::Arc;

/// Sends notices over SMTP (RFC 5321), on a few connections that are kept open between messages.
///
/// Must be used within a tokio runtime with I/O and time. Dropping the future of
/// [`notify`](Notifier::notify) closes its connection. The server may or may not have accepted the
/// message by then; it is sent again with the same id.
#[derive(Debug)]
pub struct SmtpNotifier {
    composer: Arc<Composer>,
    pool: Pool,
}

impl SmtpNotifier {
    /// Sends notices through this server. Connects only when there is a notice to send.
    ///
    /// # Errors
    /// [`SettingsError`] if the settings are invalid or would send a password unencrypted.
    pub fn new(server: SmtpServer, composer: Arc<Composer>) -> Result<Self, SettingsError> {
        let pool = Pool::new(Connector::new(server, composer.domain())?);
        Ok(Self { composer, pool })
    }

    /// Closes all idle connections in an orderly way.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn send(&self, dispatch: &OutgoingNotice) -> Result<(), Failure> {
        let envelope = self.composer.envelope(dispatch)?;
        let mut lent = self.pool.lend().await?;
        let mut sent = self.hand_over(&mut lent, dispatch, &envelope).await;
        // A server may close an idle connection, which shows only when it is used again.
        if let Err(failure) = &sent
            && lent.is_used
            && failure.is_a_lost_connection()
        {
            lent = self.pool.replace(lent).await?;
            sent = self.hand_over(&mut lent, dispatch, &envelope).await;
        }
        if sent.is_ok() {
            self.pool.put_back(lent);
        }
        sent
    }

    /// Sends one message on one connection (RFC 5321 §3.3).
    async fn hand_over(
        &self,
        lent: &mut Lent<'_>,
        dispatch: &OutgoingNotice,
        envelope: &Envelope,
    ) -> Result<(), Failure> {
        let (connection, connector) = (&mut lent.connection, self.pool.connector());
        let offers = |extension| connection.server_info().supports_feature(extension);
        let mut options = Vec::new();
        // RFC 6531 §3.4: SMTPUTF8 is needed because the headers contain the address. §3.1: 8BITMIME
        // goes with it.
        let needs_utf8 = needs_utf8(&envelope.to);
        if needs_utf8 {
            if !offers(Extension::SmtpUtfEight) {
                return Err(Failure::NeedsUtf8);
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let takes_eight = needs_utf8 || offers(Extension::EightBitMime);
        let bytes = if takes_eight { Bytes::Eight } else { Bytes::Seven };
        let message = self.composer.compose(dispatch, envelope, bytes)?;
        if !message.is_ascii() {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let mail = Mail::new(Some(envelope.from.clone()), options);
        connector.within(Step::MailFrom, connection.command(mail)).await?;
        let rcpt = Rcpt::new(envelope.to.clone(), Vec::new());
        connector.within(Step::RcptTo, connection.command(rcpt)).await?;
        connector.within(Step::Data, connection.command(Data)).await?;
        connector.within(Step::Content, connection.message(&message)).await?;
        Ok(())
    }
}

#[async_trait]
impl Notifier for SmtpNotifier {
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError> {
        Ok(self.send(dispatch).await?)
    }
}
