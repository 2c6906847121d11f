//! stub
pub mod cart;
pub mod catalog;
pub mod operations;
pub mod protocol;
pub mod store;
