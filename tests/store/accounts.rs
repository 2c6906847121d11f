//! Accounts' settings, which several servers edit, and the counters of their ids.

use super::bed::{Bed, add, at, cart_id, change, create, make, stored};
use cartwright::account::{ClockSetting, Settings, Worlds};
use cartwright::cart::Expiry;
use cartwright::config::Secret;
use cartwright::store::{AccountEdit, AccountEdited, AccountsMark, StoreError, SweepCursor};
use jiff::SignedDuration;
use std::sync::Arc;
use std::time::Duration;

super::backends! {
    an_edit_is_made_only_on_the_row_that_it_was_meant_for
    changes_are_told_since_a_mark_and_removals_tell_all
    ids_are_reserved_once
    settings_are_there_after_a_restart_and_gone_when_they_are_empty
    edits_of_one_account_at_once_are_all_made
    an_edit_that_fails_or_changes_nothing_writes_nothing
    an_edit_stands_behind_the_changes_before_it
    carts_are_taken_for_used_as_late_as_they_may_have_been
}

async fn edit(store: &dyn cartwright::store::Store, key: &str, stored: Option<u64>, doc: &str) -> Option<u64> {
    match store.edit_account(key, stored, AccountEdit::Write(doc)).await.unwrap() {
        AccountEdited::Made(revision) => Some(revision),
        AccountEdited::Outrun(_) => None,
    }
}

async fn an_edit_is_made_only_on_the_row_that_it_was_meant_for(bed: Bed) {
    let store = bed.open().await;
    assert_eq!(store.account("key").await.unwrap(), None);
    let first = edit(&*store, "key", None, "{}").await.unwrap();
    assert_eq!(edit(&*store, "key", None, "late").await, None);
    assert_eq!(edit(&*store, "key", Some(first + 1), "wrong").await, None);
    let second = edit(&*store, "key", Some(first), "{\"a\":1}").await.unwrap();
    assert!(second > first);
    let other = edit(&*store, "o\0ther\\", None, "{}").await.unwrap();
    assert!(other > second, "revisions are of the whole table");
    let AccountEdited::Outrun(Some(row)) = store.edit_account("key", Some(first), AccountEdit::Remove).await.unwrap()
    else {
        panic!("it was changed since")
    };
    assert_eq!((row.revision, row.doc.as_str()), (second, "{\"a\":1}"));
    assert!(matches!(
        store.edit_account("key", Some(second), AccountEdit::Remove).await.unwrap(),
        AccountEdited::Made(_)
    ));
    assert_eq!(store.account("key").await.unwrap(), None);
    assert_eq!(store.account("o\0ther\\").await.unwrap().unwrap().account, "o\0ther\\");
}

async fn changes_are_told_since_a_mark_and_removals_tell_all(bed: Bed) {
    let store = bed.open().await;
    let none = store.account_changes(AccountsMark::default()).await.unwrap();
    assert_eq!((none.rows.len(), none.mark), (0, AccountsMark::default()));
    let a = edit(&*store, "a", None, "1").await.unwrap();
    edit(&*store, "b", None, "2").await.unwrap();
    let both = store.account_changes(none.mark).await.unwrap();
    assert_eq!((both.rows.len(), both.whole), (2, false));
    edit(&*store, "a", Some(a), "3").await.unwrap();
    let one = store.account_changes(both.mark).await.unwrap();
    assert_eq!(one.rows.iter().map(|row| (row.account.as_str(), row.doc.as_str())).collect::<Vec<_>>(), [("a", "3")]);
    store.edit_account("a", Some(one.rows[0].revision), AccountEdit::Remove).await.unwrap();
    let all = store.account_changes(one.mark).await.unwrap();
    assert_eq!((all.rows.len(), all.rows[0].account.as_str(), all.whole), (1, "b", true));
    let none = store.account_changes(all.mark).await.unwrap();
    assert_eq!((none.rows.len(), none.whole, none.mark), (0, false, all.mark));
}

async fn ids_are_reserved_once(bed: Bed) {
    let store = bed.open().await;
    assert_eq!(store.reserve_ids("key", 100).await.unwrap(), 0);
    assert_eq!(store.reserve_ids("key", 50).await.unwrap(), 100);
    assert_eq!(store.reserve_ids("other", 50).await.unwrap(), 0);
    store.close().await;
    assert_eq!(bed.open().await.reserve_ids("key", 1).await.unwrap(), 150);
}

/// An edit that sets the clock this far ahead.
async fn shift(worlds: &Worlds, key: &str, micros: i64) {
    let shift = |settings: &mut Settings| {
        settings.clock = Some(ClockSetting::Shifted(micros));
        Ok::<_, StoreError>(())
    };
    worlds.edit(key, shift).await.unwrap();
}

fn clock(worlds: &Worlds, key: &str) -> Option<ClockSetting> {
    worlds.of(key).setting(|settings| settings.clock.as_ref()).copied()
}

async fn settings_are_there_after_a_restart_and_gone_when_they_are_empty(bed: Bed) {
    let store = bed.open().await;
    let worlds = Worlds::load(Arc::clone(&store), true).await.unwrap();
    assert!(worlds.of("key").own().is_none() && worlds.keys().is_empty());
    shift(&worlds, "key", 5).await;
    shift(&worlds, "", 7).await;
    worlds
        .edit("key", |settings| {
            settings.secret = Some(Secret::new("s"));
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    store.close().await;
    let store = bed.open().await;
    let worlds = Worlds::load(Arc::clone(&store), true).await.unwrap();
    assert_eq!(worlds.keys(), ["key".into()]);
    assert_eq!(clock(&worlds, "key"), Some(ClockSetting::Shifted(5)));
    assert_eq!(clock(&worlds, "other"), Some(ClockSetting::Shifted(7)), "the server's holds for all others");
    assert_eq!(worlds.of("key").own().unwrap().settings().secret, Some(Secret::new("s")));
    for key in ["key", ""] {
        worlds
            .edit(key, |settings| {
                *settings = Settings::default();
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        assert_eq!(store.account(key).await.unwrap(), None);
    }
    assert!(worlds.keys().is_empty());
    assert_eq!((clock(&worlds, "key"), clock(&worlds, "")), (None, None));
}

async fn edits_of_one_account_at_once_are_all_made(bed: Bed) {
    let store = bed.open().await;
    let worlds = Arc::new(Worlds::load(store, true).await.unwrap());
    let ahead = |n: i64| {
        let worlds = Arc::clone(&worlds);
        tokio::spawn(async move {
            let edit = |settings: &mut Settings| {
                let before = match settings.clock {
                    Some(ClockSetting::Shifted(before)) => before,
                    _ => 0,
                };
                settings.clock = Some(ClockSetting::Shifted(before + n));
                Ok::<_, StoreError>(())
            };
            for _ in 0..10 {
                worlds.edit("key", edit).await.unwrap();
            }
        })
    };
    for task in [ahead(1), ahead(100), ahead(10_000)] {
        task.await.unwrap();
    }
    assert_eq!(clock(&worlds, "key"), Some(ClockSetting::Shifted(101_010)));
}

async fn an_edit_that_fails_or_changes_nothing_writes_nothing(bed: Bed) {
    let store = bed.open().await;
    let worlds = Worlds::load(Arc::clone(&store), true).await.unwrap();
    shift(&worlds, "key", 5).await;
    let mark = store.account_changes(AccountsMark::default()).await.unwrap().mark;
    let failed = worlds.edit("key", |settings| {
        settings.clock = None;
        Err::<(), _>(StoreError::Busy)
    });
    assert!(matches!(failed.await, Err(StoreError::Busy)));
    shift(&worlds, "key", 5).await;
    assert_eq!(worlds.edit("none", |_| Ok::<_, StoreError>(3)).await.unwrap(), 3);
    assert_eq!(clock(&worlds, "key"), Some(ClockSetting::Shifted(5)));
    assert_eq!(store.account_changes(mark).await.unwrap().mark, mark);
}

async fn an_edit_stands_behind_the_changes_before_it(bed: Bed) {
    let store = bed.stocked().await;
    make(&*store, change(1, 0, create(&[1]))).await.unwrap();
    let (changed, edited) = tokio::join!(store.change(change(1, 1, add(&[2]))), edit(&*store, "key", None, "{}"));
    assert!(changed.unwrap().is_ok() && edited.is_some());
    assert_eq!(stored(&*store, 1).await.unwrap().lines.len(), 2);
}

/// Two servers of one database: what one edits, the other sees when it looks.
#[tokio::test]
async fn what_another_server_edits_is_seen() {
    let bed = Bed::postgres();
    let (one, two) = (bed.open().await, bed.open().await);
    let here = Worlds::load(one, true).await.unwrap();
    let there = Worlds::load(two, true).await.unwrap();
    shift(&here, "key", 5).await;
    shift(&here, "", 6).await;
    assert_eq!(clock(&there, "key"), None);
    there.refresh().await.unwrap();
    assert_eq!(
        (clock(&there, "key"), clock(&there, "")),
        (Some(ClockSetting::Shifted(5)), Some(ClockSetting::Shifted(6)))
    );
    // An edit that knows nothing of the other's is made on top of it all the same.
    shift(&here, "key", 7).await;
    there
        .edit("key", |settings| {
            settings.secret = Some(Secret::new("s"));
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    assert_eq!(clock(&there, "key"), Some(ClockSetting::Shifted(7)));
    here.refresh().await.unwrap();
    assert!(here.of("key").own().unwrap().settings().secret.is_some());
    for key in ["key", ""] {
        here.edit(key, |settings| {
            *settings = Settings::default();
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    }
    shift(&there, "new", 1).await;
    there.refresh().await.unwrap();
    assert_eq!((clock(&there, "key"), clock(&there, "")), (None, None));
    assert_eq!(there.keys(), ["new".into()]);
}

#[tokio::test]
async fn what_another_server_edits_is_seen_within_a_second() {
    let bed = Bed::postgres();
    let (one, two) = (bed.open().await, bed.open().await);
    assert!(one.is_shared());
    let here = Worlds::load(one, true).await.unwrap();
    let there = Worlds::load(two, true).await.unwrap();
    shift(&here, "key", 5).await;
    let seen = async {
        while clock(&there, "key").is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = there.follow() => panic!("it follows for ever"),
        seen = tokio::time::timeout(Duration::from_secs(1), seen) => seen.expect("within a second"),
    }
}

async fn carts_are_taken_for_used_as_late_as_they_may_have_been(bed: Bed) {
    const DAY: i64 = 86_400;
    let store = bed.stocked().await;
    let made = async |n: u32, account: &str, seconds: i64| {
        let mut change = change(n, seconds, create(&[1]));
        change.access.account = account.to_owned();
        make(&*store, change).await.unwrap();
    };
    made(1, "key", DAY - 90).await;
    made(2, "key", DAY - 30).await;
    made(3, "key", DAY + 10).await;
    made(4, "other", DAY - 30).await;
    store.touch(cart_id(1), at(DAY - 50));
    store.round_up_touches("key", SignedDuration::from_mins(1), at(DAY + 5)).await.unwrap();
    let mut touched = Vec::new();
    for n in 1..=4 {
        touched.push(stored(&*store, n).await.unwrap().touched_at);
    }
    assert_eq!(touched, [at(DAY + 5), at(DAY + 5), at(DAY + 10), at(DAY - 30)]);
    // And so it is where the dead are looked for.
    let (exact, life) = (Expiry::default().exactly(), 90 * DAY);
    let sweep = async |now: i64| {
        let swept = store.sweep(at(now), exact, Arc::default(), SweepCursor::default(), 500).await.unwrap();
        swept.deleted.iter().map(|cart| cart.id).collect::<Vec<_>>()
    };
    assert_eq!(sweep(DAY + 5 + life).await, [cart_id(4)]);
    assert_eq!(sweep(DAY + 6 + life).await, [cart_id(1), cart_id(2)]);
}
