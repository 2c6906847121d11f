//! The purchase hand-off: customers' own carts, and what was bought out of them.
//!
//! Each change is one transaction, in which every row that was read is written only when it is still as it was read. When it is
//! not, all is undone and begun anew. When the connection is lost at the end, nobody knows whether it was done: then the database
//! is asked.

use super::link::{ATTEMPTS, Link};
use super::reads;
use super::server::bounded;
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::{Cart, CustomerCart, CustomerId, Locale, Purchase, Refusal, State, hand_over as decide};
use crate::store::row::{self, CartRow, CustomerRow, PurchaseRow};
use crate::store::{HandOver, StoreError};
use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use std::collections::BTreeMap;

/// Reads a customer's own cart.
async fn read(
    connection: &mut PgConnection,
    customer: CustomerId,
    locale: Locale,
) -> Result<Option<CustomerCart>, Trouble> {
    let statement = sqlx::query(sql::CUSTOMER_CART).bind(customer.to_string()).bind(locale.name());
    statement.fetch_optional(connection).await?.as_ref().map(reads::customer_cart).transpose()
}

/// What one try came to.
enum Tried<T> {
    Done(T),
    /// A row was changed by somebody else since it was read. Nothing was done.
    Outrun,
}

/// Moves a remote cart's lines into a customer's cart.
pub(super) async fn hand_over(
    link: &mut Link,
    hand_over: &HandOver,
) -> Result<Result<(Cart, CustomerCart), Refusal>, Trouble> {
    let mut doubtful = false;
    for _ in 0..ATTEMPTS {
        let mut connection = link.take().await?;
        let tried = bounded(try_hand_over(&mut connection, hand_over, doubtful)).await;
        match link.keep(connection, tried) {
            Ok(Tried::Done(answer)) => return Ok(answer),
            Ok(Tried::Outrun) => {}
            Err(trouble) if trouble.is_conflict() => {}
            Err(trouble) if trouble.is_disconnected() => doubtful = true,
            Err(trouble) => return Err(trouble),
        }
    }
    Err(StoreError::Busy.into())
}

async fn try_hand_over(
    connection: &mut PgConnection,
    hand_over: &HandOver,
    doubtful: bool,
) -> Result<Tried<Result<(Cart, CustomerCart), Refusal>>, Trouble> {
    let HandOver { cart: id, access, customer, at } = hand_over;
    let keys = [row::key(*id)];
    let found = sqlx::query(sql::CARTS).bind(keys.as_slice()).fetch_optional(&mut *connection).await?;
    let found: Option<Cart> = match found.as_ref().map(reads::cart).transpose()? {
        Some((_, cart)) => Some(cart?),
        None => None,
    };
    let stored = read(&mut *connection, *customer, access.locale).await?;
    if doubtful && let (Some(cart), Some(own)) = (&found, &stored) {
        let came_from_it = own.lines.iter().flat_map(|line| &line.parts).any(|part| part.cart == Some(cart.id));
        if cart.state == State::HandedOver && came_from_it {
            return Ok(Tried::Done(Ok((cart.clone(), own.clone())))); // it was done, and only the answer was lost
        }
    }
    let revision = found.as_ref().map_or(0, |cart| cart.revision);
    let own = stored.unwrap_or_else(|| CustomerCart::empty(*customer, access.locale, *at));
    let (closed, own) = match decide(found, own, access, *at) {
        Ok(both) => both,
        Err(refusal) => return Ok(Tried::Done(Err(refusal))),
    };
    let row = CartRow::of(&closed);
    let mut transaction = connection.begin().await?;
    let close = sqlx::query(sql::CLOSE_CART).bind(row.cart_id).bind(revision.cast_signed()).bind(row.revision);
    let close = close.bind(row.state).bind(row.touched_at).bind(row::day(row.touched_at));
    if close.execute(&mut *transaction).await?.rows_affected() == 0 || !write(&mut transaction, &own).await? {
        transaction.rollback().await?;
        return Ok(Tried::Outrun);
    }
    transaction.commit().await?;
    Ok(Tried::Done(Ok((closed, own))))
}

/// Writes a customer's cart, unless the stored one is not the one before it. Answers whether it was written.
async fn write(connection: &mut PgConnection, cart: &CustomerCart) -> Result<bool, Trouble> {
    let row = CustomerRow::of(cart);
    let statement = if row.revision == 1 { sql::NEW_CUSTOMER_CART } else { sql::CUSTOMER_CART_CHANGED };
    let statement = sqlx::query(statement).bind(row.customer_id).bind(row.locale).bind(row.revision);
    let written = statement.bind(row.touched_at).bind(row.lines).execute(connection).await?;
    Ok(written.rows_affected() > 0)
}

/// Saves a customer's cart and what was bought out of it. False, and then nothing was done, when the stored cart is another by
/// now or an order's number is taken.
pub(super) async fn save(link: &mut Link, mut cart: CustomerCart, bought: &[Purchase]) -> Result<bool, Trouble> {
    cart.revision += 1;
    let mut doubtful = false;
    for _ in 0..ATTEMPTS {
        let mut connection = link.take().await?;
        let saved = bounded(try_save(&mut connection, &cart, bought, doubtful)).await;
        match link.keep(connection, saved) {
            Err(trouble) if trouble.is_conflict() => {}
            Err(trouble) if trouble.is_disconnected() => doubtful = true,
            saved => return saved,
        }
    }
    Err(StoreError::Busy.into())
}

async fn try_save(
    connection: &mut PgConnection,
    cart: &CustomerCart,
    bought: &[Purchase],
    doubtful: bool,
) -> Result<bool, Trouble> {
    if doubtful {
        let stored = read(&mut *connection, cart.customer, cart.locale).await?;
        if stored.is_some_and(|stored| CustomerRow::of(&stored) == CustomerRow::of(cart)) {
            return Ok(true); // it was done, and only the answer was lost
        }
    }
    let mut transaction = connection.begin().await?;
    let orders: Vec<i64> = bought.iter().map(|purchase| row::key(purchase.order_id)).collect();
    // Planned for the table as it is: orders stand in several indexes, and which one leads to them depends on its size.
    let taken =
        sqlx::query(sql::ORDERS_TAKEN).persistent(false).bind(&orders).fetch_optional(&mut *transaction).await?;
    let saved = taken.is_none() && write(&mut transaction, cart).await? && note(&mut transaction, bought).await?;
    if saved {
        transaction.commit().await?;
    } else {
        transaction.rollback().await?;
    }
    Ok(saved)
}

/// Notes what was bought. False when somebody else has just taken an order's number.
async fn note(connection: &mut PgConnection, bought: &[Purchase]) -> Result<bool, Trouble> {
    if bought.is_empty() {
        return Ok(true);
    }
    let rows: Vec<PurchaseRow> = bought.iter().map(PurchaseRow::of).collect();
    let purchases = sqlx::query(sql::NEW_PURCHASES)
        .bind(rows.iter().map(|row| row.order_id).collect::<Vec<_>>())
        .bind((0_i64..).take(rows.len()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.bought_at).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.locale.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| text::stored(&row.account)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.cart_id).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| text::stored(&row.associate_tag)).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.total).collect::<Vec<_>>())
        .bind(rows.iter().map(|row| row.lines.as_str()).collect::<Vec<_>>());
    if purchases.execute(&mut *connection).await?.rows_affected() < rows.len() as u64 {
        return Ok(false);
    }
    // By key, so that each is there once, and in one order for all who write them.
    let mut items: BTreeMap<(String, &str, String), i64> = BTreeMap::new();
    for purchase in bought {
        for line in &purchase.lines {
            if let Some(item) = &line.list_item_id {
                let account = text::stored(&purchase.account).into_owned();
                let key = (account, purchase.locale.name(), text::stored(item).into_owned());
                *items.entry(key).or_default() += i64::from(line.quantity);
            }
        }
    }
    if !items.is_empty() {
        let statement = sqlx::query(sql::BOUGHT)
            .bind(items.keys().map(|(account, ..)| account.as_str()).collect::<Vec<_>>())
            .bind(items.keys().map(|(_, locale, _)| *locale).collect::<Vec<_>>())
            .bind(items.keys().map(|(.., item)| item.as_str()).collect::<Vec<_>>())
            .bind(items.values().copied().collect::<Vec<_>>());
        statement.execute(connection).await?;
    }
    Ok(true)
}

/// Deletes customers' carts that were last changed before a moment.
pub(super) async fn sweep(link: &mut Link, before: Timestamp, limit: u32) -> Result<u64, Trouble> {
    let before = row::micros_up(before);
    let sweep = || sqlx::query(sql::SWEEP_CUSTOMERS).persistent(false).bind(before).bind(i64::from(limit));
    let rows = link.fetch(sweep).await?;
    Ok(rows.len() as u64)
}
