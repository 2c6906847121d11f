//! What `loadgen` and `floor` are made of: load on a cart server of this machine, and what became of it.
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`carts`] | cart requests, and as much of the answers as is checked |
//! | [`connection`] | one keep-alive connection, to 127.0.0.1 alone |
//! | [`load`] | connections that send, and count what comes back |
//! | [`schedule`] | when the next request is due: closed loop or open |
//! | [`process`] | what a process has used of the machine |
//! | [`ready`] | from a program's start to its ready line |
//! | [`row`] | one line of results, written and read |
//! | [`table`] | medians and ratios of many lines |
//!
//! Nothing here knows the server's code: it is measured through its socket, as a client would see it.

pub mod carts;
pub mod connection;
pub mod load;
pub mod process;
pub mod ready;
pub mod row;
pub mod schedule;
pub mod table;
