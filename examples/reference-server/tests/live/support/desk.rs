use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The operator's command on one data folder.
#[derive(Clone)]
pub(crate) struct Desk {
    data: PathBuf,
    input: String,
    variables: Vec<(String, String)>,
}

/// The result of a command.
#[derive(Debug)]
pub(crate) struct Done {
    code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn on(data: &Path) -> Self {
        Self { data: data.to_owned(), input: String::new(), variables: Vec::new() }
    }

    /// Sets the environment variable with this name after `DESKTOP_DELIVERY_`.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((format!("DESKTOP_DELIVERY_{name}"), value.to_owned()));
        self
    }

    /// Sets the standard input.
    pub(crate) fn with_input(mut self, input: &str) -> Self {
        input.clone_into(&mut self.input);
        self
    }

    /// Runs a command. Words are separated by spaces; `{}` stands for the next of `paths`.
    pub(crate) fn run_with(&self, words: &str, paths: &[&Path]) -> Done {
        let mut paths = paths.iter();
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        for word in words.split_whitespace() {
            match word {
                "{}" => command.arg(paths.next().expect("a path for each place")),
                _ => command.arg(word.replace('_', " ")),
            };
        }
        let mut process = command
            .env_clear()
            .env("DESKTOP_DELIVERY_DATA", &self.data)
            .env("DESKTOP_DELIVERY_LISTEN", "127.0.0.1:0")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cargo built the program");
        let mut stdin = process.stdin.take().expect("it is piped");
        // Most commands read nothing.
        let _ = stdin.write_all(self.input.as_bytes());
        drop(stdin);
        let output = process.wait_with_output().expect("it is our child");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
        Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    pub(crate) fn run(&self, words: &str) -> Done {
        self.run_with(words, &[])
    }

    /// Returns the JSON result of a command that must succeed.
    #[track_caller]
    pub(crate) fn json(&self, words: &str) -> Value {
        self.run(&format!("{words} --json")).expect(0).json()
    }
}

impl Done {
    /// Fails unless the command ended with this exit code.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}\n{}", self.out, self.err))
    }
}
