//! Name endings with which systems run a file or show it as a page.

/// Programs, scripts, shortcuts, installers, disk images, and office files with macros: a system
/// runs or mounts files with these names, whatever their bytes are.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "ace", "action", "ade", "adp", "apk", "app", "appimage", "application", "appref-ms", "appx",
    "appxbundle", "asp", "aspx", "bas", "bash", "bat", "bundle", "cgi", "chm", "class",
    "cmd", "cnt", "com", "command", "cpl", "crx", "csh", "deb", "desktop", "dex", "diagcab",
    "dll", "dmg", "docm", "dotm", "drv", "dylib", "elf", "exe", "fish", "fxp", "gadget", "grp",
    "hlp", "hpj", "hta", "htc", "img", "inf", "ins", "ipa", "iqy", "iso", "isp", "its", "jar",
    "jnlp", "job", "js", "jse", "jsp", "jspx", "ksh", "library-ms", "lnk", "lua", "mad", "maf",
    "mag", "mam", "maq", "mar", "mas", "mau", "mav", "maw", "mcf", "mda", "mdb", "mde",
    "mdt", "mdw", "mdz", "mjs", "cjs", "msc", "msh", "msh1", "msh2", "mshxml", "msh1xml",
    "msh2xml", "msi", "msix", "msixbundle", "msp", "mst", "msu", "ocx", "oqy", "osd", "pcd",
    "php", "php3", "php4", "php5", "phar", "phtml", "pif", "pkg", "pl", "plg", "pm", "potm",
    "ppam", "ppsm", "pptm", "prf", "prg", "printerexport", "ps1", "ps1xml", "ps2", "ps2xml",
    "psc1", "psc2", "psd1", "psdm1", "psm1", "py", "pyc", "pyo", "pyw", "pyz", "pyzw", "rb",
    "rdp", "reg", "rpm", "rqy", "run", "scf", "scpt", "applescript", "scr", "sct", "search-ms",
    "searchconnector-ms", "service", "settingcontent-ms", "sh", "shb", "shs", "slk", "sldm", "snap",
    "so", "sql", "swf", "sys", "tcl", "terminal", "theme", "themepack", "url", "vb", "vbe", "vbp",
    "vbs", "vhd", "vhdx", "vsmacros", "vsw", "vxd", "war", "wasm", "webloc", "webpnp", "website",
    "wim", "wiz", "workflow", "ws", "wsb", "wsc", "wsf", "wsh", "xbap", "xla", "xlam", "xll",
    "xlm", "xlsb", "xlsm", "xltm", "xnk", "xpi", "zsh",
];

/// Web pages, and files that a browser or mail program shows like one.
const PAGES: &[&str] = &[
    "eml", "emlx", "htm", "html", "mht", "mhtml", "msg", "oft", "shtm", "shtml", "svg", "svgz",
    "xht", "xhtml", "xsl", "xslt",
];

/// Archives whose directories cannot be read while they are inside another archive.
const ARCHIVES: &[&str] = &[
    "7z", "arc", "arj", "br", "bz2", "cab", "cpio", "gz", "lha", "lz", "lz4", "lzh", "lzma", "rar",
    "tar", "tbz2", "tgz", "txz", "xz", "z", "zip", "zipx", "zoo", "zst",
];

/// Office formats from before 2007.
const OLD_OFFICE: &[&str] = &["doc", "dot", "pot", "pps", "ppt", "xls", "xlt"];

/// Whether files with this ending are never accepted. The ending is in lower case.
pub(crate) fn is_forbidden(ending: &str) -> bool {
    is_program(ending) || is_page(ending)
}

pub(super) fn is_program(ending: &str) -> bool {
    PROGRAMS.contains(&ending)
}

pub(super) fn is_page(ending: &str) -> bool {
    PAGES.contains(&ending)
}

pub(super) fn is_archive(ending: &str) -> bool {
    ARCHIVES.contains(&ending)
}

pub(super) fn is_old_office(ending: &str) -> bool {
    OLD_OFFICE.contains(&ending)
}
