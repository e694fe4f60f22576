//! The Debian package, built from the program under test, unpacked and run.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

const SERVICE: &str = "usr/lib/systemd/system/desktop-delivery.service";

/// The package and its contents in a folder.
struct Package {
    file: PathBuf,
    /// The unpacked files.
    tree: PathBuf,
    /// The unpacked control files.
    control: PathBuf,
}

fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().expect("./test installs it");
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

fn text(output: Output) -> String {
    String::from_utf8(output.stdout).expect("it is text")
}

/// Builds the package in this folder, and returns its path.
fn build(place: &Path) -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("debian/build");
    let mut command = Command::new(script);
    command.arg(env!("CARGO_BIN_EXE_desk")).env("OUT", place);
    let printed = text(run(command.env("DPKG_DEB_COMPRESSOR_TYPE", "none")));
    PathBuf::from(printed.trim())
}

impl Package {
    /// Returns the package, which is built once for all tests.
    fn built() -> &'static Self {
        static BUILT: OnceLock<Package> = OnceLock::new();
        BUILT.get_or_init(|| {
            let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package");
            let _ = fs::remove_dir_all(&place);
            let file = build(&place);
            let (tree, control) = (place.join("tree"), place.join("control"));
            run(Command::new("dpkg-deb").arg("-x").arg(&file).arg(&tree));
            run(Command::new("dpkg-deb").arg("-e").arg(&file).arg(&control));
            Self { file, tree, control }
        })
    }

    /// Returns mode and owner of each file, by its path.
    fn files(&self) -> BTreeMap<String, (String, String)> {
        let list = text(run(Command::new("dpkg-deb").arg("-c").arg(&self.file)));
        let entry = |line: &str| {
            let mut fields = line.split_whitespace();
            let (mode, owner) = (fields.next()?.to_owned(), fields.next()?.to_owned());
            Some((fields.nth(3)?.trim_start_matches('.').to_owned(), (mode, owner)))
        };
        list.lines().map(|line| entry(line).expect("it is a line of tar")).collect()
    }

    fn desk(&self) -> Command {
        let mut command = Command::new(self.tree.join("usr/bin/desk"));
        command.env_clear();
        command
    }
}

#[test]
fn the_package_has_the_program_and_everything_around_it() {
    let package = Package::built();
    let files = package.files();
    for (path, (mode, owner)) in &files {
        assert_eq!(owner, "root/root", "{path}");
        assert!(!mode[4..].contains('w'), "{path}: {mode}");
    }
    for (path, mode) in [
        ("/usr/bin/desk", "-rwxr-xr-x"),
        ("/etc/desktop-delivery/", "drwxr-x---"),
        ("/etc/desktop-delivery/desk.toml", "-rw-r-----"),
        ("/usr/lib/systemd/system/desktop-delivery.service", "-rw-r--r--"),
        ("/usr/lib/sysusers.d/desktop-delivery.conf", "-rw-r--r--"),
        ("/usr/lib/tmpfiles.d/desktop-delivery.conf", "-rw-r--r--"),
        ("/usr/share/bash-completion/completions/desk", "-rw-r--r--"),
        ("/usr/share/doc/desktop-delivery/CHANGELOG.md.gz", "-rw-r--r--"),
        ("/usr/share/doc/desktop-delivery/changelog.gz", "-rw-r--r--"),
        ("/usr/share/doc/desktop-delivery/copyright", "-rw-r--r--"),
        ("/usr/share/fish/vendor_completions.d/desk.fish", "-rw-r--r--"),
        ("/usr/share/man/man1/desk.1.gz", "-rw-r--r--"),
        ("/usr/share/man/man1/desk-keys-rotate.1.gz", "-rw-r--r--"),
        ("/usr/share/zsh/vendor-completions/_desk", "-rw-r--r--"),
    ] {
        assert_eq!(files.get(path).map(|(mode, _)| mode.as_str()), Some(mode), "{path}");
    }
    // What is created or kept at run time is not part of the package, so dpkg never removes it.
    assert!(!files.keys().any(|path| path.starts_with("/var")), "{files:?}");

    let conffiles = fs::read_to_string(package.control.join("conffiles")).unwrap();
    assert_eq!(conffiles, "/etc/desktop-delivery/desk.toml\n");
    let control = fs::read_to_string(package.control.join("control")).unwrap();
    assert!(control.contains("\nDepends: libc6 (>= "), "{control}");
    run(Command::new("md5sum")
        .arg("--check")
        .arg(package.control.join("md5sums"))
        .current_dir(&package.tree));
    for script in ["postinst", "prerm", "postrm"] {
        let path = package.control.join(script);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o755);
        run(Command::new("sh").arg("-n").arg(path));
    }
    // A package of the same program is the same, to the byte.
    let place = tempfile::tempdir().unwrap();
    assert!(fs::read(&package.file).unwrap() == fs::read(build(place.path())).unwrap());
}

#[test]
fn lintian_finds_no_error() {
    let package = Package::built();
    // SQLite and others are compiled in, with their notices. The maintainers' address is that of the
    // last commit. The package is not compressed, to save the time.
    let allowed = "embedded-library,bogus-mail-host,bogus-mail-host-in-debian-changelog,\
                   uses-no-compression-for-control-tarball,uses-no-compression-for-data-tarball";
    let output = Command::new("lintian")
        .args(["--allow-root", "--fail-on", "error", "--suppress-tags", allowed])
        .arg(&package.file)
        .output()
        .expect("./test installs it");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_service_is_confined() {
    let package = Package::built();
    let unit = package.tree.join(SERVICE);
    let output = run(Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--no-pager", "--threshold=20"])
        .arg(&unit));
    // The threshold of 20 is an exposure of 2.0.
    let found = text(output);
    assert!(found.contains("Overall exposure level"), "{found}");
}

#[test]
fn users_and_folders_are_declared_as_systemd_expects() {
    let package = Package::built();
    let place = tempfile::tempdir().unwrap();
    let root = place.path().join("root");
    let at = format!("--root={}", root.display());
    for folder in ["etc/desktop-delivery", "var/lib"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::copy(
        package.tree.join("etc/desktop-delivery/desk.toml"),
        root.join("etc/desktop-delivery/desk.toml"),
    )
    .unwrap();
    run(Command::new("systemd-sysusers")
        .arg(&at)
        .arg(package.tree.join("usr/lib/sysusers.d/desktop-delivery.conf")));
    let users = fs::read_to_string(root.join("etc/passwd")).unwrap();
    let user =
        users.lines().find(|line| line.starts_with("desktop-delivery:")).expect("it is made");
    assert!(user.ends_with(":/var/lib/desktop-delivery:/usr/sbin/nologin"), "{user}");
    run(Command::new("systemd-tmpfiles")
        .args(["--create", &at])
        .arg(package.tree.join("usr/lib/tmpfiles.d/desktop-delivery.conf")));
    for (path, mode) in [
        ("var/lib/desktop-delivery", 0o710),
        ("etc/desktop-delivery", 0o750),
        ("etc/desktop-delivery/desk.toml", 0o640),
    ] {
        let found = root.join(path).metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(found, mode, "{path}");
    }
}

#[test]
fn the_packaged_program_starts_with_the_packaged_settings() {
    let package = Package::built();
    let version = text(run(package.desk().arg("--version")));
    assert_eq!(version, concat!("desk ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(text(run(package.desk().arg("--help"))).contains("Exit codes:"));

    let settings = fs::read_to_string(package.tree.join("etc/desktop-delivery/desk.toml")).unwrap();
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let mut own = settings.replace("/var/lib/desktop-delivery", data.to_str().unwrap());
    own = own.replace("127.0.0.1:8080", "127.0.0.1:0");
    assert_ne!(own, settings);
    let file = place.path().join("desk.toml");
    // Also with all that is commented out.
    let secret = place.path().join("smtp-password");
    fs::write(&secret, "hush").unwrap();
    let full: Vec<String> = own
        .lines()
        .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
        .map(|line| line.replace("/etc/desktop-delivery/smtp-password", secret.to_str().unwrap()))
        .collect();
    let full = full.join("\n");
    assert!(full.contains("\naddress = ") && full.contains("\n[smtp]"), "{full}");
    for settings in [&own, &full] {
        fs::write(&file, settings).unwrap();
        let mut server = package.desk();
        let mut server = server
            .arg("--config")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let line = lines.next().and_then(Result::ok).unwrap_or_default();
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(line.starts_with("Desktop delivery is at http"), "{line}");
        // Commands work with the same settings.
        run(package.desk().arg("--config").arg(&file).args(["participant", "list"]));
    }
}

#[test]
fn manual_pages_and_completions_are_valid() {
    let package = Package::built();
    let place = tempfile::tempdir().unwrap();
    let pages = fs::read_dir(package.tree.join("usr/share/man/man1")).unwrap();
    let mut count = 0;
    for page in pages {
        let page = page.unwrap().path();
        let unpacked = run(Command::new("gzip").arg("-dc").arg(&page)).stdout;
        let file = place.path().join("page.1");
        fs::write(&file, unpacked).unwrap();
        // All warnings of groff, which prints none for a valid page.
        let checked = run(Command::new("groff")
            .args(["-man", "-ww", "-z", "-Tutf8", "-K", "utf8"])
            .arg(&file));
        assert!(checked.stderr.is_empty(), "{}: {checked:?}", page.display());
        count += 1;
    }
    assert!(count > 30, "{count} pages");
    let script = package.tree.join("usr/share/bash-completion/completions/desk");
    run(Command::new("bash").arg("-n").arg(script));
}
