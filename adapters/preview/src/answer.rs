use super::error::PreviewError;
use super::page::{ImageType, PreviewPage};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
#[cfg(all(feature = "draw", unix))]
use std::io::{self, Write};

/// The answer of the worker on its standard output: a line of JSON, followed by the image if it is
/// [`Answer::Drawn`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub(super) enum Answer {
    Damaged,
    Drawn { pages: u32, width: u32, height: u32, image_type: ImageType, is_whole: bool },
    Encrypted,
    NoSuchPage { pages: u32 },
    Unsupported,
}

impl Answer {
    #[cfg(all(feature = "draw", unix))]
    pub(super) fn write(&self, image: &[u8], mut to: impl Write) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        to.write_all(&line)?;
        to.write_all(image)?;
        to.flush()
    }

    /// Parses the output of the worker. Returns `None` if it is not an answer.
    pub(super) fn read(output: Vec<u8>) -> Option<Result<PreviewPage, PreviewError>> {
        let end = output.iter().position(|byte| *byte == b'\n')?;
        let answer = serde_json::from_slice(output.get(..end)?).ok()?;
        Some(match answer {
            Self::Drawn { pages, width, height, image_type, is_whole } => Ok(PreviewPage {
                pages,
                width,
                height,
                image_type,
                is_whole,
                image: Bytes::from(output).slice(end + 1..),
            }),
            Self::Damaged => Err(PreviewError::Damaged),
            Self::Encrypted => Err(PreviewError::Encrypted),
            Self::NoSuchPage { pages } => Err(PreviewError::NoSuchPage { pages }),
            Self::Unsupported => Err(PreviewError::Unsupported),
        })
    }
}

#[cfg(all(test, feature = "draw", unix))]
mod tests {
    use super::*;

    #[test]
    fn answers_round_trip() {
        let image_type = ImageType::Png;
        let drawn = Answer::Drawn { pages: 7, width: 3, height: 4, image_type, is_whole: true };
        let mut output = Vec::new();
        drawn.write(b"\x89PNG\n\n", &mut output).unwrap();
        let page = Answer::read(output).unwrap().unwrap();
        assert_eq!((page.pages, page.width, page.height), (7, 3, 4));
        assert_eq!((page.image_type, page.is_whole), (image_type, true));
        assert_eq!(&page.image[..], b"\x89PNG\n\n");

        let mut output = Vec::new();
        Answer::NoSuchPage { pages: 2 }.write(&[], &mut output).unwrap();
        let refused = Answer::read(output).unwrap().unwrap_err();
        assert!(matches!(refused, PreviewError::NoSuchPage { pages: 2 }), "{refused}");
    }

    #[test]
    fn other_output_is_not_an_answer() {
        for output in ["", "\n", "{}", "{\"answer\":\"drawn\"}\n", "panicked at src\n"] {
            assert!(Answer::read(output.into()).is_none(), "{output}");
        }
    }
}
