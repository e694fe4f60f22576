use bytes::Bytes;
use desktop_delivery::ByteStream;
use futures_util::stream;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The number of bytes read at once.
const PIECE: u64 = 256 * 1024;

/// A file outside the store that is to be uploaded, such as a scan in another folder.
///
/// Files are opened and read on Tokio's blocking threads. State [`size`](Self::size) with the
/// upload: the desk then refuses a file that grew or shrank in the meantime.
///
/// ```no_run
/// # // It needs a file and a desk.
/// use desktop_delivery::{Actor, Desk, FileName, NewFile, RequestHandle};
/// use desktop_delivery_fs::SourceFile;
///
/// # async fn upload(desk: &Desk, request: RequestHandle, lender: &Actor) -> Result<(), Box<dyn std::error::Error>> {
/// let scan = SourceFile::open("/scans/2026-00417.pdf").await?;
/// let file = NewFile::new(FileName::new("2026-00417.pdf")?).with_size(scan.size());
/// desk.upload(request, lender, file, scan.into_stream()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SourceFile {
    file: File,
    size: u64,
}

impl SourceFile {
    /// Opens a file.
    ///
    /// # Errors
    /// [`io::Error`]; of the kind [`InvalidInput`](io::ErrorKind::InvalidInput) if the path is that
    /// of a folder or of anything else that is not a regular file.
    pub async fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            // Checked before it is opened, too: opening a pipe waits for its other end.
            check(std::fs::metadata(&path)?.is_file())?;
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            check(metadata.is_file())?;
            Ok(Self { file, size: metadata.len() })
        });
        opened.await.map_err(io::Error::other)?
    }

    /// Returns the size in bytes when the file was opened.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the bytes of the file up to its end.
    #[must_use]
    pub fn into_stream(self) -> ByteStream {
        Box::pin(stream::try_unfold(self.file, |file| async {
            let read = tokio::task::spawn_blocking(move || {
                let mut piece = Vec::new();
                (&file).take(PIECE).read_to_end(&mut piece)?;
                Ok::<_, io::Error>((Bytes::from(piece), file))
            });
            let (piece, file) = read.await.map_err(io::Error::other)??;
            Ok((!piece.is_empty()).then_some((piece, file)))
        }))
    }
}

fn check(is_file: bool) -> io::Result<()> {
    if is_file {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::TryStreamExt as _;

    #[tokio::test]
    async fn a_file_is_read_in_pieces_up_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scan.pdf");
        let bytes: Vec<u8> = (0..=250_u8).cycle().take(600_001).collect();
        std::fs::write(&path, &bytes).unwrap();
        let source = SourceFile::open(&path).await.unwrap();
        assert_eq!(source.size(), 600_001);
        let pieces: Vec<Bytes> = source.into_stream().try_collect().await.unwrap();
        assert_eq!(pieces.iter().map(Bytes::len).collect::<Vec<_>>(), [262_144, 262_144, 75_713]);
        assert_eq!(pieces.concat(), bytes);
    }

    #[tokio::test]
    async fn a_file_that_grows_is_longer_than_its_size() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "On the Migration").unwrap();
        let source = SourceFile::open(file.path()).await.unwrap();
        std::fs::write(file.path(), "On the Migration of Eels").unwrap();
        assert_eq!(source.size(), 16);
        let pieces: Vec<Bytes> = source.into_stream().try_collect().await.unwrap();
        assert_eq!(pieces.concat(), b"On the Migration of Eels");
    }

    #[tokio::test]
    async fn a_folder_and_a_missing_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = SourceFile::open(folder.path()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        let error = SourceFile::open(folder.path().join("none")).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
