use super::worker_arguments::{COMMAND, WorkerArguments};
use super::{pdf, picture};
use rustix::process::{Resource, Rlimit, nice, setrlimit};
use std::io::{self, Read as _};
use std::process::ExitCode;

/// Draws a page if this process was started as a worker of [`Previews`](crate::Previews), that is,
/// if its first argument is `desktop-delivery-render-page`. Returns the exit code, or `None` in any
/// other process.
///
/// Call this first in `main`, before the program opens files or reads secrets, so that a worker has
/// none.
#[must_use]
pub fn draw_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != COMMAND {
        return None;
    }
    let drawn = WorkerArguments::read(arguments)
        .ok_or_else(|| io::Error::other("malformed arguments"))
        .and_then(|arguments| {
            arguments.bind()?;
            arguments.follow()
        });
    Some(if drawn.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl WorkerArguments {
    /// Limits this process irrevocably before it reads untrusted bytes.
    fn bind(&self) -> io::Result<()> {
        let bounds = [
            (Resource::Cpu, self.cpu_seconds),
            (Resource::As, self.memory_bytes),
            // Standard input, output and error are open; no other file or socket can be opened.
            (Resource::Nofile, 3),
            (Resource::Fsize, 0),
            // A core dump would contain the document.
            (Resource::Core, 0),
        ];
        for (resource, most) in bounds {
            let most = Some(most);
            setrlimit(resource, Rlimit { current: most, maximum: most })?;
        }
        // Downloads have priority. A failure is harmless.
        let _ = nice(19);
        Ok(())
    }

    fn follow(&self) -> io::Result<()> {
        let size = usize::try_from(self.size).map_err(io::Error::other)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(size).map_err(io::Error::other)?;
        // Bytes beyond the announced size are ignored.
        io::stdin().lock().take(self.size).read_to_end(&mut bytes)?;
        let drawn = match is_pdf(&bytes) {
            true => pdf::draw(bytes, self.page, self.width),
            false => picture::draw(&bytes, self.page, self.width),
        };
        match drawn.and_then(|drawn| drawn.small()) {
            Ok((answer, image)) => answer.write(&image, io::stdout().lock()),
            Err(answer) => answer.write(&[], io::stdout().lock()),
        }
    }
}

/// Returns whether a file is a PDF. A PDF may begin with up to 1 KiB of other bytes (ISO 32000-1,
/// annex H, note 13), but not with the signature of another file type, which may embed a PDF.
fn is_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(1_024 + 5)];
    let is_another = bytes.starts_with(b"PK\x03\x04") || picture::is_picture(bytes);
    !is_another && head.windows(5).any(|tag| tag == b"%PDF-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_embeds_a_pdf_is_not_a_pdf() {
        for pdf in [&b"%PDF-1.7"[..], b"\r\n%PDF-1.4", b"HTTP/1.1 200 OK\n\n%PDF-1.4"] {
            assert!(is_pdf(pdf), "{}", pdf.escape_ascii());
        }
        for other in [&b"PK\x03\x04.. scan.pdf %PDF-1.7"[..], b"II\x2a\0 %PDF-1.7", b"%!PS"] {
            assert!(!is_pdf(other), "{}", other.escape_ascii());
        }
    }
}
