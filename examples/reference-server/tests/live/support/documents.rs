//! Real PDFs: made by common programs, or part of a Debian package.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// By WeasyPrint, from HTML: many small objects, embedded fonts.
pub(crate) fn by_weasyprint() -> Vec<u8> {
    let html = "<html lang=\"en\"><title>On Ice Ages</title><h1>On Ice Ages</h1>\
                <p>Glaciers advance and retreat.</p><table><tr><td>Würm<td>115 ka</table>";
    made("weasyprint", &["--encoding", "utf-8", "-", "-"], html.as_bytes())
}

/// By Ghostscript, from PostScript.
pub(crate) fn by_ghostscript() -> Vec<u8> {
    let postscript = "/Times-Roman findfont 18 scalefont setfont 72 720 moveto (On Ice Ages) show \
                      1 1 3 { pop showpage 72 720 moveto (Another page) show } for showpage\n";
    let arguments =
        ["-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-sOutputFile=-"];
    made("ghostscript", &[&arguments[..], &["-"]].concat(), postscript.as_bytes())
}

/// Like a 300 dpi scan in shades of gray: by Ghostscript and img2pdf.
pub(crate) fn scanned_in_grey() -> Vec<u8> {
    let picture = printed("pgmraw", 300, &[]);
    // Three lines of text, including a comment by Ghostscript, followed by one byte per pixel.
    let head = picture.windows(4).position(|four| four == b"255\n").expect("it is a PGM") + 4;
    let grain = noise(picture.len());
    let grainy = |(index, (byte, grain)): (usize, (&u8, u8))| match index < head {
        true => *byte,
        // Paper is not quite white, and its texture is irregular.
        false => (byte / 8 * 7).saturating_add(8 + grain / 16),
    };
    let picture: Vec<u8> = picture.iter().zip(grain).enumerate().map(grainy).collect();
    made("img2pdf", &["-"], &picture)
}

/// Like a black-and-white scan: a fax picture (CCITT group 4) of 600 dpi in a PDF.
pub(crate) fn scanned_in_black_and_white() -> Vec<u8> {
    made("img2pdf", &["-"], &printed("tiffg4", 600, &[]))
}

/// A TIFF of three black-and-white pages.
pub(crate) fn tiff() -> Vec<u8> {
    printed("tiffg4", 200, &[])
}

/// Encrypted with a password by qpdf, which needs a file.
pub(crate) fn locked(document: &[u8], password: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("open.pdf");
    std::fs::write(&path, document).expect("the folder is writable");
    let path = path.to_str().expect("it is text");
    made("qpdf", &["--encrypt", password, "owner", "256", "--", path, "-"], b"")
}

/// Three pages full of text, rendered by a device of Ghostscript with this resolution and these
/// options. A device without pages writes one picture after another.
pub(crate) fn printed(device: &str, dpi: u32, options: &[&str]) -> Vec<u8> {
    let postscript = "/page { /Times-Roman findfont 12 scalefont setfont
          1 1 45 { /line exch def 72 780 line 15 mul sub moveto
            (Page ) show dup 3 string cvs show (, line ) show line 3 string cvs show
            (: glaciers advance and retreat, and leave their moraines behind.) show } for
          200 60 moveto 320 0 rlineto 4 setlinewidth stroke pop showpage } def
        1 1 3 { page } for\n";
    // Some devices seek in their output, so a pipe does not work.
    let file = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    let into = format!("-sOutputFile={}", file.path().display());
    let (device, dpi) = (format!("-sDEVICE={device}"), format!("-r{dpi}"));
    let arguments = ["-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sPAPERSIZE=a4"];
    let more = [device.as_str(), &dpi, &into];
    let arguments = [&arguments[..], &more, options, &["-"]].concat();
    output("ghostscript", &arguments, postscript.as_bytes());
    std::fs::read(file.path()).expect("it was written")
}

/// By img2pdf, from a noisy picture like a scan: at least 3 MB.
pub(crate) fn by_img2pdf() -> Vec<u8> {
    let (width, height) = (1_000, 1_100);
    let mut picture = format!("P6 {width} {height} 255\n").into_bytes();
    picture.extend(noise(width * height * 3));
    made("img2pdf", &["-"], &picture)
}

/// The specification shipped with Debian's shared-mime-info.
pub(crate) fn by_debian() -> Vec<u8> {
    let path = "/usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf";
    std::fs::read(path).unwrap_or_else(|error| {
        panic!("{path} is needed ({error}): apt-get install --reinstall shared-mime-info")
    })
}

/// The head of a PDF followed by noise of this length, for sizes that no program produces quickly.
pub(crate) fn noise_pdf(length: usize) -> Vec<u8> {
    let head = b"%PDF-1.7\n";
    head.iter().copied().chain(noise(length.saturating_sub(head.len()))).collect()
}

/// Incompressible bytes that depend on their position.
fn noise(length: usize) -> impl Iterator<Item = u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    (0..length).map(move |_| {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    })
}

/// Runs a Debian program with this input; its output is a PDF.
fn made(package: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let pdf = output(package, arguments, input);
    assert!(pdf.starts_with(b"%PDF-"), "{package} made no PDF");
    pdf
}

/// Runs a Debian program with this input.
fn output(package: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let program = if package == "ghostscript" { "gs" } else { package };
    let program = Path::new("/usr/bin").join(program);
    let mut process = Command::new(&program)
        .args(arguments)
        // Another Python on the path may lack the Debian packages.
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{} is needed ({error}): apt-get install {package}", program.display())
        });
    let mut stdin = process.stdin.take().expect("it is piped");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = process.wait_with_output().expect("it is our child");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} failed: {said}", program.display());
    writer.join().expect("it does not panic").expect("it reads its input");
    output.stdout
}
