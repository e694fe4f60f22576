//! File name extensions for which systems run a file or show it as a page.

use crate::model::file_name;

/// Programs, scripts, shortcuts, installers, disk images, settings, databases, notebooks and office
/// files with macros. Systems run, mount, install or apply files with these names, whatever their
/// content. Includes everything blocked by Outlook, Exchange and Gmail.
#[rustfmt::skip]
const PROGRAMS: &[&str] = &[
    "386", "a3x", "aab", "accda", "accdb", "accdc", "accde", "accdr", "accdt", "accdu", "ace",
    "acm", "action", "ade", "adp", "afploc", "ahk", "air", "apk", "apkm", "apks", "app",
    "appcontent-ms", "appimage", "appinstaller", "applescript", "application", "appref-ms", "appx",
    "appxbundle", "asa", "ascx", "ashx", "asmx", "asp", "aspx", "asx", "au3", "ax", "axd", "bas",
    "bash", "bash_login", "bash_logout", "bash_profile", "bashrc", "bat", "bgi", "bpl", "btm",
    "bundle", "cab", "cdxml", "cer", "cfc", "cfm", "cgi", "chm", "cjs", "class", "cmd", "cnt",
    "com", "command", "configprofile", "contact", "cpl", "crt", "crx", "csh", "cshrc", "cshtml",
    "deb", "der", "deskthemepack", "desktop", "devicemetadata-ms", "dex", "diagcab", "diagcfg",
    "diagpkg", "dll", "dmg", "dmgpart", "docb", "docm", "dotm", "dqy", "drv", "dylib", "ear", "efi",
    "egg", "elf", "esd", "ex", "ex_", "exe", "fcgi", "fileloc", "fish", "flatpak", "flatpakref",
    "flatpakrepo", "fon", "ftploc", "fxp", "gadget", "gem", "grp", "hlp", "hpj", "hta", "htaccess",
    "htc", "htpasswd", "ica", "img", "inetloc", "inf", "ins", "ipa", "iqy", "iso", "isp", "its",
    "jar", "jnlp", "job", "js", "jse", "jsp", "jspf", "jspx", "kext", "kix", "ko", "ksh", "laccdb",
    "lib", "library-ms", "lnk", "lua", "mad", "maf", "mag", "mailloc", "mam", "maq", "mar", "mas",
    "mat", "mau", "mav", "maw", "mcf", "mda", "mdb", "mde", "mdf", "mdn", "mds", "mdt", "mdw",
    "mdz", "mjs", "mobileconfig", "mof", "mpkg", "msc", "msh", "msh1", "msh1xml", "msh2", "msh2xml",
    "mshxml", "msi", "msix", "msixbundle", "msixupload", "msp", "msrcincident", "mst", "msu", "mui",
    "node", "nrg", "nsh", "nupkg", "ocx", "odb", "odc", "one", "onepkg", "onetoc2", "ops", "oqy",
    "osax", "osd", "otm", "ova", "ovf", "ovpn", "oxt", "pcd", "phar", "php", "php3", "php4", "php5",
    "php6", "php7", "php8", "pht", "phtml", "pif", "pkg", "pl", "plg", "pm", "potm", "ppa", "ppam",
    "ppkg", "ppsm", "pptm", "prefpane", "prf", "prg", "printerexport", "ps1", "ps1xml", "ps2",
    "ps2xml", "psc1", "psc2", "psd1", "psdm1", "psm1", "pssc", "pst", "pwz", "py", "pyc", "pyd",
    "pyo", "pyw", "pyz", "pyzw", "rb", "rbw", "rdp", "reg", "remoteapp", "rpm", "rqy", "run",
    "saver", "scf", "scpt", "scptd", "scr", "sct", "search-ms", "searchconnector-ms", "service",
    "settingcontent-ms", "sh", "shb", "shs", "sldm", "slk", "snap", "so", "sparsebundle",
    "sparseimage", "sql", "stm", "swf", "swm", "sys", "tcl", "terminal", "theme", "themepack",
    "toast", "udf", "udl", "url", "vb", "vbe", "vbhtml", "vbp", "vbs", "vbscript", "vdi", "vhd",
    "vhdx", "vmdk", "vmx", "vncloc", "vsdm", "vsix", "vsmacros", "vssm", "vstm", "vsto", "vsw",
    "vxd", "war", "wasm", "wbk", "webloc", "webpnp", "website", "whl", "wim", "wiz", "wll",
    "workflow", "ws", "wsb", "wsc", "wsf", "wsh", "xap", "xapk", "xbap", "xip", "xla", "xlam",
    "xld", "xlk", "xll", "xlm", "xlsb", "xlsm", "xltm", "xlv", "xlw", "xnk", "xpi", "zlogin",
    "zprofile", "zsh", "zshenv", "zshrc",
];

/// Web pages, and files that a browser or email program shows like one.
const PAGES: &[&str] = &[
    "eml",
    "emlx",
    "htm",
    "html",
    "maff",
    "mht",
    "mhtml",
    "msg",
    "nws",
    "oft",
    "shtm",
    "shtml",
    "svg",
    "svgz",
    "wbn",
    "webarchive",
    "xht",
    "xhtm",
    "xhtml",
    "xsl",
    "xslt",
];

/// Files that are never accepted on their own, although archives and office documents contain
/// harmless ones: XML, which a browser can turn into a page, and temporary files.
const TOP_LEVEL: &[&str] = &["atom", "mathml", "mml", "rdf", "rss", "tmp", "xml", "xsd", "xul"];

/// Complete names of files that Windows or a web server applies where it finds them.
const SETTINGS: &[&str] = &["desktop.ini", "php.ini", "user.ini", "web.config"];

/// Folders that macOS opens as a program.
const BUNDLES: &[&str] = &[
    "action", "app", "bundle", "kext", "mpkg", "osax", "pkg", "prefpane", "saver", "scptd",
    "workflow",
];

/// Archives whose directories cannot be read while they are inside another archive.
const ARCHIVES: &[&str] = &[
    "7z", "arc", "arj", "br", "bz2", "cpio", "gz", "lha", "lz", "lz4", "lzh", "lzma", "rar", "tar",
    "tbz2", "tgz", "txz", "xz", "z", "zip", "zipx", "zoo", "zst",
];

/// Office formats from before 2007.
const OLD_OFFICE: &[&str] = &["doc", "dot", "pot", "pps", "ppt", "xls", "xlt"];

/// Returns the part of a file's name for which the file is never accepted, without its dot: the
/// extension, or the whole name. Returns `None` if the name is acceptable.
pub(crate) fn forbidden(name: &str) -> Option<String> {
    let whole = file_name::comparable(name);
    let whole = whole.trim_start_matches('.');
    if SETTINGS.contains(&whole) {
        return Some(whole.to_owned());
    }
    file_name::ending(name)
        .filter(|e| is_program(e) || is_page(e) || TOP_LEVEL.contains(&e.as_str()))
}

pub(super) fn is_program(ending: &str) -> bool {
    PROGRAMS.contains(&ending)
}

pub(super) fn is_page(ending: &str) -> bool {
    PAGES.contains(&ending)
}

pub(super) fn is_bundle(ending: &str) -> bool {
    BUNDLES.contains(&ending)
}

pub(super) fn is_archive(ending: &str) -> bool {
    ARCHIVES.contains(&ending)
}

pub(super) fn is_old_office(ending: &str) -> bool {
    OLD_OFFICE.contains(&ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mail_systems_block_are_forbidden() {
        // Outlook's list, then Gmail's.
        let outlook = "ade adp apk app application appref-ms appx appxbundle asp aspx asx bas bat \
            bgi cab cdxml cer chm cmd cnt com cpl crt csh der diagcab exe fxp gadget grp hlp hpj \
            hta htc inf ins iso isp its jar jnlp js jse ksh library-ms lnk mad maf mag mam maq mar \
            mas mat mau mav maw mcf mda mdb mde mdt mdw mdz mht mhtml msc msh msh1 msh2 mshxml \
            msh1xml msh2xml msi msp mst msu ops osd pcd pif pl plg prf prg printerexport ps1 ps1xml \
            ps2 ps2xml psc1 psc2 psd1 psdm1 pssc pst py pyc pyo pyw pyz pyzw reg scf scr sct \
            search-ms settingcontent-ms shb shs theme tmp udl url vb vbe vbp vbs vhd vhdx vsmacros \
            vsw webpnp website ws wsb wsc wsf wsh xbap xll xnk";
        let gmail = "ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg \
            dll dmg ex ex_ exe hta img ins iso isp jar jnlp js jse lib lnk mde mjs msc msi msix \
            msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh xll";
        for ending in outlook.split_whitespace().chain(gmail.split_whitespace()) {
            assert_eq!(forbidden(&format!("a.{ending}")).as_deref(), Some(ending));
        }
    }

    #[test]
    fn disguised_endings_and_settings_files_are_forbidden() {
        let cases = [
            ("a.vsto", "vsto"),
            ("a.ppkg", "ppkg"),
            ("Notes.ONE", "one"),
            ("a.onepkg", "onepkg"),
            (".htaccess", "htaccess"),
            (".htpasswd", "htpasswd"),
            (".user.ini", "user.ini"),
            ("Desktop.ini", "desktop.ini"),
            ("web.config", "web.config"),
            (".bashrc", "bashrc"),
            ("a.ｅｘｅ", "exe"),
            ("a．ｅｘｅ", "exe"),
            ("a.ⓔⓧⓔ", "exe"),
            ("a.pdf.ｊｓ", "js"),
            ("a.e\u{200b}xe", "exe"),
            ("a.inetloc", "inetloc"),
            ("a.mobileconfig", "mobileconfig"),
            ("a.accde", "accde"),
            ("feed.rss", "rss"),
        ];
        for (name, part) in cases {
            assert_eq!(forbidden(name).as_deref(), Some(part), "{name}");
        }
    }

    #[test]
    fn ordinary_names_are_not_forbidden() {
        for name in [
            "article.pdf",
            "Ｓｃａｎ.ｐｄｆ",
            "my.user.ini.pdf",
            "settings.ini",
            "one",
            "one.txt",
            "htaccess.txt",
            "exe.pdf",
            "references.bib",
            "references.ris",
            "table.csv",
            "README.md",
            "marc.mrc",
            "Vol. 3",
            "Ice Ages…",
            "text.rtf",
            "paper.tex",
        ] {
            assert_eq!(forbidden(name), None, "{name}");
        }
    }
}
