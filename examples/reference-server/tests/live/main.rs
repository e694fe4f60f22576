//! The job, through the real server: started as a process, spoken to over HTTP, read like mail.

mod backup_guide;
mod browser;
mod counting;
mod desk;
mod desk_backup;
mod desk_keys;
mod every_page;
mod failures;
mod job;
mod journey;
mod limits;
mod mail;
mod moving;
mod nodes;
mod object_store;
mod pages_borrow;
mod pages_history;
mod pages_library;
mod pages_patron;
mod pages_supply;
mod pictures;
mod previews;
mod schema;
mod secrets;
mod support;
mod walkthrough;
