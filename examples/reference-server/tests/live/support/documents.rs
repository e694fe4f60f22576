//! Real PDFs: made by the programs that make most of them, and shipped by a Debian package.

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

/// By img2pdf, from a picture full of noise, as a scanner makes it: 3 MB and more.
pub(crate) fn by_img2pdf() -> Vec<u8> {
    let (width, height) = (1_000, 1_100);
    let mut picture = format!("P6 {width} {height} 255\n").into_bytes();
    picture.extend(noise(width * height * 3));
    made("img2pdf", &["-"], &picture)
}

/// The specification that every desktop with a mime database has, shipped by Debian.
pub(crate) fn by_debian() -> Vec<u8> {
    let path = "/usr/share/doc/shared-mime-info/shared-mime-info-spec.pdf";
    std::fs::read(path).unwrap_or_else(|error| {
        panic!("{path} is needed ({error}): apt-get install --reinstall shared-mime-info")
    })
}

/// The head of a PDF and then noise, this long: for sizes that no program makes quickly.
pub(crate) fn noise_pdf(length: usize) -> Vec<u8> {
    let head = b"%PDF-1.7\n";
    head.iter().copied().chain(noise(length.saturating_sub(head.len()))).collect()
}

/// Bytes that no compression shrinks, each place with its own.
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

/// Runs Debian's program with this input; its output is a PDF.
fn made(package: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let program = if package == "ghostscript" { "gs" } else { package };
    let program = Path::new("/usr/bin").join(program);
    let mut process = Command::new(&program)
        .args(arguments)
        // Another Python on the path may lack what Debian's has.
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
    assert!(output.stdout.starts_with(b"%PDF-"), "{} made no PDF", program.display());
    output.stdout
}
