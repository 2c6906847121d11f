//! How long a request may wait for the database: `request_timeout`. Must not know what it waits for.

use crate::store::StoreError;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// The patience of one request, however many things it waits for. It begins with the first wait: what is there at once, as the reads
/// of SQLite are, costs no timer.
pub(super) struct Patience {
    limit: Duration,
    end: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    /// That of a request which may wait for so long.
    pub(super) const fn of(limit: Duration) -> Self {
        Self { limit, end: None }
    }

    /// What `work` comes to, or [`StoreError::TooSlow`] once the time is up. The work is given up then; what it has handed in to the
    /// database is still done.
    ///
    /// The work is pinned by the caller: handed in by value it would have its room twice in the request's future, which is large.
    pub(super) async fn wait<T, E: From<StoreError>>(
        &mut self,
        mut work: Pin<&mut impl Future<Output = Result<T, E>>>,
    ) -> Result<T, E> {
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(done);
            }
            let end = self.end.get_or_insert_with(|| Box::pin(sleep(self.limit)));
            end.as_mut().poll(context).map(|()| Err(StoreError::TooSlow.into()))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::pin::pin;

    const AT_ONCE: Result<u8, StoreError> = Ok(1);

    #[tokio::test]
    async fn all_that_a_request_waits_for_has_one_limit() {
        let mut patience = Patience::of(Duration::from_millis(1));
        for _ in 0..3 {
            let late = patience.wait(pin!(pending::<Result<(), StoreError>>())).await;
            assert!(matches!(late, Err(StoreError::TooSlow)), "{late:?}");
            // What is there is had all the same.
            assert!(patience.wait(pin!(async { AT_ONCE })).await.is_ok());
        }
    }

    #[tokio::test]
    async fn what_is_there_at_once_needs_no_timer() {
        let mut patience = Patience::of(Duration::from_secs(1));
        assert!(patience.wait(pin!(async { AT_ONCE })).await.is_ok());
        assert!(patience.end.is_none());
    }
}
