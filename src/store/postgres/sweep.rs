//! Deleting dead carts, step by step: each step looks at a page of carts, and deletes those that are dead.

use super::link::Link;
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::{CartId, Expiry};
use crate::store::{SweepCursor, Swept, SweptCart, row};
use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
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
    fn of(row: &PgRow) -> Result<Self, Trouble> {
        Ok(Self {
            id: row.try_get(0)?,
            touched_day: row.try_get(1)?,
            touched_at: row.try_get(2)?,
            empty: row.try_get(3)?,
            account: text::read(row.try_get(4)?),
            locale: row.try_get(5)?,
            state: row.try_get(6)?,
        })
    }
}

/// One step of a sweep over the carts of all accounts but some.
pub(super) async fn step(
    link: &mut Link,
    age: Age,
    except: &HashSet<Box<str>>,
    from: SweepCursor,
    limit: u32,
) -> Result<Swept, Trouble> {
    let last_day = row::day(age.deadline(!from.empty));
    let (day, id) = from.last.map_or((i64::MIN, i64::MIN), |(day, id)| (day, row::key(id)));
    let page = || {
        // Planned anew each time, for the table as it is by then.
        let after = sqlx::query(sql::SWEEP_PAGE).persistent(false).bind(from.empty).bind(day).bind(id);
        after.bind(last_day).bind(i64::from(limit))
    };
    let mut seen: Vec<Seen> = link.fetch(page).await?.iter().map(Seen::of).collect::<Result<_, _>>()?;
    let next = match seen.last() {
        Some(last) if seen.len() >= limit as usize => {
            Some(SweepCursor { empty: from.empty, last: Some((last.touched_day, row::id(last.id)?)) })
        }
        _ if from.empty => None,
        _ => Some(SweepCursor { empty: true, last: None }),
    };
    seen.retain(|cart| !except.contains(cart.account.as_str()));
    Ok(Swept { deleted: delete(link, age, seen).await?, next })
}

/// One step of a sweep over the carts of one account.
pub(super) async fn account(
    link: &mut Link,
    age: Age,
    account: &str,
    after: Option<CartId>,
    limit: u32,
) -> Result<Swept<CartId>, Trouble> {
    let (account, after) = (text::stored(account), after.map_or(i64::MIN, row::key));
    let page = || {
        let of_account = sqlx::query(sql::SWEEP_PAGE_OF_ACCOUNT).persistent(false).bind(&*account);
        of_account.bind(after).bind(i64::from(limit))
    };
    let seen: Vec<Seen> = link.fetch(page).await?.iter().map(Seen::of).collect::<Result<_, _>>()?;
    let next = match seen.last() {
        Some(last) if seen.len() >= limit as usize => Some(row::id(last.id)?),
        _ => None,
    };
    Ok(Swept { deleted: delete(link, age, seen).await?, next })
}

/// Deletes those of these carts that are dead, and still so when it is done.
async fn delete(link: &mut Link, age: Age, seen: Vec<Seen>) -> Result<Vec<SweptCart>, Trouble> {
    let mut deleted = Vec::new();
    for empty in [false, true] {
        let deadline = age.deadline(!empty);
        let is_dead = |cart: &&Seen| cart.empty == empty && cart.touched_at < deadline;
        let mut dead: Vec<i64> = seen.iter().filter(is_dead).map(|cart| cart.id).collect();
        if dead.is_empty() {
            continue;
        }
        dead.sort_unstable();
        for row in link.fetch(|| sqlx::query(sql::SWEEP).bind(&dead).bind(empty).bind(deadline)).await? {
            deleted.push(row.try_get::<i64, _>(0)?);
        }
    }
    let deleted: HashSet<i64> = deleted.into_iter().collect();
    let gone = seen.into_iter().filter(|cart| deleted.contains(&cart.id));
    gone.map(|cart| Ok(row::swept(cart.id, cart.account, &cart.locale, &cart.state)?)).collect()
}
