//! Checks the description of the JSON API: thousands of generated calls get no undocumented
//! response and no server error.

use crate::support::server::Launch;
use crate::support::tool;
use std::process::Command;

#[test]
fn every_response_is_in_the_description() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).with_sample_data().start();
    let key = server.printed_word("API key of the host");
    // A call with invalid data may concern a request that accepts none, such as a cancelled one,
    // and is then refused before its body is read.
    let config = "checks.negative_data_rejection.expected-statuses = [\"4xx\"]\n";
    std::fs::write(folder.path().join("schemathesis.toml"), config).unwrap();
    let output = Command::new(tool("python/bin/schemathesis"))
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", server.address))
        .args(["--header", &format!("Authorization: Bearer {key}")])
        // Valid calls that the state of a request does not permit are refused with 4xx.
        .args(["--exclude-checks", "positive_data_acceptance"])
        .args(["--max-examples", "20", "--seed", "417", "--continue-on-failure", "--no-color"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let tested = said.lines().find(|line| line.contains("Tested: ")).expect("it says so");
    let tested: u32 = tested.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    assert!(tested >= 19, "{said}");
    drop(server);
}
