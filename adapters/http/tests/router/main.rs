//! Tests of the router with an in-memory desk.

mod api;
mod counting;
mod damaged;
mod loads;
mod pages;
mod redirects;
mod routes;
mod staff;
mod stage;
mod terms;
mod tickets;
mod uploads;
