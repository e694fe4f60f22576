//! Runs seeds of the simulator, and shrinks those that fail.
#![expect(clippy::print_stdout, reason = "the report is what the program is for")]

use clap::{Parser, ValueEnum};
use desktop_delivery_simulation::{Backend, Coverage, Plan, Report, STEPS, digest, run, shrink};
use std::ops::Range;
use std::process::ExitCode;

/// Simulates desktop delivery: many nodes, random operations and faults, checked against a model.
#[derive(Debug, Parser)]
struct Arguments {
    /// The seeds to run, such as 0..1000.
    #[arg(long, default_value = "0..1000", value_parser = range)]
    seeds: Range<u64>,
    /// Runs only this seed, and prints its trace.
    #[arg(long)]
    seed: Option<u64>,
    /// Runs only these steps of the seed, as a shrunk trace names them.
    #[arg(long, requires = "seed")]
    only: Option<String>,
    /// The number of steps of each run.
    #[arg(long, default_value_t = STEPS)]
    steps: u32,
    /// The ledger.
    #[arg(long, value_enum, default_value_t = Ledger::Memory)]
    ledger: Ledger,
    /// Runs only one share of the seeds, such as 1/2.
    #[arg(long, default_value = "1/1", value_parser = share)]
    shard: (u64, u64),
    /// Prints how often each fault struck each operation, and fails if a possible pair was struck
    /// fewer times.
    #[arg(long)]
    at_least: Option<u64>,
    /// Prints the seed, steps and check of the first failure in one line, without shrinking it.
    #[arg(long)]
    brief: bool,
    /// Prints the seed, steps and check of every failure in one line each, and goes on.
    #[arg(long)]
    go_on: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Ledger {
    Memory,
    Sqlite,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let parse = || {
        let (from, to) = text.split_once("..")?;
        Some(from.parse().ok()?..to.parse().ok()?)
    };
    parse().ok_or_else(|| "write it as 0..1000".to_owned())
}

fn share(text: &str) -> Result<(u64, u64), String> {
    let parse = || {
        let (one, of) = text.split_once('/')?;
        let (one, of): (u64, u64) = (one.parse().ok()?, of.parse().ok()?);
        (1..=of).contains(&one).then_some((one, of))
    };
    parse().ok_or_else(|| "write it as 1/2".to_owned())
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let backend = match arguments.ledger {
        Ledger::Memory => Backend::Memory,
        Ledger::Sqlite => Backend::Sqlite,
    };
    if let Some(seed) = arguments.seed {
        return one(&arguments, seed, backend);
    }
    let (share, of) = arguments.shard;
    let mut coverage = Coverage::default();
    let (mut count, mut failed) = (0_u64, 0_u64);
    for seed in arguments.seeds.clone().filter(|seed| seed % of == share - 1) {
        let plan = Plan::of(seed, arguments.steps);
        let report = run(&plan, backend, false);
        if let Some(violation) = &report.violation {
            if !arguments.go_on {
                return fail(&arguments, &plan, backend, &report);
            }
            println!("seed {seed}, step {}, {violation}", report.last_step);
            failed += 1;
        }
        coverage.add(&report.coverage);
        count += 1;
    }
    println!("{count} seeds of {} steps, {failed} violations", arguments.steps);
    if failed > 0 {
        return ExitCode::FAILURE;
    }
    let Some(least) = arguments.at_least else { return ExitCode::SUCCESS };
    println!("{coverage}");
    let rare = coverage.rare(least);
    rare.iter().for_each(|pair| println!("rare: {pair}"));
    if rare.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(arguments: &Arguments, seed: u64, backend: Backend) -> ExitCode {
    let mut plan = Plan::of(seed, arguments.steps);
    if let Some(only) = &arguments.only {
        plan = match plan.only(only) {
            Ok(plan) => plan,
            Err(word) => {
                println!("{word} is not a step of the seed");
                return ExitCode::FAILURE;
            }
        };
    }
    let report = run(&plan, backend, true);
    if report.violation.is_some() && arguments.only.is_none() {
        return fail(arguments, &plan, backend, &report);
    }
    report.trace.iter().for_each(|line| println!("{line}"));
    println!("digest {}", digest(&report.trace));
    match report.violation {
        Some(violation) => {
            println!("{violation}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

/// Prints a failing seed: what failed, the shortest trace that fails, and how to reproduce it.
fn fail(arguments: &Arguments, plan: &Plan, backend: Backend, report: &Report) -> ExitCode {
    let Some(violation) = &report.violation else { return ExitCode::SUCCESS };
    if arguments.brief {
        println!("seed {}, step {}, {}", plan.seed, report.last_step, violation);
        return ExitCode::FAILURE;
    }
    println!("seed {} fails at step {}: {violation}", plan.seed, report.last_step);
    println!("shrinking …");
    let shrunk = shrink(plan, backend, violation.check, report.last_step);
    let again = run(&shrunk, backend, true);
    again.trace.iter().for_each(|line| println!("{line}"));
    if let Some(violation) = &again.violation {
        println!("{violation}");
    }
    let ledger = match backend {
        Backend::Sqlite => " --ledger sqlite",
        _ => "",
    };
    println!("reproduce with:");
    println!(
        "cargo run --release -p desktop-delivery-simulation -- --seed {} --steps {}{ledger} --only {shrunk}",
        plan.seed, arguments.steps
    );
    ExitCode::FAILURE
}
