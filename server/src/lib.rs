//! Signet's server: everything behind the binary `signet`.

pub mod auth;
pub mod backup;
pub mod clock;
pub mod command;
pub mod configuration;
pub mod connections;
pub mod demo;
pub mod egress;
pub mod rest;
pub mod router;
pub mod services;
pub mod store;
pub mod vault;
