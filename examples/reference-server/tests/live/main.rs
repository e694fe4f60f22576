//! The job, through the real server: started as a process, spoken to over HTTP, read like mail.

mod job;
mod support;
