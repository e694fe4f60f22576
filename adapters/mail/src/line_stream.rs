use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The number of bytes read from the socket at once.
const READ_BYTES: usize = 4_096;

/// Passes on the bytes of a connection one line at a time.
///
/// The SMTP client buffers everything that a read returns, and keeps the buffer when STARTTLS turns
/// the stream into TLS. Bytes injected after the plaintext reply to STARTTLS would then count as
/// replies received over TLS. Read line by line, they reach the handshake instead, which fails (RFC
/// 3207 §5).
#[derive(Debug)]
pub(crate) struct LineStream {
    stream: TcpStream,
    held: Vec<u8>,
    /// How many bytes of `held` have been passed on.
    given: usize,
}

impl LineStream {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream, held: Vec::new(), given: 0 }
    }
}

impl AsyncRead for LineStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.given == this.held.len() {
            this.held.resize(READ_BYTES, 0);
            this.given = 0;
            let mut read = ReadBuf::new(&mut this.held);
            let polled = Pin::new(&mut this.stream).poll_read(cx, &mut read);
            let filled = if polled.is_ready() { read.filled().len() } else { 0 };
            this.held.truncate(filled);
            ready!(polled)?;
        }
        let held = &this.held[this.given..];
        let line = held.iter().position(|byte| *byte == b'\n').map_or(held.len(), |end| end + 1);
        let length = line.min(buf.remaining());
        buf.put_slice(&held[..length]);
        this.given += length;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for LineStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}
