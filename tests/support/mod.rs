//! What the tests share: a real server on a port of its own, with a clock that the test moves, clients that speak raw HTTP, and a
//! strict reader of documents.

mod client;
mod database;
pub(crate) mod pages;
mod postgres;
mod server;
pub(crate) mod soap;
mod wire;
mod xml;

pub(crate) use client::{Answer, exchange, request};
pub(crate) use database::{Schema, TestDatabase};
pub(crate) use postgres::OwnPostgres;
pub(crate) use server::{CATALOG, TestServer};
pub(crate) use wire::Wire;
pub(crate) use xml::{Element, is_legal};
