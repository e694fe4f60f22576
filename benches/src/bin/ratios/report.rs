use std::fmt;
use std::fs;
use std::thread;
use std::time::Duration;

/// The rows of the table.
#[derive(Debug)]
pub(crate) struct Report(Vec<[String; 5]>);

impl Report {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a row. `ratio` is in the terms of the target, such as "1.9x".
    pub(crate) fn add(
        &mut self,
        work: impl Into<String>,
        ours: impl Into<String>,
        beside: impl Into<String>,
        ratio: f64,
        target: impl Into<String>,
    ) {
        let ratio = format!("{ratio:.2}");
        self.0.push([work.into(), ours.into(), beside.into(), ratio, target.into()]);
    }
}

/// Formats a Markdown table.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| work | here | beside it | ratio | to reach |")?;
        write!(f, "|---|---|---|---|---|")?;
        for [work, ours, beside, ratio, target] in &self.0 {
            write!(f, "\n| {work} | {ours} | {beside} | {ratio} | {target} |")?;
        }
        Ok(())
    }
}

/// Describes the machine and its load, without which figures mean little.
pub(crate) fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    format!("{cores} cores, {model}; load {}", load.join(" "))
}

/// Returns the median.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub(crate) fn time(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..10_000 => format!("{:.2} µs", duration.as_secs_f64() * 1e6),
        10_000..1_000_000 => format!("{:.0} µs", duration.as_secs_f64() * 1e6),
        _ => format!("{:.1} ms", duration.as_secs_f64() * 1e3),
    }
}

pub(crate) fn rate(per_second: f64) -> String {
    let thousands = per_second / 1_000.0;
    if thousands >= 10.0 { format!("{thousands:.0},000/s") } else { format!("{per_second:.0}/s") }
}
