//! Others at work on the same rows of a PostgreSQL server: locks that are held, and deadlocks.

use super::bed::{Bed, add, asin, change, create, make, products, stored};
use cartwright::cart::CartChange;
use cartwright::store::{Store, StoreError};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody else on the database of this bed, whom the store's connections cannot be told from but by what they hold.
async fn somebody(bed: &Bed) -> PgConnection {
    let options: PgConnectOptions = bed.schema().url().parse().unwrap();
    options.application_name("somebody").connect().await.unwrap()
}

async fn say(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.unwrap();
}

/// Locks the row of a cart, and leaves it as it is.
fn lock(n: u32) -> String {
    format!("update carts set revision = revision where cart_id = {}", super::bed::cart_id(n).number())
}

/// Waits until so many of the store's connections wait for a lock.
async fn wait_until_waiting(bed: &Bed, number: i64) {
    let mut watcher = somebody(bed).await;
    let waiting = format!(
        "select count(*) from pg_stat_activity where application_name = '{}' and wait_event_type = 'Lock'",
        bed.schema().name()
    );
    let begun = Instant::now();
    loop {
        let row = sqlx::raw_sql(AssertSqlSafe(waiting.clone())).fetch_one(&mut watcher).await.unwrap();
        if row.get::<i64, _>(0) == number {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "nobody waits");
    }
}

/// Hands a change in, and waits for its answer elsewhere.
fn hand_in(store: &Arc<dyn Store>, change: CartChange) -> tokio::task::JoinHandle<Result<(), StoreError>> {
    let store = Arc::clone(store);
    tokio::spawn(async move { store.change(change).await.map(|applied| drop(applied.unwrap())) })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_somebody_holds_on_to_is_waited_for_and_not_for_ever() {
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    let mut other = somebody(&bed).await;
    // For a while: nobody notices.
    say(&mut other, &format!("begin; {}", lock(1))).await;
    let changing = hand_in(&store, change(1, 1, add(&[2])));
    wait_until_waiting(&bed, 1).await;
    assert_eq!(products(&stored(&*store, 1).await.unwrap()), [1], "reading goes on");
    say(&mut other, "commit").await;
    changing.await.unwrap().unwrap();
    // For good: it is told, and nothing was done.
    say(&mut other, &format!("begin; {}", lock(1))).await;
    let begun = Instant::now();
    let refused = hand_in(&store, change(1, 2, add(&[3]))).await.unwrap();
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    assert!(begun.elapsed() < PATIENCE);
    say(&mut other, "rollback").await;
    make(&*store, change(1, 3, add(&[4]))).await.unwrap();
    assert_eq!(products(&stored(&*store, 1).await.unwrap()), [4, 2, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_that_a_deadlock_undid_is_made_again() {
    let bed = Bed::postgres();
    let store = bed.stocked().await;
    for n in 1..=3 {
        make(&*store, change(n, 0, create(&[1]))).await.unwrap();
    }
    let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
    let mut watcher = somebody(&bed).await;
    let before: i64 = sqlx::raw_sql(deadlocks).fetch_one(&mut watcher).await.unwrap().get(0);
    let mut gate = somebody(&bed).await;
    let mut other = somebody(&bed).await;
    // Behind a change that has to wait, the two others come into one batch.
    say(&mut gate, &format!("begin; {}", lock(3))).await;
    let third = hand_in(&store, change(3, 1, add(&[2])));
    wait_until_waiting(&bed, 1).await;
    let both = async { tokio::join!(make(&*store, change(1, 1, add(&[2]))), make(&*store, change(2, 1, add(&[2])))) };
    let mut both = std::pin::pin!(both);
    // Somebody locks in the other order, and is more patient than the store's connection: it is that one which is undone.
    let lock_second = format!("set deadlock_timeout = '1h'; begin; {}", lock(2));
    tokio::select! {
        biased;
        _ = &mut both => panic!("nobody waits for the gate"),
        () = say(&mut other, &lock_second) => {}
    }
    say(&mut gate, "commit").await;
    third.await.unwrap().unwrap();
    wait_until_waiting(&bed, 1).await;
    say(&mut other, &format!("{}; commit", lock(1))).await;
    let (first, second) = both.await;
    assert!(first.is_ok() && second.is_ok());
    for n in 1..=3 {
        assert_eq!(products(&stored(&*store, n).await.unwrap()), [2, 1], "{}", asin(n));
    }
    let begun = Instant::now();
    while sqlx::raw_sql(deadlocks).fetch_one(&mut watcher).await.unwrap().get::<i64, _>(0) == before {
        assert!(begun.elapsed() < PATIENCE, "there was no deadlock");
        tokio::task::yield_now().await;
    }
}
