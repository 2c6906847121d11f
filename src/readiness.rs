//! Whether the server is ready, asked of the database by one caller at a time.
//!
//! The question takes a place in the database's queue of changes. However many ask for it, they must not fill that queue: who
//! comes while it is being answered waits, and shares the answer. Must not know what is asked, or how the answer is shown.

use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long the database may take to answer before the server counts as not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last answer, and the turn to ask for the next.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<Last>>);

struct Last {
    ended: Instant,
    answer: Result<(), String>,
}

impl Readiness {
    /// Asks by `ping`, unless somebody else's question was being answered when this one came. The error says why the server is
    /// not ready; the log has it too, once for all who share it.
    pub(crate) async fn ask<E: ToString>(&self, ping: impl AsyncFnOnce() -> Result<(), E>) -> Result<(), String> {
        let came = Instant::now();
        let mut last = self.0.lock().await;
        if let Some(last) = &*last
            && came < last.ended
        {
            return last.answer.clone();
        }
        let answer = match timeout(PATIENCE, ping()).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err("the database does not answer".to_owned()),
        };
        if let Err(why) = &answer {
            tracing::warn!(why, "not ready");
        }
        *last = Some(Last { ended: Instant::now(), answer: answer.clone() });
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn whoever_comes_during_a_question_shares_its_answer_and_who_comes_later_asks_anew() {
        let (readiness, asked) = (Readiness::default(), Cell::new(0));
        let ask = || {
            readiness.ask(async || {
                asked.set(asked.get() + 1);
                tokio::task::yield_now().await; // the others come meanwhile
                Err::<(), _>(format!("trouble {}", asked.get()))
            })
        };
        let first = Err("trouble 1".to_owned());
        let (one, two, three) = tokio::join!(ask(), ask(), ask());
        assert_eq!([one, two, three], [first.clone(), first.clone(), first]);
        assert_eq!(ask().await, Err("trouble 2".to_owned()));
    }

    #[tokio::test]
    async fn a_question_that_nobody_waits_for_any_more_leaves_the_turn_to_others() {
        let readiness = Readiness::default();
        let silent = readiness.ask(async || std::future::pending::<Result<(), String>>().await);
        tokio::select! {
            biased;
            _ = silent => unreachable!("it is never answered"),
            () = std::future::ready(()) => {}
        }
        assert_eq!(readiness.ask(async || Ok::<(), String>(())).await, Ok(()));
    }
}
