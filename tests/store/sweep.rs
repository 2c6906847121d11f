//! The sweep, step by step and as a whole.

use super::bed::{Bed, at, cart_id, change, create, make, stored, sweeper};
use cartwright::cart::{Clock as _, Expiry, Locale, ManualClock};
use cartwright::store::{Store, SweepCursor};
use jiff::SignedDuration;
use std::collections::HashSet;
use std::sync::Arc;

super::backends! {
    the_dead_go_and_the_living_stay
    a_cart_lives_to_the_microsecond
    a_step_looks_at_no_more_than_its_limit
    a_touch_that_was_handed_in_saves_a_cart
    shorter_lives_count_from_the_last_operation
    the_sweeper_runs_until_it_is_stopped
    accounts_can_be_left_out_or_swept_alone
}

const DAY: i64 = 86_400;

/// A cart of an account, made on that morning.
async fn made_by(store: &dyn Store, account: &str, n: u32) {
    let mut change = change(n, 0, create(&[1]));
    change.access.account = account.to_owned();
    make(store, change).await.unwrap();
}

async fn accounts_can_be_left_out_or_swept_alone(bed: Bed) {
    let store = bed.stocked().await;
    for n in 0..30 {
        made_by(&*store, ["a", "b", "c\0\\"][n as usize % 3], n).await;
    }
    let (now, expiry) = (at(91 * DAY), Expiry::default());
    let except = Arc::new(HashSet::from([Box::from("a"), Box::from("c\0\\")]));
    let swept = store.sweep(now, expiry, except, SweepCursor::default(), 500).await.unwrap();
    assert!(swept.deleted.len() == 10 && swept.deleted.iter().all(|cart| cart.account == "b" && cart.was_open));
    let (mut deleted, mut after) = (Vec::new(), None);
    loop {
        let step = store.sweep_account("c\0\\", now, expiry, after, 3).await.unwrap();
        assert!(step.deleted.len() <= 3);
        deleted.extend(step.deleted.into_iter().map(|cart| (cart.id, cart.locale)));
        after = step.next;
        if after.is_none() {
            break;
        }
    }
    let carts = (0..30).filter(|n| n % 3 == 2).map(|n| (cart_id(n), Locale::Us)).collect::<Vec<_>>();
    assert_eq!(deleted, carts);
    // To the moment: exactly as long as they live, and no longer.
    let exact = expiry.exactly();
    let end = at(90 * DAY);
    assert_eq!(store.sweep_account("a", end, exact, None, 500).await.unwrap().deleted.len(), 0);
    let later = end + SignedDuration::from_micros(1);
    assert_eq!(store.sweep_account("a", later, exact, None, 500).await.unwrap().deleted.len(), 10);
}

async fn the_dead_go_and_the_living_stay(bed: Bed) {
    let store = bed.stocked().await;
    for n in 0..1200 {
        make(&*store, change(n, 0, create(&[]))).await.unwrap();
    }
    make(&*store, change(5000, 0, create(&[1]))).await.unwrap();
    make(&*store, change(5001, 8 * DAY, create(&[]))).await.unwrap();
    make(&*store, change(5002, 80 * DAY, create(&[1]))).await.unwrap();
    let sweeper = sweeper(&store, Expiry::default()).await;
    assert_eq!(sweeper.run_once(at(7 * DAY)).await.unwrap().deleted, 0);
    assert_eq!(sweeper.run_once(at(10 * DAY)).await.unwrap().deleted, 1200);
    assert_eq!(sweeper.run_once(at(10 * DAY)).await.unwrap().deleted, 0);
    assert!(stored(&*store, 5000).await.is_some() && stored(&*store, 5001).await.is_some());
    assert_eq!(sweeper.run_once(at(91 * DAY)).await.unwrap().deleted, 2);
    assert_eq!(stored(&*store, 5000).await, None);
    assert!(stored(&*store, 5002).await.is_some());
}

async fn a_cart_lives_to_the_microsecond(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    make(&*store, change(2, 0, create(&[]))).await.unwrap();
    let expiry = Expiry::default();
    let sweeper = sweeper(&store, expiry).await;
    for (has_lines, n) in [(false, 2), (true, 1)] {
        let end = at(0) + expiry.life(has_lines);
        assert_eq!(sweeper.run_once(end).await.unwrap().deleted, 0);
        assert!(stored(&*store, n).await.is_some_and(|cart| !expiry.is_over(&cart, end)));
        let after = end + SignedDuration::from_nanos(1);
        assert!(stored(&*store, n).await.is_some_and(|cart| expiry.is_over(&cart, after)));
        assert_eq!(sweeper.run_once(after).await.unwrap().deleted, 1);
    }
}

async fn a_step_looks_at_no_more_than_its_limit(bed: Bed) {
    let store = bed.stocked().await;
    // Two days of dead ones, and many on the day of the deadline that live: they must not be looked at twice.
    for n in 0..60 {
        make(&*store, change(n, i64::from(n / 20) * DAY, create(&[]))).await.unwrap();
    }
    let (expiry, now) = (Expiry::default(), at(9 * DAY));
    let (mut steps, mut deleted, mut next) = (0, 0, Some(SweepCursor::default()));
    while let Some(from) = next {
        let step = store.sweep(now, expiry, Arc::default(), from, 7).await.unwrap();
        assert!(step.deleted.len() <= 7);
        deleted += step.deleted.len();
        next = step.next;
        steps += 1;
    }
    assert_eq!(deleted, 40);
    assert!(steps <= 1 + 60 / 7 + 1, "{steps} steps");
}

async fn a_touch_that_was_handed_in_saves_a_cart(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    make(&*store, change(2, 0, create(&[1]))).await.unwrap();
    store.touch(cart_id(1), at(89 * DAY));
    assert_eq!(sweeper(&store, Expiry::default()).await.run_once(at(91 * DAY)).await.unwrap().deleted, 1);
    assert!(stored(&*store, 1).await.is_some());
}

async fn shorter_lives_count_from_the_last_operation(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    let short = Expiry { idle: SignedDuration::from_secs(10), empty: SignedDuration::from_secs(1), exact: false };
    assert_eq!(sweeper(&store, short).await.run_once(at(11)).await.unwrap().deleted, 1);
}

async fn the_sweeper_runs_until_it_is_stopped(bed: Bed) {
    let store: Arc<dyn Store> = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    let clock = ManualClock::new(at(0));
    clock.advance(SignedDuration::from_hours(24 * 100));
    assert_eq!(clock.now(), at(100 * DAY));
    let watched = Arc::clone(&store);
    let gone = async move {
        while stored(&*watched, 1).await.is_some() {
            tokio::task::yield_now().await;
        }
    };
    let every = std::time::Duration::from_hours(1);
    sweeper(&store, Expiry::default()).await.run(Arc::new(clock), every, gone).await;
}
