use super::answer::Answer;
use super::error::PreviewError;
use super::limits::PreviewLimits;
use super::page::PreviewPage;
use super::worker_arguments::WorkerArguments;
use desktop_delivery::ByteStream;
use futures_util::StreamExt as _;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout, Command};

/// The maximum length of an answer in bytes: far more than a page image needs.
const MAX_ANSWER: u64 = 8 << 20;

/// Draws a page, counted from 1, of a file of `size` bytes in a worker process. Dropping the future
/// ends the process.
pub(super) async fn draw(
    program: &Path,
    limits: &PreviewLimits,
    (page, size): (u32, u64),
    bytes: ByteStream,
) -> Result<PreviewPage, PreviewError> {
    let mut process = Command::new(program)
        .args(WorkerArguments::new(page, size, limits).arguments())
        // The worker inherits neither the environment nor the working directory of the host.
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Messages of decoders may quote the document, so they are not logged.
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(PreviewError::failed)?;
    let pipes = process.stdin.take().zip(process.stdout.take());
    let (input, output) =
        pipes.ok_or_else(|| PreviewError::failed(io::Error::other("no pipes")))?;
    let work = async {
        let (fed, output) = tokio::join!(feed(bytes, input), listen(output));
        fed?;
        let output = output?;
        io::Result::Ok((process.wait().await?, output))
    };
    match tokio::time::timeout(limits.timeout, work).await {
        Ok(Ok((status, output))) => parse_outcome(status, output),
        Ok(Err(error)) => Err(PreviewError::failed(error)),
        Err(_) => Err(PreviewError::TooSlow),
    }
}

async fn feed(mut bytes: ByteStream, mut input: ChildStdin) -> io::Result<()> {
    while let Some(piece) = bytes.next().await {
        match input.write_all(&piece?).await {
            // The worker has already answered and exited.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            written => written?,
        }
    }
    Ok(())
}

async fn listen(stdout: ChildStdout) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    stdout.take(MAX_ANSWER).read_to_end(&mut output).await?;
    Ok(output)
}

fn parse_outcome(status: ExitStatus, output: Vec<u8>) -> Result<PreviewPage, PreviewError> {
    if status.success() {
        return Answer::read(output).unwrap_or(Err(PreviewError::Damaged));
    }
    // Otherwise it panicked, overflowed its stack, or exceeded its memory limit.
    Err(if is_out_of_time(status) { PreviewError::TooSlow } else { PreviewError::Damaged })
}

#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    let out_of_time = [rustix::process::Signal::XCPU, rustix::process::Signal::KILL];
    status.signal().is_some_and(|signal| out_of_time.iter().any(|other| other.as_raw() == signal))
}

/// Workers are not started where their processor time cannot be limited.
#[cfg(not(unix))]
const fn is_out_of_time(_status: ExitStatus) -> bool {
    false
}
