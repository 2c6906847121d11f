//! stub
pub mod cart;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod server;
pub mod store;
pub mod telemetry;
