-- Carts, and the catalogue that they are filled from.
--
-- Times are integers: microseconds since 1970-01-01T00:00:00Z. An account is an access key; '' is the server's baseline (or, for
-- carts, a request that carried no key). Texts sort byte by byte (collation "C"), as they do in SQLite and in Cartwright itself.

-- Small values that all servers of a database share, such as the secret that carts are signed with.
create table settings (
    name  text collate "C" primary key not null,
    value bytea not null
);

-- One row per cart, so that every operation is one statement on one row. The key is random, so that it may also decide on which
-- machine of a distributed database a cart lives.
create table carts (
    -- The 17 digits of the CartId.
    cart_id       bigint  primary key not null,
    account       text    collate "C" not null,
    locale        text    collate "C" not null,
    associate_tag text    collate "C" not null,
    merge         boolean not null,
    -- Counts the changes. Whoever saves a cart names the revision that was read: when it is another by now, nothing is saved.
    revision      bigint  not null,
    -- 'open', or 'handed_over' once the purchase hand-off took the lines.
    state         text    collate "C" not null,
    created_at    bigint  not null,
    -- The last operation, reading included. Never an expiry: how long carts live is a setting and may change between starts.
    touched_at    bigint  not null,
    -- The day of touched_at, counted from 1970-01-01: coarse, so that a touch rarely changes an index.
    touched_day   bigint  not null,
    line_count    bigint  not null,
    -- Whether line_count is 0. A column of its own, so that a change which leaves it alone leaves the index alone.
    empty         boolean not null,
    -- JSON with a version number; what was chosen, and no prices.
    lines         text    collate "C" not null,
    -- The products of the lines, so that one statement can read the cart and them without understanding the JSON.
    asins         text[]  collate "C" not null
)
-- Room in every page for a changed row beside the old one: then no index is written.
with (fillfactor = 80);

-- The sweeper: "carts with (or without) lines, last touched on or before this day", by day and cart. Not the cart_id itself, but a
-- sum that is the same: while the table is small, a cart would be looked for here as well as by the primary key, and the plan that
-- was made then would read all of this index when the table is large.
create index carts_by_day on carts (empty, touched_day, (cart_id + 0));

-- One row per product of a locale. Rows are never deleted: a line of an old cart shows the last record of its product.
create table products (
    account       text    collate "C" not null,
    locale        text    collate "C" not null,
    asin          text    collate "C" not null,
    title         text    collate "C" not null,
    product_group text    collate "C" not null,
    sales_rank    bigint,
    -- YYYY-MM-DD, which sorts as text.
    release_date  text    collate "C",
    -- Whether the product's own offer can be bought, as the seed files spell it.
    availability  text    collate "C" not null,
    -- True once the product has left the catalogue: known to old lines alone.
    withdrawn     boolean not null,
    -- The load of the baseline that saw it last.
    generation    bigint  not null,
    -- Where that load found it: the file's place among the files, from 0, and the line, from 1.
    seed_file     bigint  not null,
    seed_line     bigint  not null,
    -- The whole record as JSON.
    doc           text    collate "C" not null,
    primary key (account, locale, asin)
);

-- TopSellers: "the best sales ranks of this product group".
create index products_by_rank on products (account, locale, product_group, sales_rank, asin)
    where not withdrawn and sales_rank is not null;

-- NewReleases: "the latest release dates of this product group".
create index products_by_release on products (account, locale, product_group, release_date desc, asin)
    where not withdrawn and release_date is not null;

-- Every offer of the products that are not withdrawn, Amazon's own included: "whose listing id is this?" is its primary key.
create table offers (
    account    text   collate "C" not null,
    locale     text   collate "C" not null,
    listing_id text   collate "C" not null,
    asin       text   collate "C" not null,
    -- The load of the baseline that saw it last; older ones are removed at its end.
    generation bigint not null,
    primary key (account, locale, listing_id)
);

-- What the baseline was loaded from, so that a start with the same files reads none of them.
create table baselines (
    account    text   collate "C" primary key not null,
    generation bigint not null,
    products   bigint not null,
    -- JSON: for each file its stamp and its digest, in order.
    files      text   collate "C" not null
);
