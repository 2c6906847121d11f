//! Every statement that is made while the server serves, in one place.
//!
//! **Invariants.** A statement that touches `carts` names the `cart_id` of each cart that it touches, so that it runs unchanged
//! where carts are spread over machines by that key; only the sweeper looks for carts by anything else ([`SWEEP_PAGE`]). No
//! statement locks what it only reads, and none draws a number from a sequence. Lists of values go in as arrays, one per column,
//! so that a statement has the same text for one row and for two hundred and is prepared once.
//!
//! A prepared statement keeps its plan while its tables grow, and the server knows little of new ones. So no statement leaves it a
//! choice that only a small table makes harmless: what is joined with a list is also found by it (`= any`), and what is looked up for
//! each row is a subquery that stays one (`offset 0`).

/// The carts with these numbers, and the catalogue's revision at that moment.
pub(super) const CARTS: &str =
    "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines,
    (select revision from catalogues where account = '')
from carts where cart_id = any ($1)";

/// Writes a batch: new carts, carts as they were changed, and touches. Answers the carts that were written; a cart that another
/// server has made or changed meanwhile is not among them, and is left as it is. No cart may be in two of the three lists: a row
/// is changed once by a statement.
pub(super) const SAVE: &str = "with added as (
    insert into carts (cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, touched_day,
        line_count, empty, lines)
    select n.cart_id, n.account, n.locale, n.associate_tag, n.merge, n.revision, n.state, n.created_at, n.touched_at,
        n.touched_day, n.line_count, n.line_count = 0, n.lines
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::text[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::text[])
        as n(cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, touched_day, line_count,
            lines)
    on conflict (cart_id) do nothing
    returning cart_id
), changed as (
    update carts set merge = n.merge, revision = n.revision, state = n.state, touched_at = n.touched_at,
        touched_day = n.touched_day, line_count = n.line_count, empty = n.line_count = 0, lines = n.lines
    from unnest($13::bigint[], $14::bigint[], $15::boolean[], $16::bigint[], $17::text[], $18::bigint[], $19::bigint[],
            $20::bigint[], $21::text[])
        as n(cart_id, stored, merge, revision, state, touched_at, touched_day, line_count, lines)
    where carts.cart_id = any ($13) and carts.cart_id = n.cart_id and carts.revision = n.stored
    returning carts.cart_id
), touched as (
    update carts set touched_at = n.touched_at, touched_day = n.touched_day
    from unnest($22::bigint[], $23::bigint[], $24::bigint[]) as n(cart_id, touched_at, touched_day)
    where carts.cart_id = any ($22) and carts.cart_id = n.cart_id and carts.touched_at < n.touched_at
)
select cart_id from added union all select cart_id from changed";

/// The next carts that a sweep looks at, the longest idle first.
pub(super) const SWEEP_PAGE: &str = "select cart_id, touched_day, touched_at, empty, account, locale, state from carts
where empty = $1 and (touched_day, cart_id + 0) > ($2, $3) and touched_day <= $4
order by touched_day, cart_id + 0 limit $5";

/// The next carts of one account that a sweep looks at.
pub(super) const SWEEP_PAGE_OF_ACCOUNT: &str =
    "select cart_id, touched_day, touched_at, empty, account, locale, state from carts
where account = $1 and cart_id > $2 order by cart_id limit $3";

/// Deletes those of these carts that are still as dead as they looked: another server may have used one meanwhile, or swept it.
/// It asks for the count of lines, since `empty` has an index that would lead to all the others too.
pub(super) const SWEEP: &str =
    "delete from carts where cart_id = any ($1) and (line_count = 0) = $2 and touched_at < $3 returning cart_id";

/// The products with these ASINs, of the baseline and of an account, in any order, and the catalogue's revision at that moment.
pub(super) const PRODUCTS: &str =
    "select withdrawn, doc, account, (select revision from catalogues where account = '') from products
where account in ('', $1) and locale = $2 and asin = any ($3)";

/// The accounts with products of their own, and the catalogue's revision.
pub(super) const OVERLAYS: &str =
    "select account, (select revision from catalogues where account = '') from catalogues";

/// The product that has an offer with this listing id, as an account sees it: the account's own rows stand in front.
pub(super) const PRODUCT_OF_LISTING: &str = "select products.withdrawn, products.doc from offers
    join products on products.account = offers.account and products.locale = offers.locale and products.asin = offers.asin
where offers.account in ('', $1) and offers.locale = $2 and offers.listing_id = $3
    and (offers.account = $1 or not exists (
        select 1 from products as own where own.account = $1 and own.locale = offers.locale and own.asin = offers.asin
        offset 0))
order by offers.account desc limit 1";

/// The products of a site that an account sees and that meet a condition, in an order that an index gives. Of both sides as many
/// as are wanted of both together.
macro_rules! products_by {
    ($condition:literal, $order:literal) => {
        concat!(
            "select doc from (
    (select asin, sales_rank, release_date, doc from products
        where account = $1 and locale = $2 and ",
            $condition,
            " and not withdrawn order by ",
            $order,
            " limit $4)
    union all
    (select asin, sales_rank, release_date, doc from products
        where account = '' and $1 <> '' and locale = $2 and ",
            $condition,
            " and not withdrawn and not exists (
            select 1 from products as own where own.account = $1 and own.locale = $2 and own.asin = products.asin offset 0)
        order by ",
            $order,
            " limit $4)
) as found order by ",
            $order,
            " limit $4"
        )
    };
}

/// The best sales ranks of a product group.
pub(super) const TOP_SELLERS: &str = products_by!("product_group = $3 and sales_rank is not null", "sales_rank, asin");

/// The latest release dates of a product group.
pub(super) const NEW_RELEASES: &str =
    products_by!("product_group = $3 and release_date is not null", "release_date desc, asin");

/// The products with this EAN.
pub(super) const BY_EAN: &str = products_by!("ean = $3", "asin");

/// The products with this UPC.
pub(super) const BY_UPC: &str = products_by!("upc = $3", "asin");

/// The products with this ISBN.
pub(super) const BY_ISBN: &str = products_by!("isbn = $3", "asin");

/// A page of the catalogue that an account sees, behind a key. One for each case, so that the key's own index leads to the first
/// row of the page.
macro_rules! catalogue {
    ($behind:literal) => {
        concat!(
            "select doc from (
    (select locale, asin, doc from products
        where account = $1 and ",
            $behind,
            " and not withdrawn order by locale, asin limit $4)
    union all
    (select locale, asin, doc from products
        where account = '' and $1 <> '' and ",
            $behind,
            " and not withdrawn and not exists (
            select 1 from products as own
            where own.account = $1 and own.locale = products.locale and own.asin = products.asin offset 0)
        order by locale, asin limit $4)
) as found order by locale, asin limit $4"
        )
    };
}

/// Of all locales.
pub(super) const CATALOGUE: &str = catalogue!("(locale, asin) > ($2, $3)");

/// Of one locale.
pub(super) const CATALOGUE_OF_LOCALE: &str = catalogue!("locale = $2 and asin > $3");

/// What a search asks beside the words that every product found must have.
#[derive(Clone, Copy)]
pub(super) struct Narrowed {
    /// There are words at all.
    pub(super) words: bool,
    /// In one search index.
    pub(super) index: bool,
    /// In one browse node.
    pub(super) node: bool,
}

/// The products that a search looks at: the best-selling ones of the baseline and of the account, so many of each. A statement of
/// its own for each kind of search: which index serves it best depends on what is asked, and the server finds that out anew each
/// time.
pub(super) fn search(narrowed: Narrowed) -> String {
    let mut condition = "locale = $2".to_owned();
    for (wanted, more) in [
        (narrowed.words, " and words @> $3"),
        (narrowed.index, " and search_index = $4"),
        (narrowed.node, " and browse_node = $5"),
    ] {
        if wanted {
            condition.push_str(more);
        }
    }
    let columns =
        "asin, rank, price, release_date, case when $6 then title else '' end as title, words @> $8 as in_title";
    format!(
        "select asin, rank, price, release_date, title, in_title from (
    (select {columns} from search_entries
        where account = $1 and {condition} order by rank, asin limit $7)
    union all
    (select {columns} from search_entries
        where account = '' and $1 <> '' and {condition} and not exists (
            select 1 from products as own where own.account = $1 and own.locale = $2 and own.asin = search_entries.asin
            offset 0)
        order by rank, asin limit $7)
) as found"
    )
}

/// A list as its seed file describes it.
pub(super) const LIST: &str = "select doc from lists where account = '' and locale = $1 and list_id = $2";

/// What an account bought of these items of lists.
pub(super) const BOUGHT_OF_ITEMS: &str = "select list_item_id, quantity from list_purchases
where account = $1 and locale = $2 and list_item_id = any ($3)";

/// A value that all servers share.
pub(super) const SETTING: &str = "select value from settings where name = $1";

/// Stores such a value unless another server was first.
pub(super) const NEW_SETTING: &str = "insert into settings (name, value) values ($1, $2) on conflict (name) do nothing";

/// Whether the database answers.
pub(super) const PING: &str = "select 1";

/// A customer's own cart.
pub(super) const CUSTOMER_CART: &str = "select customer_id, locale, revision, touched_at, lines from customer_carts
where customer_id = $1 and locale = $2";

/// Closes a remote cart that is handed over, unless it is another by now.
pub(super) const CLOSE_CART: &str = "update carts set revision = $3, state = $4, touched_at = $5, touched_day = $6
where cart_id = $1 and revision = $2";

/// Makes a customer's cart unless there is one.
pub(super) const NEW_CUSTOMER_CART: &str =
    "insert into customer_carts (customer_id, locale, revision, touched_at, lines) values ($1, $2, $3, $4, $5)
on conflict (customer_id, locale) do nothing";

/// Writes a customer's cart, unless the stored one is not the one before it.
pub(super) const CUSTOMER_CART_CHANGED: &str = "update customer_carts set revision = $3, touched_at = $4, lines = $5
where customer_id = $1 and locale = $2 and revision = $3 - 1";

/// Whether one of these orders' numbers is taken.
pub(super) const ORDERS_TAKEN: &str = "select order_id from purchases where order_id = any ($1) limit 1";

/// Notes what was bought. A purchase whose place is taken is left out.
pub(super) const NEW_PURCHASES: &str = "insert into purchases (order_id, position, bought_at, locale, account, cart_id, associate_tag,
    total, lines)
select n.order_id, n.position, n.bought_at, n.locale, n.account, n.cart_id, n.associate_tag, n.total, n.lines
from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bigint[], $9::text[])
    as n(order_id, position, bought_at, locale, account, cart_id, associate_tag, total, lines)
on conflict (order_id, position) do nothing";

/// Notes what was bought of the items of lists. No key may be in the lists twice.
pub(super) const BOUGHT: &str = "insert into list_purchases (account, locale, list_item_id, quantity)
select n.account, n.locale, n.list_item_id, n.quantity
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as n(account, locale, list_item_id, quantity)
on conflict (account, locale, list_item_id) do update set quantity = list_purchases.quantity + excluded.quantity";

/// A page of what was bought, newest first.
pub(super) const PURCHASES: &str =
    "select order_id, bought_at, locale, account, cart_id, associate_tag, total, lines from purchases
where (bought_at, order_id) < ($1, $2) order by bought_at desc, order_id desc, position limit $3";

/// The same of one account.
pub(super) const PURCHASES_OF_ACCOUNT: &str =
    "select order_id, bought_at, locale, account, cart_id, associate_tag, total, lines from purchases
where (bought_at, order_id) < ($1, $2) and account = $4 order by bought_at desc, order_id desc, position limit $3";

/// The rest of an order that a page ends in; of one account, if one is given.
pub(super) const REST_OF_ORDER: &str =
    "select order_id, bought_at, locale, account, cart_id, associate_tag, total, lines from purchases
where order_id = $1 and ($2::text is null or account = $2) order by position offset $3";

/// Deletes the customers' carts that were changed last before a moment, so many at most.
pub(super) const SWEEP_CUSTOMERS: &str = "delete from customer_carts where (customer_id, locale) in (
    select customer_id, locale from customer_carts where touched_at < $1 order by touched_at limit $2
) and touched_at < $1
returning locale";

/// What is remembered of the last load of the baseline.
pub(super) const LAST_LOAD: &str = "select generation, products, lists, files from baselines where account = ''";

/// Remembers how the files of the last load look from outside.
pub(super) const REMEMBER_FILES: &str = "update baselines set files = $1 where account = ''";

/// Remembers a load.
pub(super) const REMEMBER_LOAD: &str = "insert into baselines (account, generation, products, lists, files)
values ('', $1, $2, $3, $4)
on conflict (account) do update
    set generation = excluded.generation, products = excluded.products, lists = excluded.lists, files = excluded.files";

/// Counts a change of an account's catalogue, and of the catalogue as a whole. Whatever changes products ends with it, in the same
/// transaction.
pub(super) const COUNT_CHANGE: &str = "insert into catalogues (account, revision)
select account, 1 from (select '' as account union select $1) as changed
on conflict (account) do update set revision = catalogues.revision + 1";

/// Those of these products that are stored just so, and have their entry in the search.
pub(super) const UNCHANGED_PRODUCTS: &str = "select n.locale, n.asin
from unnest($3::text[], $4::text[], $5::text[]) as n(locale, asin, doc)
where (
    select products.form = $2 and not products.withdrawn and products.doc = n.doc from products
    where products.account = $1 and products.locale = n.locale and products.asin = n.asin
)";

/// Writes products of an account, and answers which; with a load, those that this load has not written already. No key may be in
/// the lists twice.
pub(super) const WRITE_PRODUCTS: &str = "insert into products (account, locale, asin, title, product_group, sales_rank, release_date,
    availability, withdrawn, generation, seed_file, seed_line, doc, form, ean, upc, isbn)
select $1, n.locale, n.asin, n.title, n.product_group, n.sales_rank, n.release_date, n.availability, false, $3, n.seed_file,
    n.seed_line, n.doc, $4, n.ean, n.upc, n.isbn
from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::bigint[],
        $14::text[], $15::text[], $16::text[], $17::text[])
    as n(locale, asin, title, product_group, sales_rank, release_date, availability, seed_file, seed_line, doc, ean, upc, isbn)
on conflict (account, locale, asin) do update
    set title = excluded.title, product_group = excluded.product_group, sales_rank = excluded.sales_rank,
        release_date = excluded.release_date, availability = excluded.availability, withdrawn = false,
        generation = excluded.generation, seed_file = excluded.seed_file, seed_line = excluded.seed_line, doc = excluded.doc,
        form = excluded.form, ean = excluded.ean, upc = excluded.upc, isbn = excluded.isbn
    where not $2 or products.generation < excluded.generation
returning locale, asin";

/// Enters products into the search, or anew.
pub(super) const WRITE_ENTRIES: &str = "insert into search_entries (account, locale, asin, rank, title, price, release_date,
    search_index, browse_node, words)
select $1, n.locale, n.asin, n.rank, n.title, n.price, n.release_date, n.search_index, n.browse_node, string_to_array(n.words, ' ')
from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[])
    as n(locale, asin, rank, title, price, release_date, search_index, browse_node, words)
on conflict (account, locale, asin) do update
    set rank = excluded.rank, title = excluded.title, price = excluded.price, release_date = excluded.release_date,
        search_index = excluded.search_index, browse_node = excluded.browse_node, words = excluded.words";

/// Where this load found a product first.
pub(super) const PLACE_OF_PRODUCT: &str = "select seed_file, seed_line from products
where account = '' and locale = $1 and asin = $2 and generation = $3";

/// Writes offers of a load whose listing ids this load has not written already, and answers which. No key may be in the lists
/// twice.
pub(super) const LOAD_OFFERS: &str = "insert into offers (account, locale, listing_id, asin, generation)
select '', n.locale, n.listing_id, n.asin, $1
from unnest($2::text[], $3::text[], $4::text[]) as n(locale, listing_id, asin)
on conflict (account, locale, listing_id) do update set asin = excluded.asin, generation = excluded.generation
    where offers.generation < excluded.generation
returning locale, listing_id";

/// Where this load found the product with a listing id first.
pub(super) const PLACE_OF_LISTING: &str = "select products.seed_file, products.seed_line from offers
    join products on products.account = offers.account and products.locale = offers.locale and products.asin = offers.asin
where offers.account = '' and offers.locale = $1 and offers.listing_id = $2 and offers.generation = $3";

/// Writes a list, unless this load has written it already.
pub(super) const LOAD_LIST: &str = "insert into lists (account, locale, list_id, generation, seed_file, seed_line, doc)
values ('', $1, $2, $3, $4, $5, $6)
on conflict (account, locale, list_id) do update
    set generation = excluded.generation, seed_file = excluded.seed_file, seed_line = excluded.seed_line, doc = excluded.doc
    where lists.generation < excluded.generation";

/// Where this load found a list first.
pub(super) const PLACE_OF_LIST: &str = "select seed_file, seed_line from lists
where account = '' and locale = $1 and list_id = $2 and generation = $3";

/// Writes items of a list that this load has not written already, and answers which. No item may be in the list twice.
pub(super) const LOAD_LIST_ITEMS: &str = "insert into list_items (account, locale, list_item_id, list_id, generation)
select '', $1, n.list_item_id, $2, $3 from unnest($4::text[]) as n(list_item_id)
on conflict (account, locale, list_item_id) do update set list_id = excluded.list_id, generation = excluded.generation
    where list_items.generation < excluded.generation
returning list_item_id";

/// Where this load found the list with an item first.
pub(super) const PLACE_OF_LIST_ITEM: &str = "select lists.seed_file, lists.seed_line from list_items
    join lists on lists.account = list_items.account and lists.locale = list_items.locale and lists.list_id = list_items.list_id
where list_items.account = '' and list_items.locale = $1 and list_items.list_item_id = $2 and list_items.generation = $3";

/// For the rest of a transaction: two long lists are joined by hashes, however short the server believes them to be.
pub(super) const JOIN_LONG_LISTS: &str = "set local enable_hashjoin = on; set local enable_nestloop = off";

/// Withdraws what this load did not see, and takes it out of the search.
pub(super) const WITHDRAW_UNSEEN: &str = "with withdrawn as (
    update products set withdrawn = true where account = '' and generation < $1 and not withdrawn returning locale, asin
), removed as (
    delete from search_entries using withdrawn
    where search_entries.account = '' and search_entries.locale = withdrawn.locale and search_entries.asin = withdrawn.asin
)
select count(*) from withdrawn";

/// Removes the offers that this load did not see.
pub(super) const REMOVE_UNSEEN_OFFERS: &str = "delete from offers where account = '' and generation < $1";

/// Removes the lists that this load did not see.
pub(super) const REMOVE_UNSEEN_LISTS: &str = "delete from lists where account = '' and generation < $1";

/// Removes the items of lists that this load did not see.
pub(super) const REMOVE_UNSEEN_LIST_ITEMS: &str = "delete from list_items where account = '' and generation < $1";

/// The documents of an account's own products in one locale.
pub(super) const OWN_DOCUMENTS: &str =
    "select doc from products where account = $1 and locale = $2 and asin = any ($3)";

/// Removes those of these offers in one locale that are of these products of an account.
pub(super) const REMOVE_OFFERS: &str =
    "delete from offers where account = $1 and locale = $2 and listing_id = any ($3) and asin = any ($4)";

/// Writes offers of an account's products in one locale whose listing ids the account has not given away.
pub(super) const NEW_OFFERS: &str = "insert into offers (account, locale, listing_id, asin, generation)
select $1, $2, n.listing_id, n.asin, $3 from unnest($4::text[], $5::text[]) as n(listing_id, asin)
on conflict (account, locale, listing_id) do nothing";

/// Whose these listing ids are in one locale, as an account sees it: of its own products, which come first, and of those of the
/// baseline that it has put nothing in front of.
pub(super) const OWNERS_OF_LISTINGS: &str = "select listing_id, asin from offers
where account in ('', $1) and locale = $2 and listing_id = any ($3) and (account = $1 or not exists (
    select 1 from products as own where own.account = $1 and own.locale = offers.locale and own.asin = offers.asin offset 0))
order by account desc";

/// Withdraws a product of an account, and takes it out of the search.
pub(super) const WITHDRAW: &str = "with withdrawn as (
    update products set withdrawn = true where account = $1 and locale = $2 and asin = $3
)
delete from search_entries where account = $1 and locale = $2 and asin = $3";

/// How far the changes of accounts' settings have got.
pub(super) const ACCOUNT_CHANGES: &str = "select changed, removed from account_changes";

/// The accounts that were written since a change.
pub(super) const ACCOUNTS: &str = "select account, revision, doc from accounts where revision > $1 order by account";

/// One account's settings.
pub(super) const ACCOUNT: &str = "select account, revision, doc from accounts where account = $1";

/// Writes an account's settings, unless it has some. The row of the count is locked until all is visible, so that changes become
/// visible in the order of their numbers.
pub(super) const NEW_ACCOUNT: &str =
    "with counted as (update account_changes set changed = changed + 1 where one = 1 returning changed)
insert into accounts (account, revision, doc) select $1, counted.changed, $2 from counted
on conflict (account) do nothing
returning revision";

/// Writes an account's settings, unless they are others by now.
pub(super) const CHANGE_ACCOUNT: &str =
    "with counted as (update account_changes set changed = changed + 1 where one = 1 returning changed)
update accounts set revision = counted.changed, doc = $2 from counted
where accounts.account = $1 and accounts.revision = $3
returning accounts.revision";

/// Removes an account's settings, unless they are others by now.
pub(super) const REMOVE_ACCOUNT: &str =
    "with counted as (update account_changes set changed = changed + 1, removed = changed + 1 where one = 1 returning changed)
delete from accounts using counted where accounts.account = $1 and accounts.revision = $2
returning counted.changed";

/// How many numbers were reserved for an account's ids.
pub(super) const RESERVED_IDS: &str = "select reserved from id_counters where account = $1";

/// Forgets how many there were.
pub(super) const FORGET_IDS: &str = "delete from id_counters where account = $1";

/// Reserves numbers for an account's ids, and answers how many were reserved before.
pub(super) const RESERVE_IDS: &str = "insert into id_counters (account, reserved) values ($1, $2)
on conflict (account) do update set reserved = id_counters.reserved + excluded.reserved
returning reserved - $2";
