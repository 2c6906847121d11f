//! stub
pub mod cart;
pub mod catalog;
pub mod protocol;
pub mod store;
