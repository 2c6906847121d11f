//! Changes and touches of carts.

use super::bed::{Bed, add, asin, at, cart_id, change, create, make, products, stored};
use cartwright::cart::{Action, Edit, Refusal};
use cartwright::store::{StoreError, StoreSettings};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

super::backends! {
    a_change_is_there_after_the_database_was_closed_and_opened
    a_cart_is_read_with_the_products_of_its_lines
    a_refused_change_leaves_no_trace
    the_id_of_a_cart_is_taken_once
    concurrent_additions_to_one_cart_lose_nothing
    nobody_sees_a_cart_as_it_was_after_somebody_has_seen_its_change
    a_batch_answers_each_change_its_own
    changes_of_one_caller_are_made_in_order
    a_caller_that_goes_away_disturbs_nobody
    a_full_queue_is_busy_and_recovers
    a_touch_is_written_and_never_moves_time_backwards
    a_touch_is_part_of_what_the_next_change_finds
    touches_are_written_before_the_database_is_closed
    a_closed_store_says_so_and_may_be_closed_again
    a_shared_setting_is_made_by_the_first
}

async fn a_change_is_there_after_the_database_was_closed_and_opened(bed: Bed) {
    let store = bed.stocked().await;
    let made = make(&*store, change(1, 0, create(&[1, 2]))).await.unwrap().cart;
    let edits = vec![Edit { item_id: made.lines[0].item_id, quantity: Some(7), area: None, cap: 999 }];
    let made = make(&*store, change(1, 9, Action::Modify { merge: Some(true), edits })).await.unwrap().cart;
    store.close().await;
    let store = bed.open().await;
    let found = stored(&*store, 1).await.unwrap();
    assert_eq!(found, *made);
    assert_eq!((found.lines[0].quantity, found.merge, found.revision, found.touched_at), (7, true, 2, at(9)));
}

async fn a_cart_is_read_with_the_products_of_its_lines(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[2, 1, 3]))).await.unwrap();
    let view = store.cart(cart_id(1), "").await.unwrap().unwrap();
    let titles: Vec<_> = view.products.iter().flatten().map(|listed| listed.product.title.as_str()).collect();
    assert_eq!(titles, ["Book 2", "Book 1", "Book 3"]);
    assert!(store.cart(cart_id(2), "").await.unwrap().is_none());
}

async fn a_refused_change_leaves_no_trace(bed: Bed) {
    let store = bed.stocked().await;
    let made = make(&*store, change(1, 0, create(&[1]))).await.unwrap().cart;
    let mut foreign = change(1, 5, Action::Clear);
    "other".clone_into(&mut foreign.access.account);
    assert_eq!(make(&*store, foreign).await.unwrap_err(), Refusal::Mismatch);
    assert_eq!(make(&*store, change(2, 5, add(&[1]))).await.unwrap_err(), Refusal::Mismatch);
    assert_eq!(stored(&*store, 1).await.unwrap(), *made);
    assert_eq!(stored(&*store, 2).await, None);
}

async fn the_id_of_a_cart_is_taken_once(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    assert_eq!(make(&*store, change(1, 1, create(&[2]))).await.unwrap_err(), Refusal::IdTaken);
    assert_eq!(products(&stored(&*store, 1).await.unwrap()), [1]);
}

async fn nobody_sees_a_cart_as_it_was_after_somebody_has_seen_its_change(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    // What any of them has seen.
    let seen = Arc::new(AtomicU64::new(0));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (store, seen) = (Arc::clone(&store), Arc::clone(&seen));
            tokio::spawn(async move {
                let mut reads = 0_u32;
                while seen.load(Ordering::SeqCst) < 200 {
                    let before = seen.load(Ordering::SeqCst);
                    let revision = stored(&*store, 1).await.unwrap().revision;
                    assert!(revision >= before, "{revision} after {before}");
                    seen.fetch_max(revision, Ordering::SeqCst);
                    reads += 1;
                    tokio::task::yield_now().await;
                }
                reads
            })
        })
        .collect();
    for revision in 2..=200 {
        let edits = Vec::new();
        let made = make(&*store, change(1, 0, Action::Modify { merge: None, edits })).await.unwrap();
        assert_eq!(made.cart.revision, revision);
        seen.fetch_max(revision, Ordering::SeqCst);
        assert_eq!(stored(&*store, 1).await.unwrap().revision, revision);
    }
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
}

async fn concurrent_additions_to_one_cart_lose_nothing(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[99]))).await.unwrap();
    let tasks: Vec<_> = (1..=50)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { make(&*store, change(1, 1, add(&[n]))).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let cart = stored(&*store, 1).await.unwrap();
    let mut found = products(&cart);
    found.sort_unstable();
    assert_eq!(found, (1..=50).chain([99]).collect::<Vec<_>>());
    assert_eq!(cart.revision, 51);
}

async fn a_batch_answers_each_change_its_own(bed: Bed) {
    let store = bed.stocked().await;
    // Handed in at once, before any is awaited: they share batches.
    let changes = (0..30).map(|n| match n % 3 {
        0 => change(n, 0, create(&[1])),
        1 => change(n - 1, 1, create(&[2])),
        _ => change(n, 2, add(&[3])),
    });
    let tasks: Vec<_> = changes
        .map(|change| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { (change.cart, make(&*store, change).await) })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            (id, Ok(applied)) => {
                assert_eq!(applied.cart.id, id);
                made += 1;
            }
            (_, Err(Refusal::IdTaken | Refusal::Mismatch)) => {}
            (id, Err(refusal)) => panic!("{id}: {refusal:?}"),
        }
    }
    assert_eq!(made, 10); // of two that want one id, one gets it
}

async fn changes_of_one_caller_are_made_in_order(bed: Bed) {
    let store = bed.stocked().await;
    let mut waiting: Vec<_> = [create(&[1]), add(&[2]), add(&[3]), Action::Clear, add(&[4])]
        .into_iter()
        .map(|action| store.change(change(1, 0, action)))
        .collect();
    // Each is handed in when it is polled first.
    let all = std::future::poll_fn(|context| {
        waiting.retain_mut(|answer| answer.as_mut().poll(context).is_pending());
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    all.await;
    let cart = stored(&*store, 1).await.unwrap();
    assert_eq!((products(&cart), cart.revision), (vec![4], 5));
}

async fn a_caller_that_goes_away_disturbs_nobody(bed: Bed) {
    let store = bed.stocked().await;
    for n in 0..20 {
        let mut given_up = store.change(change(n, 0, create(&[1])));
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(given_up.as_mut().poll(context).is_ready()));
        polled.await;
        drop(given_up);
    }
    make(&*store, change(20, 0, create(&[1]))).await.unwrap();
    for n in 0..20 {
        assert!(stored(&*store, n).await.is_some(), "what was handed in is done");
    }
}

async fn a_full_queue_is_busy_and_recovers(bed: Bed) {
    bed.stocked().await.close().await;
    let store = bed.open_with(StoreSettings { queue: 1, ..StoreSettings::default() }).await;
    let mut waiting: Vec<_> = (0..300).map(|n| store.change(change(n, 0, create(&[1])))).collect();
    let (mut made, mut busy) = (0, 0);
    let all = std::future::poll_fn(|context| {
        waiting.retain_mut(|answer| match answer.as_mut().poll(context) {
            std::task::Poll::Pending => true,
            std::task::Poll::Ready(Ok(Ok(_))) => {
                made += 1;
                false
            }
            std::task::Poll::Ready(Err(StoreError::Busy)) => {
                busy += 1;
                false
            }
            std::task::Poll::Ready(other) => panic!("{other:?}"),
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    all.await;
    assert!(busy > 0 && made > 0, "{busy} were turned away, {made} made");
    make(&*store, change(1000, 0, create(&[1]))).await.unwrap();
    let mut found = 0;
    for n in 0..300 {
        found += u32::from(stored(&*store, n).await.is_some());
    }
    assert_eq!(found, made, "what was turned away is not stored");
}

async fn a_touch_is_written_and_never_moves_time_backwards(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    for seconds in [100, 300, 200] {
        store.touch(cart_id(1), at(seconds));
    }
    store.touch(cart_id(2), at(100)); // there is no such cart, and none comes of it
    store.ping().await.unwrap();
    assert_eq!(stored(&*store, 1).await.unwrap().touched_at, at(300));
    store.touch(cart_id(1), at(250));
    store.ping().await.unwrap();
    let cart = stored(&*store, 1).await.unwrap();
    assert_eq!((cart.touched_at, cart.revision), (at(300), 1), "a touch is no change");
    store.touch(cart_id(1), at(86_400 * 3));
    store.ping().await.unwrap();
    assert_eq!(stored(&*store, 1).await.unwrap().touched_at, at(86_400 * 3));
    assert_eq!(stored(&*store, 2).await, None);
}

async fn a_touch_is_part_of_what_the_next_change_finds(bed: Bed) {
    let store = bed.stocked().await;
    let day = 86_400;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    store.touch(cart_id(1), at(80 * day));
    let cart = make(&*store, change(1, 100 * day, add(&[2]))).await.unwrap().cart;
    assert_eq!(products(&cart), [2, 1]);
    assert_eq!(make(&*store, change(1, 200 * day, add(&[3]))).await.unwrap_err(), Refusal::Mismatch);
}

async fn touches_are_written_before_the_database_is_closed(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    store.touch(cart_id(1), at(100));
    store.close().await;
    let store = bed.open().await;
    assert_eq!(stored(&*store, 1).await.unwrap().touched_at, at(100));
}

async fn a_closed_store_says_so_and_may_be_closed_again(bed: Bed) {
    let store = bed.stocked().await;
    tokio::join!(store.close(), store.close());
    store.close().await;
    assert!(matches!(store.change(change(1, 0, create(&[1]))).await, Err(StoreError::Closed)));
    assert!(matches!(store.cart(cart_id(1), "").await, Err(StoreError::Closed)));
    assert!(matches!(
        store.products(super::bed::site(cartwright::cart::Locale::Us), &[asin(1)]).await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(store.ping().await, Err(StoreError::Closed)));
    store.touch(cart_id(1), at(0));
}

async fn a_shared_setting_is_made_by_the_first(bed: Bed) {
    let store = bed.open().await;
    assert_eq!(store.shared_setting("secret", vec![0, 255]).await.unwrap(), [0, 255]);
    assert_eq!(store.shared_setting("secret", vec![1]).await.unwrap(), [0, 255]);
    store.close().await;
    let store = bed.open().await;
    assert_eq!(store.shared_setting("secret", vec![2]).await.unwrap(), [0, 255]);
    assert_eq!(store.shared_setting("other", vec![3]).await.unwrap(), [3]);
}
