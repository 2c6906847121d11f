//! Every statement that is made while the server serves, in one place.
//!
//! **Invariants.** A statement that touches `carts` names the `cart_id` of each cart that it touches, so that it runs unchanged
//! where carts are spread over machines by that key; only the sweeper looks for carts by anything else ([`SWEEP_PAGE`]). No
//! statement locks what it only reads, and none draws a number from a sequence. Lists of values go in as arrays, one per column,
//! so that a statement has the same text for one row and for two hundred and is prepared once.

/// One cart and the products of its lines, as they were at one moment. Each product is its document with a `+` in front, or a `-`
/// when it is withdrawn.
pub(super) const CART: &str =
    "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines,
    array(
        select (case when products.withdrawn then '-' else '+' end) || products.doc from products
        where products.account = '' and products.locale = carts.locale and products.asin = any (carts.asins)
    )
from carts where cart_id = $1";

/// The carts with these numbers.
pub(super) const CARTS: &str =
    "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines
from carts where cart_id = any ($1)";

/// Writes a batch: new carts, carts as they were changed, and touches. Answers the carts that were written; a cart that another
/// server has made or changed meanwhile is not among them, and is left as it is. No cart may be in two of the three lists: a row
/// is changed once by a statement.
pub(super) const SAVE: &str = "with added as (
    insert into carts (cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, touched_day,
        line_count, empty, lines, asins)
    select n.cart_id, n.account, n.locale, n.associate_tag, n.merge, n.revision, n.state, n.created_at, n.touched_at,
        n.touched_day, n.line_count, n.line_count = 0, n.lines, string_to_array(n.asins, ',')
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::bigint[], $7::text[], $8::bigint[],
            $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[])
        as n(cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, touched_day, line_count,
            lines, asins)
    on conflict (cart_id) do nothing
    returning cart_id
), changed as (
    update carts set merge = n.merge, revision = n.revision, state = n.state, touched_at = n.touched_at,
        touched_day = n.touched_day, line_count = n.line_count, empty = n.line_count = 0, lines = n.lines,
        asins = string_to_array(n.asins, ',')
    from unnest($14::bigint[], $15::bigint[], $16::boolean[], $17::bigint[], $18::text[], $19::bigint[], $20::bigint[],
            $21::bigint[], $22::text[], $23::text[])
        as n(cart_id, stored, merge, revision, state, touched_at, touched_day, line_count, lines, asins)
    where carts.cart_id = n.cart_id and carts.revision = n.stored
    returning carts.cart_id
), touched as (
    update carts set touched_at = n.touched_at, touched_day = n.touched_day
    from unnest($24::bigint[], $25::bigint[], $26::bigint[]) as n(cart_id, touched_at, touched_day)
    where carts.cart_id = n.cart_id and carts.touched_at < n.touched_at
)
select cart_id from added union all select cart_id from changed";

/// The next carts that a sweep looks at, the longest idle first.
pub(super) const SWEEP_PAGE: &str = "select cart_id, touched_day, touched_at from carts
where empty = $1 and (touched_day, cart_id) > ($2, $3) and touched_day <= $4
order by touched_day, cart_id limit $5";

/// Deletes those of these carts that are still as dead as they looked: another server may have used one meanwhile, or swept it.
pub(super) const SWEEP: &str =
    "delete from carts where cart_id = any ($1) and empty = $2 and touched_at < $3 returning cart_id";

/// The products of an account with these ASINs, in any order.
pub(super) const PRODUCTS: &str =
    "select asin, withdrawn, doc from products where account = $1 and locale = $2 and asin = any ($3)";

/// The product of an account that has an offer with this listing id.
pub(super) const PRODUCT_OF_LISTING: &str = "select products.withdrawn, products.doc from offers
    join products on products.account = offers.account and products.locale = offers.locale and products.asin = offers.asin
where offers.account = $1 and offers.locale = $2 and offers.listing_id = $3";

/// The best sales ranks of a product group.
pub(super) const TOP_SELLERS: &str = "select doc from products
where account = $1 and locale = $2 and product_group = $3 and not withdrawn and sales_rank is not null
order by sales_rank, asin limit $4";

/// The latest release dates of a product group.
pub(super) const NEW_RELEASES: &str = "select doc from products
where account = $1 and locale = $2 and product_group = $3 and not withdrawn and release_date is not null
order by release_date desc, asin limit $4";

/// A value that all servers share.
pub(super) const SETTING: &str = "select value from settings where name = $1";

/// Stores such a value unless another server was first.
pub(super) const NEW_SETTING: &str = "insert into settings (name, value) values ($1, $2) on conflict (name) do nothing";

/// Whether the database answers.
pub(super) const PING: &str = "select 1";

/// What is remembered of the last load of the baseline.
pub(super) const LAST_LOAD: &str = "select generation, products, files from baselines where account = ''";

/// Remembers how the files of the last load look from outside.
pub(super) const REMEMBER_FILES: &str = "update baselines set files = $1 where account = ''";

/// Writes products of a load that this load has not written already, and answers which. No key may be in the lists twice.
pub(super) const LOAD_PRODUCTS: &str = "insert into products (account, locale, asin, title, product_group, sales_rank, release_date,
    availability, withdrawn, generation, seed_file, seed_line, doc)
select '', n.locale, n.asin, n.title, n.product_group, n.sales_rank, n.release_date, n.availability, false, $1, n.seed_file,
    n.seed_line, n.doc
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[],
        $11::text[])
    as n(locale, asin, title, product_group, sales_rank, release_date, availability, seed_file, seed_line, doc)
on conflict (account, locale, asin) do update
    set title = excluded.title, product_group = excluded.product_group, sales_rank = excluded.sales_rank,
        release_date = excluded.release_date, availability = excluded.availability, withdrawn = false,
        generation = excluded.generation, seed_file = excluded.seed_file, seed_line = excluded.seed_line, doc = excluded.doc
    where products.generation < excluded.generation
returning locale, asin";

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

/// Withdraws what this load did not see.
pub(super) const WITHDRAW_UNSEEN: &str =
    "update products set withdrawn = true where account = '' and generation < $1 and not withdrawn";

/// Removes the offers that this load did not see.
pub(super) const REMOVE_UNSEEN_OFFERS: &str = "delete from offers where account = '' and generation < $1";

/// Remembers a load.
pub(super) const REMEMBER_LOAD: &str =
    "insert into baselines (account, generation, products, files) values ('', $1, $2, $3)
on conflict (account) do update
    set generation = excluded.generation, products = excluded.products, files = excluded.files";
