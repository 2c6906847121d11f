//! stub
mod app;
pub mod cart;
pub mod catalog;
pub mod cli;
pub mod config;
mod http;
mod metrics;
pub mod operations;
pub mod protocol;
pub mod server;
pub mod store;
pub mod sweeper;
pub mod telemetry;
