//! Deleting dead carts, step by step. Everything here runs within a transaction of the caller.

use super::trouble::Trouble;
use crate::cart::{CartId, Expiry};
use crate::store::{SweepCursor, Swept, SweptCart, row};
use jiff::Timestamp;
use rusqlite::{Connection, Row};
use std::collections::HashSet;

/// What makes a cart old.
#[derive(Clone, Copy)]
pub(super) struct Age {
    pub(super) now: Timestamp,
    pub(super) expiry: Expiry,
}

impl Age {
    /// Carts (with lines, or without) whose stored time is before this are dead.
    fn deadline(self, has_lines: bool) -> i64 {
        row::micros_up(self.expiry.deadline(has_lines, self.now))
    }
}

/// What a sweep sees of a cart.
struct Seen {
    id: i64,
    touched_day: i64,
    touched_at: i64,
    empty: bool,
    account: String,
    locale: String,
    state: String,
}

impl Seen {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            touched_day: row.get(1)?,
            touched_at: row.get(2)?,
            empty: row.get(3)?,
            account: row.get(4)?,
            locale: row.get(5)?,
            state: row.get(6)?,
        })
    }
}

/// One step of a sweep over the carts of all accounts but some.
pub(super) fn step(
    connection: &Connection,
    age: Age,
    except: &HashSet<Box<str>>,
    from: SweepCursor,
    limit: u32,
) -> Result<Swept, Trouble> {
    // Not `order by touched_day, cart_id limit …` over a row value in the condition: SQLite would use its first column alone.
    let mut rest_of_day = connection.prepare_cached(
        "select cart_id, touched_day, touched_at, empty, account, locale, state from carts
        where empty = ?1 and touched_day = ?2 and cart_id > ?3
        order by cart_id limit ?4",
    )?;
    let mut later_days = connection.prepare_cached(
        "select cart_id, touched_day, touched_at, empty, account, locale, state from carts
        where empty = ?1 and touched_day > ?2 and touched_day <= ?3
        order by touched_day, cart_id limit ?4",
    )?;
    let last_day = row::day(age.deadline(!from.empty));
    let mut seen: Vec<Seen> = Vec::new();
    if let Some((day, id)) = from.last.filter(|(day, _)| *day <= last_day) {
        let rows = rest_of_day.query_map((from.empty, day, row::key(id), limit), Seen::of)?;
        seen = rows.collect::<Result<_, _>>()?;
    }
    let room = i64::from(limit) - i64::try_from(seen.len()).expect("a few carts");
    if room > 0 {
        let after = from.last.map_or(i64::MIN, |(day, _)| day);
        for row in later_days.query_map((from.empty, after, last_day, room), Seen::of)? {
            seen.push(row?);
        }
    }
    let next = match seen.last() {
        Some(last) if seen.len() >= limit as usize => {
            Some(SweepCursor { empty: from.empty, last: Some((last.touched_day, row::id(last.id)?)) })
        }
        _ if from.empty => None,
        _ => Some(SweepCursor { empty: true, last: None }),
    };
    seen.retain(|cart| !except.contains(cart.account.as_str()));
    Ok(Swept { deleted: delete(connection, age, seen)?, next })
}

/// One step of a sweep over the carts of one account.
pub(super) fn account(
    connection: &Connection,
    age: Age,
    account: &str,
    after: Option<CartId>,
    limit: u32,
) -> Result<Swept<CartId>, Trouble> {
    let mut page = connection.prepare_cached(
        "select cart_id, touched_day, touched_at, empty, account, locale, state from carts
        where account = ?1 and cart_id > ?2 order by cart_id limit ?3",
    )?;
    let after = after.map_or(i64::MIN, row::key);
    let seen: Vec<Seen> = page.query_map((account, after, limit), Seen::of)?.collect::<Result<_, _>>()?;
    let next = match seen.last() {
        Some(last) if seen.len() >= limit as usize => Some(row::id(last.id)?),
        _ => None,
    };
    Ok(Swept { deleted: delete(connection, age, seen)?, next })
}

/// Deletes those of these carts that are dead.
fn delete(connection: &Connection, age: Age, seen: Vec<Seen>) -> Result<Vec<SweptCart>, Trouble> {
    let mut delete = connection.prepare_cached("delete from carts where cart_id = ?1")?;
    let deadlines = [age.deadline(true), age.deadline(false)];
    let mut deleted = Vec::new();
    for cart in seen {
        if cart.touched_at < deadlines[usize::from(cart.empty)] {
            delete.execute([cart.id])?;
            deleted.push(row::swept(cart.id, cart.account, &cart.locale, &cart.state)?);
        }
    }
    Ok(deleted)
}
