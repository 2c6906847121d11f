//! What every database must do, run once per database, and what is special to one.
//!
//! A further database is one line in the list of `backends!` and a constructor of [`Bed`].

mod accounts;
mod bed;
mod carts;
mod catalogue;
mod customers;
mod edits;
mod lists;
mod locked;
mod postgres;
mod proxy;
mod search;
mod sqlite;
mod state;
mod sweep;

use bed::Bed;

/// Expands each test once per database. A test is an `async fn` that takes a [`Bed`].
macro_rules! backends {
    ($($test:ident)*) => {
        $crate::store::backends!(@ sqlite, $($test)*);
        $crate::store::backends!(@ postgres, $($test)*);
    };
    (@ $database:ident, $($test:ident)*) => {
        mod $database {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test($crate::store::Bed::$database()).await;
                }
            )*
        }
    };
}
use backends;
