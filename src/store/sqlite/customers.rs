//! The purchase hand-off: customers' own carts, and what was bought out of them. Everything here runs on the writer's connection
//! within a transaction of the caller, but for [`cart`] and [`purchases`], which read.

use super::reads::{CART, cart_row};
use super::trouble::Trouble;
use crate::cart::{Cart, CartId, CustomerCart, CustomerId, Locale, Purchase, Refusal, hand_over as decide};
use crate::store::HandOver;
use crate::store::row::{self, CartRow, CustomerRow, PurchaseRow};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// A customer's own cart.
pub(super) fn cart(
    connection: &Connection,
    customer: CustomerId,
    locale: Locale,
) -> Result<Option<CustomerCart>, Trouble> {
    let mut statement = connection.prepare_cached(
        "select customer_id, locale, revision, touched_at, lines from customer_carts
        where customer_id = ?1 and locale = ?2",
    )?;
    let row = statement
        .query_row((customer.to_string(), locale.name()), |row| {
            Ok(CustomerRow {
                customer_id: row.get(0)?,
                locale: row.get(1)?,
                revision: row.get(2)?,
                touched_at: row.get(3)?,
                lines: row.get(4)?,
            })
        })
        .optional()?;
    Ok(row.map(CustomerRow::into_cart).transpose()?)
}

/// Moves a remote cart's lines into a customer's cart.
pub(super) fn hand_over(
    connection: &Connection,
    hand_over: &HandOver,
) -> Result<Result<(Cart, CustomerCart), Refusal>, Trouble> {
    let HandOver { cart: id, access, customer, at } = hand_over;
    let mut select = connection.prepare_cached(CART)?;
    let read = |row| -> Result<Cart, Trouble> { Ok(cart_row(row)?.into_cart()?) };
    let found = select.query([row::key(*id)])?.next()?.map(read).transpose()?;
    let own = cart(connection, *customer, access.locale)?
        .unwrap_or_else(|| CustomerCart::empty(*customer, access.locale, *at));
    let (closed, own) = match decide(found, own, access, *at) {
        Ok(both) => both,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let row = CartRow::of(&closed);
    connection
        .prepare_cached(
            "update carts set revision = ?2, state = ?3, touched_at = ?4, touched_day = ?5 where cart_id = ?1",
        )?
        .execute((row.cart_id, row.revision, row.state, row.touched_at, row::day(row.touched_at)))?;
    // It was read in this transaction, which keeps everybody else out: so it is written.
    write(connection, &own)?;
    Ok(Ok((closed, own)))
}

/// Writes a customer's cart, unless the stored one is not the one before it. Answers whether it was written.
fn write(connection: &Connection, cart: &CustomerCart) -> Result<bool, Trouble> {
    let row = CustomerRow::of(cart);
    let values = params![row.customer_id, row.locale, row.revision, row.touched_at, row.lines];
    let written = if row.revision == 1 {
        connection
            .prepare_cached(
                "insert into customer_carts (customer_id, locale, revision, touched_at, lines) values (?1, ?2, ?3, ?4, ?5)
                on conflict (customer_id, locale) do nothing",
            )?
            .execute(values)?
    } else {
        connection
            .prepare_cached(
                "update customer_carts set revision = ?3, touched_at = ?4, lines = ?5
                where customer_id = ?1 and locale = ?2 and revision = ?3 - 1",
            )?
            .execute(values)?
    };
    Ok(written > 0)
}

/// Saves a customer's cart and what was bought out of it. False, and then nothing was done, when the stored cart is another by
/// now or an order's number is taken.
pub(super) fn save(connection: &Connection, mut cart: CustomerCart, bought: &[Purchase]) -> Result<bool, Trouble> {
    let mut taken = connection.prepare_cached("select 1 from purchases where order_id = ?1")?;
    for purchase in bought {
        if taken.exists([row::key(purchase.order_id)])? {
            return Ok(false);
        }
    }
    cart.revision += 1;
    if !write(connection, &cart)? {
        return Ok(false);
    }
    let mut insert = connection.prepare_cached(
        "insert into purchases (order_id, position, bought_at, locale, account, cart_id, associate_tag, total, lines)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let mut note = connection.prepare_cached(
        "insert into list_purchases (account, locale, list_item_id, quantity) values (?1, ?2, ?3, ?4)
        on conflict (account, locale, list_item_id) do update set quantity = quantity + excluded.quantity",
    )?;
    for (position, purchase) in bought.iter().enumerate() {
        let row = PurchaseRow::of(purchase);
        insert.execute(params![
            row.order_id,
            position,
            row.bought_at,
            row.locale,
            row.account,
            row.cart_id,
            row.associate_tag,
            row.total,
            row.lines
        ])?;
        for line in &purchase.lines {
            if let Some(item) = &line.list_item_id {
                note.execute((&purchase.account, purchase.locale.name(), item, line.quantity))?;
            }
        }
    }
    Ok(true)
}

/// Reads a row of `purchases`; its columns stand in this order.
fn purchase_row(row: &Row<'_>) -> rusqlite::Result<PurchaseRow> {
    Ok(PurchaseRow {
        order_id: row.get(0)?,
        bought_at: row.get(1)?,
        locale: row.get(2)?,
        account: row.get(3)?,
        cart_id: row.get(4)?,
        associate_tag: row.get(5)?,
        total: row.get(6)?,
        lines: row.get(7)?,
    })
}

/// What was bought, newest first; of an order that the limit cuts through, all.
pub(super) fn purchases(
    connection: &Connection,
    account: Option<&str>,
    after: Option<(Timestamp, CartId)>,
    limit: u32,
) -> Result<Vec<Purchase>, Trouble> {
    const COLUMNS: &str =
        "select order_id, bought_at, locale, account, cart_id, associate_tag, total, lines from purchases";
    // One statement for each case, so that each has its index.
    let (of_account, account) = account.map_or(("", ""), |account| ("account = ?1 and ", account));
    let sql = format!(
        "{COLUMNS} where {of_account} (bought_at, order_id) < (?2, ?3) and ?1 = ?1
        order by bought_at desc, order_id desc, position limit ?4"
    );
    let (at, order) = after.map_or((i64::MAX, i64::MAX), |(at, order)| (row::micros(at), row::key(order)));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows: Vec<PurchaseRow> =
        statement.query_map((account, at, order, limit), purchase_row)?.collect::<Result<_, _>>()?;
    if let Some(last) = rows.last().filter(|_| rows.len() >= limit as usize) {
        let (order, known) = (last.order_id, rows.iter().filter(|row| row.order_id == last.order_id).count());
        let sql =
            format!("{COLUMNS} where {of_account} order_id = ?2 and ?1 = ?1 order by position limit -1 offset ?3");
        let mut rest = connection.prepare_cached(&sql)?;
        for row in rest.query_map((account, order, known), purchase_row)? {
            rows.push(row?);
        }
    }
    Ok(rows.into_iter().map(PurchaseRow::into_purchase).collect::<Result<_, _>>()?)
}

/// Deletes customers' carts that were last changed before a moment.
pub(super) fn sweep(connection: &Connection, before: Timestamp, limit: u32) -> Result<u64, Trouble> {
    let mut delete = connection.prepare_cached(
        "delete from customer_carts where rowid in
            (select rowid from customer_carts where touched_at < ?1 order by touched_at limit ?2)",
    )?;
    Ok(delete.execute((row::micros_up(before), limit))? as u64)
}
