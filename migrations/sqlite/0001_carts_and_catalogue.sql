-- Carts, and the catalogue that they are filled from.
--
-- Times are integers: microseconds since 1970-01-01T00:00:00Z. An account is an access key; '' is the server's baseline (or, for
-- carts, a request that carried no key).

-- Small values that all servers of a database share, such as the secret that carts are signed with.
create table settings (
    name  text primary key not null,
    value blob not null
) strict, without rowid;

-- One row per cart, so that every operation is one statement on one row.
create table carts (
    -- The 17 digits of the CartId.
    cart_id       integer primary key not null,
    account       text    not null,
    locale        text    not null,
    associate_tag text    not null,
    merge         integer not null,
    -- Counts the changes.
    revision      integer not null,
    -- 'open', or 'handed_over' once the purchase hand-off took the lines.
    state         text    not null,
    created_at    integer not null,
    -- The last operation, reading included. Never an expiry: how long carts live is a setting and may change between starts.
    touched_at    integer not null,
    -- The day of touched_at, counted from 1970-01-01: coarse, so that a touch rarely changes an index.
    touched_day   integer not null,
    line_count    integer not null,
    -- 1 when line_count is 0. A column of its own, so that a change which leaves it alone leaves the index alone.
    empty         integer not null,
    -- JSON with a version number; what was chosen, and no prices.
    lines         text    not null
) strict;

-- The sweeper: "carts with (or without) lines, last touched on or before this day", by day and cart.
create index carts_by_day on carts (empty, touched_day);

-- One row per product of a locale. Rows are never deleted: a line of an old cart shows the last record of its product.
create table products (
    -- A number of its own, which full-text search can refer to.
    id            integer primary key not null,
    account       text    not null,
    locale        text    not null,
    asin          text    not null,
    title         text    not null,
    product_group text    not null,
    sales_rank    integer,
    -- YYYY-MM-DD, which sorts as text.
    release_date  text,
    -- Whether the product's own offer can be bought, as the seed files spell it.
    availability  text    not null,
    -- 1 once the product has left the catalogue: known to old lines alone.
    withdrawn     integer not null,
    -- The load of the baseline that saw it last.
    generation    integer not null,
    -- Where that load found it: the file's place among the files, from 0, and the line, from 1.
    seed_file     integer not null,
    seed_line     integer not null,
    -- The whole record as JSON.
    doc           text    not null,
    unique (account, locale, asin)
) strict;

-- TopSellers: "the best sales ranks of this product group".
create index products_by_rank on products (account, locale, product_group, sales_rank, asin)
    where withdrawn = 0 and sales_rank is not null;

-- NewReleases: "the latest release dates of this product group".
create index products_by_release on products (account, locale, product_group, release_date desc, asin)
    where withdrawn = 0 and release_date is not null;

-- Every offer of the products that are not withdrawn, Amazon's own included: "whose listing id is this?" is its primary key.
create table offers (
    account    text    not null,
    locale     text    not null,
    listing_id text    not null,
    asin       text    not null,
    -- The load of the baseline that saw it last; older ones are removed at its end.
    generation integer not null,
    primary key (account, locale, listing_id)
) strict, without rowid;

-- What the baseline was loaded from, so that a start with the same files reads none of them.
create table baselines (
    account    text    primary key not null,
    generation integer not null,
    products   integer not null,
    -- JSON: for each file its stamp and its digest, in order.
    files      text    not null
) strict, without rowid;
