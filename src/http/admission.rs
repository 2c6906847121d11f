//! How many requests may be under way at once: `max_in_flight`. Must not know what they are.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the requests that are under way.
pub(crate) struct Admission {
    limit: usize,
    under_way: AtomicUsize,
}

impl Admission {
    /// Lets in so many at once.
    pub(crate) const fn new(limit: usize) -> Self {
        Self { limit, under_way: AtomicUsize::new(0) }
    }

    /// Lets one more in, until its place is dropped; `None` when there are enough.
    pub(super) fn admit(&self) -> Option<Place<'_>> {
        // Only the number counts: nothing else is read or written under its protection.
        let before = self.under_way.fetch_add(1, Ordering::Relaxed);
        let place = Place(self);
        (before < self.limit).then_some(place)
    }
}

/// The place of a request that was let in.
pub(super) struct Place<'a>(&'a Admission);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let admission = Admission::new(2);
        let (first, second) = (admission.admit(), admission.admit());
        assert!(first.is_some() && second.is_some());
        assert!(admission.admit().is_none());
        assert!(admission.admit().is_none(), "one that was turned away takes no place");
        drop(first);
        assert!(admission.admit().is_some());
    }
}
