//! An account's part of the journal. Must not know how it is kept.

use super::Controls;
use crate::journal::Seen;

/// The requests of an account, or all.
#[derive(Clone, Copy)]
pub struct Requests<'a>(pub(super) &'a Controls);

impl Requests<'_> {
    /// What the journal has of them, the oldest first.
    pub fn list(self) -> Vec<Seen> {
        self.0.app.journal.after(self.0.key_if_any(), 0, usize::MAX)
    }

    /// Forgets them; answers how many those were.
    pub fn clear(self) -> usize {
        self.0.app.journal.clear(self.0.key_if_any())
    }
}
