//! The router over a desk in memory: what counts, what is answered, what every answer carries.

mod api;
mod counting;
mod damaged;
mod loads;
mod pages;
mod redirects;
mod staff;
mod stage;
mod terms;
mod tickets;
mod uploads;
