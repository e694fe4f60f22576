//! Recognition of programs and scripts by the bytes that systems check.

use super::file_kind::FileKind;
use super::text;

/// The length of the header at the start of programs for Windows and DOS.
const MZ_HEADER_BYTES: usize = 64;

pub(super) fn program(head: &[u8]) -> Option<FileKind> {
    // In a fat Mach-O file, the number of processors, at most a handful, takes the place of the
    // version in Java class files, which is at least 45.
    let kinds: [(&[u8], FileKind); 11] = [
        (b"\x7fELF", FileKind::UnixProgram),
        (b"\xfe\xed\xfa\xce", FileKind::MacProgram),
        (b"\xfe\xed\xfa\xcf", FileKind::MacProgram),
        (b"\xce\xfa\xed\xfe", FileKind::MacProgram),
        (b"\xcf\xfa\xed\xfe", FileKind::MacProgram),
        (b"\xca\xfe\xba\xbe\0\0\0", FileKind::MacProgram),
        (b"\xca\xfe\xba\xbf", FileKind::MacProgram),
        (b"\xca\xfe\xba\xbe", FileKind::JavaProgram),
        (b"\xca\xfe\xd0\x0d", FileKind::JavaProgram),
        (b"\0asm", FileKind::WasmProgram),
        (b"\x4c\0\0\0\x01\x14\x02\0", FileKind::WindowsShortcut),
    ];
    let is_class = head.starts_with(b"\xca\xfe\xba\xbe")
        && matches!(head, [_, _, _, _, _, _, major, minor, ..] if u16::from_be_bytes([*major, *minor]) >= 45);
    match () {
        () if is_class => Some(FileKind::JavaProgram),
        () if is_windows_program(head) => Some(FileKind::WindowsProgram),
        () if is_android_program(head) => Some(FileKind::AndroidProgram),
        () => kinds.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| kind),
    }
}

/// Two letters are too few to identify a program. Text contains no zero byte, but the header does:
/// in its last field, the offset of the PE, NE or LE header, in every file of less than 16 MB.
fn is_windows_program(head: &[u8]) -> bool {
    let header = &head[..head.len().min(MZ_HEADER_BYTES)];
    header.starts_with(b"MZ") && text::has_binary(header)
}

/// The magic number of DEX files is followed by their version: three digits and a zero byte.
fn is_android_program(head: &[u8]) -> bool {
    matches!(head, [b'd', b'e', b'x' | b'y', b'\n', version @ ..]
        if matches!(version, [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', 0, ..]))
}

/// Recognizes scripts by the first line, by which a system or a server runs them.
pub(super) fn script(text: &[u8]) -> Option<FileKind> {
    let starts = |word: &[u8]| after(text, word).is_some();
    (is_shebang(text) || is_batch(text) || starts(b"<?php") || starts(b"<?=") || starts(b"<%"))
        .then_some(FileKind::Script)
}

/// Sections of files that open an address or run a command if the file has the right name: Windows
/// internet shortcuts, and Linux desktop entries, including their old name.
const SHORTCUT_SECTIONS: [(&[u8], FileKind); 3] = [
    (b"InternetShortcut", FileKind::WindowsShortcut),
    (b"Desktop Entry", FileKind::Script),
    (b"KDE Desktop Entry", FileKind::Script),
];

/// Keys without which such a section has no effect.
const SHORTCUT_KEYS: [&[u8]; 4] = [b"URL", b"IconFile", b"Exec", b"Type"];

/// Recognizes shortcuts and desktop entries: INI files with one of these sections. Programs that
/// read them ignore all other lines, so the section may follow anything. A file that does not begin
/// with a section may also be a text about shortcuts, which has none of their keys.
pub(super) fn shortcut(text: &[u8]) -> Option<FileKind> {
    let text = text::without_marks(text);
    let lines = || text.split(|byte| matches!(byte, b'\r' | b'\n')).map(<[u8]>::trim_ascii);
    let kind = lines().find_map(|line| {
        let name = section(line)?;
        let known = SHORTCUT_SECTIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, kind)| kind.clone())
    })?;
    let mut meant = lines().filter(|line| !matches!(line, [] | [b';' | b'#', ..]));
    let begins = meant.next().is_some_and(|line| line.starts_with(b"["));
    (begins || lines().any(is_shortcut_key)).then_some(kind)
}

/// Returns the name of the section on a line, ignoring what follows it.
fn section(line: &[u8]) -> Option<&[u8]> {
    let name = line.strip_prefix(b"[")?;
    let end = name.iter().position(|byte| *byte == b']')?;
    Some(name[..end].trim_ascii())
}

fn is_shortcut_key(line: &[u8]) -> bool {
    let Some(end) = line.iter().position(|byte| *byte == b'=') else { return false };
    let key = line[..end].trim_ascii();
    SHORTCUT_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// A path to an interpreter must follow, perhaps after blanks.
fn is_shebang(text: &[u8]) -> bool {
    let Some(line) = text.strip_prefix(b"#!") else { return false };
    matches!(without_blanks(line), [b'/', next, ..] if !next.is_ascii_whitespace())
}

/// Recognizes `@echo off` or `@echo on`, followed on the line by nothing or another command.
fn is_batch(text: &[u8]) -> bool {
    let Some(command) = after(text, b"@").and_then(|rest| after(without_blanks(rest), b"echo"))
    else {
        return false;
    };
    let argument = without_blanks(command);
    let Some(end) = after(argument, b"off").or_else(|| after(argument, b"on")) else {
        return false;
    };
    argument.len() < command.len()
        && matches!(without_blanks(end), [] | [b'\r' | b'\n' | b'&' | b'|' | b'>' | 0x1a, ..])
}

/// Returns the text after a word, ignoring case.
fn after<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &text[blanks..]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the beginning of a Windows program whose PE header is at this offset.
    fn windows(place: u32) -> Vec<u8> {
        let mut header = b"MZ".to_vec();
        header.resize(60, b'x');
        header.extend(place.to_le_bytes());
        header.resize(header.len().max(usize::try_from(place).unwrap()), b'x');
        header.extend(b"PE\0\0");
        header
    }

    #[test]
    fn programs_are_recognized_whatever_follows() {
        let heads: [(&[u8], FileKind); 13] = [
            (b"MZ\x90\0%PDF-1.7", FileKind::WindowsProgram),
            (b"MZ\x90\0\x03\0\0\0", FileKind::WindowsProgram),
            (b"MZ and words\0", FileKind::WindowsProgram),
            (&windows(64), FileKind::WindowsProgram),
            (&windows(4_096), FileKind::WindowsProgram),
            (b"\x7fELF\x02\x01\x01\0", FileKind::UnixProgram),
            (b"\xcf\xfa\xed\xfe\x07\0\0\x01", FileKind::MacProgram),
            (b"\xca\xfe\xba\xbe\0\0\0\x02", FileKind::MacProgram),
            (b"\xca\xfe\xba\xbe\0\0\0\x3d", FileKind::JavaProgram),
            (b"\0asm\x01\0\0\0", FileKind::WasmProgram),
            (b"dex\n035\0", FileKind::AndroidProgram),
            (b"dey\n036\0", FileKind::AndroidProgram),
            (b"\x4c\0\0\0\x01\x14\x02\0\0\0", FileKind::WindowsShortcut),
        ];
        for (head, expected) in heads {
            assert_eq!(program(head), Some(expected), "{}", head.escape_ascii());
        }
    }

    #[test]
    fn texts_with_the_initial_letters_of_programs_are_not_programs() {
        let long = format!("MZUMBE University\n{}", "Institute of Development\n".repeat(400));
        for text in [
            "MZUMBE University",
            "MZ",
            "MZ\r\n\u{c}",
            "MZÜ – Münchner Zentrum",
            long.as_str(),
            "dex\nis a word",
            "dex\n035 and more",
            "ELF is a format",
        ] {
            assert_eq!(program(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn shortcuts_are_recognized_by_their_section() {
        for (text, kind) in [
            ("[InternetShortcut]\r\nURL=https://example.org/\r\n", FileKind::WindowsShortcut),
            ("[internetshortcut]\nURL=file:///c:/x.exe", FileKind::WindowsShortcut),
            ("; a comment\r\n\r\n [InternetShortcut] \r\n", FileKind::WindowsShortcut),
            ("[DEFAULT]\r\nBASEURL=x\r\n[InternetShortcut]\r\n", FileKind::WindowsShortcut),
            ("# a comment\n[Desktop Entry]\nExec=calc\n", FileKind::Script),
            ("[ InternetShortcut ]\r\nURL=file:///c:/x.exe", FileKind::WindowsShortcut),
            ("\u{feff}[InternetShortcut]\r\nURL=x", FileKind::WindowsShortcut),
            ("Dear reader,\n\n[InternetShortcut]\nurl = x\n", FileKind::WindowsShortcut),
            ("prose\n[InternetShortcut] ; x\nIconFile=\\\\h\\i.ico", FileKind::WindowsShortcut),
            ("[KDE Desktop Entry]\nType=Link\nURL=x\n", FileKind::Script),
            ("prose\n[Desktop Entry]\nType = Link\n", FileKind::Script),
        ] {
            assert_eq!(shortcut(text.as_bytes()), Some(kind), "{text}");
        }
        for text in [
            "",
            "[",
            "[1] On Ice Ages",
            "[Internet] shortcuts\n",
            "InternetShortcut",
            "A file that begins with [InternetShortcut] is a shortcut.",
            "Shortcuts\n[InternetShortcut]\nis their section.",
            "[1] Shortcuts begin with [InternetShortcut].",
            "A shortcut has a line URL=, and a section [InternetShortcut].\nURL=x",
            "The section\n[Desktop Entry]\nhas a line that begins with Exec=.",
            "[Internet Shortcut]\nURL=x",
        ] {
            assert_eq!(shortcut(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn scripts_are_recognized_by_their_first_line() {
        for text in [
            "#!/bin/sh\n",
            "#! /usr/bin/env python3\n",
            "#!\t/usr/bin/perl -w",
            "@echo off\r\n",
            "@ECHO OFF",
            "@echo on\n",
            "@ echo\toff  \r\n",
            "@echo off & start calc",
            "@echo off>nul",
            "@echo off&cls",
            "<?php echo 1;",
            "<?= 1 ?>",
            "<%@ page %>",
        ] {
            assert_eq!(script(text.as_bytes()), Some(FileKind::Script), "{text}");
        }
        for text in [
            "#!important notes",
            "#! important notes",
            "#!",
            "#!\n/bin/sh",
            "#! / is a slash",
            "@echo is a command",
            "@echo off is a command",
            "@echo on/off",
            "@echooff",
            "@echo offline\n",
            "@echo",
            "@article{ice, title = {On Ice Ages}}",
            "REM Records of Early Medicine\r\n",
            ":: a comment\r\necho 1\r\n",
            "",
        ] {
            assert_eq!(script(text.as_bytes()), None, "{text}");
        }
    }
}
