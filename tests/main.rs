//! The one integration test binary: one link step, shared support code.

mod store;
