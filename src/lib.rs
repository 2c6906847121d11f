//! stub
pub mod cart;
pub mod catalog;
pub mod store;
pub mod sweeper;
