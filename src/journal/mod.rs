//! The journal: what was asked, and what was answered, so that a test can look it up afterwards.
//!
//! A request carries [`Notes`] through the server; whoever learns something about it writes it there. When it is answered, the
//! notes, the [`Head`] of the request and the [`Answer`] become an [`Entry`], which the [`Journal`] keeps in memory, bounded in
//! number and bytes.
//!
//! What is kept is raw, because nearly all of it is never looked at: the hot path copies two texts, the head and the
//! answer. Everything else follows from that when somebody looks.
//!
//! Must not know HTTP's library, the database, or how a request is answered. Reads no clock.

mod asked;
mod builder;
mod criteria;
mod entry;
mod expectation;
pub mod har;
mod keeping;
mod notes;
mod redact;
mod shown;
mod verify;

pub use asked::{Asked, AskedItem};
pub use criteria::{Criteria, Difference};
pub use entry::{Answer, Entry, Head};
pub use expectation::{Expectation, Times, What};
pub use keeping::{Journal, Limits, Seen};
pub use notes::{CartChanged, Notes, PAGES, Transport, Verdict};
pub use redact::{REDACTED, Secrets, is_secret};
pub use shown::{Shown, ShownLine, StringToSign, Whole};
pub use verify::{Near, Verification};
