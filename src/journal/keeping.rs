//! What is kept, and what goes when there is no more room: the oldest entry of an account that has too many, and the oldest of
//! all when they take too many bytes together.
//!
//! An account is known here as long as it has an entry, so that a million keys leave nothing but the last entries.

use super::entry::Entry;
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// What an entry takes beside itself, in bytes: its places in the order of all and of its account, and the account's own, as if
/// it were the only one.
const BESIDE: usize = 256;

/// So many entries go in one turn.
const AT_ONCE: usize = 4;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Whether anything is.
    pub on: bool,
    /// Entries of an account.
    pub entries: usize,
    /// Bytes of a body, that of the request and that of the answer.
    pub body: usize,
    /// Bytes of all entries of all accounts.
    pub budget: usize,
}

/// An entry that somebody looks at.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Counts up over all accounts.
    pub id: u64,
    /// The entry.
    pub entry: Arc<Entry>,
}

impl Seen {
    fn of((id, held): (&u64, &Charged)) -> Self {
        Self { id: *id, entry: held.entry.clone() }
    }
}

/// The journal of a server.
#[derive(Debug)]
pub struct Journal {
    limits: Limits,
    kept: Mutex<Kept>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    /// By id, which is by age.
    entries: BTreeMap<u64, Charged>,
    /// The ids of each account's entries, the oldest first.
    accounts: HashMap<Arc<str>, VecDeque<u64>, RandomState>,
    /// The last id that was given.
    last: u64,
    /// What the entries take.
    bytes: usize,
}

/// An entry that is kept, with what is needed when it goes: it was last looked at thousands of requests ago, and its memory is far
/// away by then.
#[derive(Debug)]
struct Charged {
    entry: Arc<Entry>,
    /// As in the order of accounts.
    account: Arc<str>,
    bytes: usize,
}

impl Journal {
    /// An empty one.
    pub fn new(limits: Limits) -> Self {
        Self { limits, kept: Mutex::default(), news: Notify::new() }
    }

    /// How much is kept.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Keeps an entry, and lets go of what there is no more room for.
    pub fn record(&self, entry: Entry) {
        let mut entry = Some(Arc::new(entry));
        loop {
            // What goes is freed behind the lock. One came, so one goes, or few.
            let mut gone: [Option<Arc<Entry>>; AT_ONCE] = Default::default();
            {
                let mut kept = self.kept();
                if let Some(entry) = entry.take() {
                    kept.push(entry);
                }
                for place in &mut gone {
                    *place = kept.make_room(&self.limits);
                    if place.is_none() {
                        break;
                    }
                }
            }
            if gone.iter().any(Option::is_none) {
                break;
            }
        }
        self.news.notify_waiters();
    }

    /// The number of entries, and the bytes that they take.
    pub fn size(&self) -> (usize, usize) {
        let kept = self.kept();
        (kept.entries.len(), kept.bytes)
    }

    /// An entry.
    pub fn entry(&self, id: u64) -> Option<Seen> {
        let entry = self.kept().entries.get(&id)?.entry.clone();
        Some(Seen { id, entry })
    }

    /// The entries after this id, the oldest first, `most` at most: of an account, or of all.
    pub fn after(&self, account: Option<&str>, id: u64, most: usize) -> Vec<Seen> {
        let kept = self.kept();
        match account {
            None => kept.entries.range(id + 1..).take(most).map(Seen::of).collect(),
            Some(account) => {
                let Some(ids) = kept.accounts.get(account) else { return Vec::new() };
                let from = ids.partition_point(|known| *known <= id);
                ids.range(from..).take(most).filter_map(|id| kept.entries.get_key_value(id)).map(Seen::of).collect()
            }
        }
    }

    /// The entries before this id, the newest first, `most` at most: of an account, or of all.
    pub fn before(&self, account: Option<&str>, id: u64, most: usize) -> Vec<Seen> {
        let kept = self.kept();
        match account {
            None => kept.entries.range(..id).rev().take(most).map(Seen::of).collect(),
            Some(account) => {
                let Some(ids) = kept.accounts.get(account) else { return Vec::new() };
                let to = ids.partition_point(|known| *known < id);
                let ids = ids.range(..to).rev().take(most);
                ids.filter_map(|id| kept.entries.get_key_value(id)).map(Seen::of).collect()
            }
        }
    }

    /// The next entry.
    pub(super) fn news(&self) -> Notified<'_> {
        self.news.notified()
    }

    /// Lets go of all entries, of an account or of all; answers how many there were.
    pub fn clear(&self, account: Option<&str>) -> usize {
        // Freed behind the lock.
        let gone: Vec<Arc<Entry>> = {
            let mut kept = self.kept();
            match account {
                None => {
                    let Kept { last, entries, .. } = std::mem::take(&mut *kept);
                    kept.last = last; // an id is never given twice
                    drop(kept);
                    entries.into_values().map(|held| held.entry).collect()
                }
                Some(account) => {
                    let ids = kept.accounts.remove(account).unwrap_or_default();
                    ids.iter().filter_map(|id| kept.take(*id)).collect()
                }
            }
        };
        gone.len()
    }

    /// Lets go of one entry; false when there is none.
    pub fn remove(&self, id: u64) -> bool {
        let gone = self.kept().take(id);
        gone.is_some()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing in here panics half way.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn push(&mut self, entry: Arc<Entry>) {
        self.last += 1;
        let bytes = entry.held() + BESIDE;
        self.bytes += bytes;
        let account = match self.accounts.get_key_value(entry.notes.account.as_str()) {
            Some((account, _)) => Arc::clone(account),
            None => entry.notes.account.as_str().into(),
        };
        self.accounts.entry(Arc::clone(&account)).or_default().push_back(self.last);
        self.entries.insert(self.last, Charged { entry, account, bytes });
    }

    /// Takes out one entry that there is no room for.
    fn make_room(&mut self, limits: &Limits) -> Option<Arc<Entry>> {
        if self.bytes > limits.budget {
            let (&oldest, _) = self.entries.first_key_value()?;
            return self.take(oldest);
        }
        if self.entries.len() <= limits.entries {
            return None; // no account has more than there are
        }
        // Only the account of the last entry can have too many.
        let (_, newest) = self.entries.last_key_value()?;
        let ids = self.accounts.get(&newest.account)?;
        let oldest = *ids.front().filter(|_| ids.len() > limits.entries)?;
        self.take(oldest)
    }

    /// Takes an entry out.
    fn take(&mut self, id: u64) -> Option<Arc<Entry>> {
        let Charged { entry, account, bytes } = self.entries.remove(&id)?;
        self.bytes -= bytes;
        if let Some(ids) = self.accounts.get_mut(&account) {
            if ids.front() == Some(&id) {
                ids.pop_front(); // as nearly always
            } else if let Ok(place) = ids.binary_search(&id) {
                ids.remove(place);
            }
            if ids.is_empty() {
                self.accounts.remove(&account);
            } else if ids.capacity() > 4 * ids.len() + 64 {
                ids.shrink_to(2 * ids.len()); // an account that had many entries and has few is not charged for them
            }
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::{Answer, Head};
    use super::super::notes::Notes;
    use super::*;
    use jiff::Timestamp;
    use std::time::Duration;

    const LIMITS: Limits = Limits { on: true, entries: 3, body: 1000, budget: 1 << 20 };

    fn entry(account: &str, body: usize) -> Entry {
        Entry {
            at: Timestamp::UNIX_EPOCH,
            elapsed: Duration::ZERO,
            head: Head::new("GET", "/onca/xml", "", "", ""),
            notes: Notes { account: account.to_owned(), ..Notes::default() },
            answer: Answer { status: 200, body: vec![b'x'; body].into(), length: body },
            asked_length: 0,
        }
    }

    /// The ids of an account, or of all, the oldest first.
    fn ids(journal: &Journal, account: Option<&str>) -> Vec<u64> {
        journal.after(account, 0, usize::MAX).into_iter().map(|seen| seen.id).collect()
    }

    #[test]
    fn of_each_account_the_last_entries_stay() {
        let journal = Journal::new(LIMITS);
        for account in ["a", "b", "a", "a", "a", "b", "a"] {
            journal.record(entry(account, 1));
        }
        assert_eq!(ids(&journal, Some("a")), [4, 5, 7]);
        assert_eq!(ids(&journal, Some("b")), [2, 6]);
        assert_eq!(ids(&journal, None), [2, 4, 5, 6, 7]);
        assert!(ids(&journal, Some("c")).is_empty());
        assert_eq!(journal.after(None, 5, 9).len(), 2);
        assert!(journal.entry(1).is_none() && journal.entry(7).is_some());
    }

    #[test]
    fn beyond_the_budget_the_oldest_of_all_go() {
        let journal = Journal::new(Limits { entries: 1000, budget: 100_000, ..LIMITS });
        for n in 0..200 {
            journal.record(entry(if n % 2 == 0 { "even" } else { "odd" }, 9000));
            assert!(journal.size().1 <= 100_000);
        }
        let kept = ids(&journal, None);
        assert!(kept.len() >= 9 && kept.last() == Some(&200), "{kept:?}");
        // One that is too large for all of it leaves nothing.
        journal.record(entry("large", 100_000));
        assert_eq!((journal.size(), journal.kept().accounts.len()), ((0, 0), 0));
    }

    #[test]
    fn entries_can_be_let_go_of_one_by_one_by_account_and_all() {
        let journal = Journal::new(LIMITS);
        for account in ["a", "b", "a", "b", "b"] {
            journal.record(entry(account, 1));
        }
        assert!(journal.remove(3) && !journal.remove(3));
        assert_eq!(ids(&journal, Some("a")), [1]);
        assert_eq!((journal.clear(Some("b")), journal.clear(Some("b"))), (3, 0));
        assert_eq!(ids(&journal, None), [1]);
        assert_eq!(journal.clear(None), 1);
        assert_eq!((journal.size(), journal.kept().accounts.len()), ((0, 0), 0));
        journal.record(entry("a", 1));
        assert_eq!(ids(&journal, None), [6], "an id is never given twice");
    }

    #[test]
    fn a_million_keys_leave_nothing_but_the_last_entries() {
        let journal = Journal::new(Limits { entries: 10_000, budget: 1 << 20, ..LIMITS });
        let mut most = 0;
        for n in 0..1_000_000 {
            // Nine of ten keys are new; the tenth is one of few, which have thousands of entries and then none.
            let account = if n % 10 == 0 { format!("often {}", n / 100_000) } else { format!("once {n}") };
            journal.record(entry(&account, 10));
            most = most.max(journal.size().1);
        }
        assert!(most <= 1 << 20, "{most}");
        let kept = journal.kept();
        assert_eq!(kept.entries.values().map(|held| held.entry.held() + BESIDE).sum::<usize>(), kept.bytes);
        assert_eq!(kept.accounts.values().map(VecDeque::len).sum::<usize>(), kept.entries.len());
        // What stands beside the entries is what they were charged for.
        let beside: usize = kept.accounts.iter().map(|(key, ids)| key.len() + 64 + ids.capacity() * 8).sum();
        let table = kept.accounts.capacity() * (size_of::<(Arc<str>, VecDeque<u64>)>() + 1);
        assert!(beside + table <= kept.entries.len() * BESIDE, "{beside} + {table} for {}", kept.entries.len());
    }

    #[test]
    fn an_account_that_had_many_entries_is_not_charged_for_them() {
        let journal = Journal::new(Limits { entries: 10_000, ..LIMITS });
        for _ in 0..1000 {
            journal.record(entry("a", 1));
        }
        let ids = ids(&journal, Some("a"));
        assert!(ids[10..].iter().all(|id| journal.remove(*id)));
        assert!(journal.kept().accounts["a"].capacity() < 200);
    }
}
