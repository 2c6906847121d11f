//! An account's part of the journal. Must not know how it is kept.

use super::Controls;
use crate::journal::{Criteria, Expectation, Seen, Verification, Whole, har};
use serde_json::Value;

/// How many entries are looked through for one holding of the journal's lock.
const CHUNK: usize = 256;

/// The requests of an account, or all.
#[derive(Clone, Copy)]
pub struct Requests<'a>(pub(super) &'a Controls);

impl Requests<'_> {
    /// What the journal has of them, the oldest first.
    pub fn list(self) -> Vec<Seen> {
        self.0.app.journal.after(self.0.key_if_any(), 0, usize::MAX)
    }

    /// Those that meet the criteria, the oldest first.
    pub fn find(self, criteria: &Criteria) -> Vec<Seen> {
        let mut found = self.page(criteria, None, usize::MAX);
        found.reverse();
        found
    }

    /// Those that meet the criteria, the newest first, `most` at most, beginning before the entry with the id `before`.
    pub fn page(self, criteria: &Criteria, before: Option<u64>, most: usize) -> Vec<Seen> {
        let mut found = Vec::new();
        let mut before = before.unwrap_or(u64::MAX);
        while found.len() < most {
            let seen = self.0.app.journal.before(self.0.key_if_any(), before, CHUNK);
            let Some(oldest) = seen.last() else { break };
            before = oldest.id;
            found.extend(seen.into_iter().filter(|seen| criteria.hold(seen)));
        }
        found.truncate(most);
        found
    }

    /// The request with this id, as far as the journal still has it.
    pub fn get(self, id: u64) -> Option<Seen> {
        let is_theirs = |seen: &Seen| self.0.key_if_any().is_none_or(|account| seen.entry.notes.account == account);
        self.0.app.journal.entry(id).filter(is_theirs)
    }

    /// A request with all that is kept of it: bodies, strings to sign, a curl command. Secrets are redacted.
    pub fn whole(self, seen: &Seen) -> Whole {
        seen.whole(&self.0.app.bound_url)
    }

    /// Requests as an HTTP archive (HAR 1.2), the oldest first. Secrets are redacted.
    pub fn archive(self, requests: &[Seen]) -> Value {
        har::archive(requests, &self.0.app.bound_url)
    }

    /// Tells whether the requests are as expected, and waits for it as long as the expectation says, by the machine's clock.
    pub async fn verify(self, expectation: &Expectation) -> Verification {
        let over = tokio::time::sleep(expectation.within);
        self.0.app.journal.verify(self.0.key_if_any(), expectation, over).await
    }

    /// Forgets a request; answers whether it was there.
    pub fn remove(self, id: u64) -> bool {
        self.get(id).is_some() && self.0.app.journal.remove(id)
    }

    /// Forgets them; answers how many those were.
    pub fn clear(self) -> usize {
        self.0.app.journal.clear(self.0.key_if_any())
    }
}
