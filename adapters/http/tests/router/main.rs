//! Tests of the router with an in-memory desk.

mod accent;
mod apart;
mod api;
mod batch;
mod citation;
mod counting;
mod damaged;
mod described;
mod document;
mod front_server;
mod idempotency;
mod loads;
mod pages;
mod redirects;
mod routes;
mod staff;
mod stage;
mod strict;
mod terms;
mod tickets;
mod uploads;
