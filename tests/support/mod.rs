//! What the tests share: a real server on a port of its own, with a clock that the test moves, and a client that speaks raw HTTP.

mod client;
mod server;
pub(crate) mod soap;

pub(crate) use client::{Answer, exchange, request};
pub(crate) use server::TestServer;
