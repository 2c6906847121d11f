-- What the lookup operations search, lists, accounts' own catalogues, and the purchase hand-off.

-- Which form of the derived columns and of the full-text index a row was written in; 0 is the form of before this file, which had
-- none of them. A load of the baseline writes rows of another form anew.
alter table products add column form integer not null default 0;

-- ItemLookup by another number than the ASIN: digits and capital letters alone.
alter table products add column ean text;
alter table products add column upc text;
alter table products add column isbn text;

create index products_by_ean on products (account, locale, ean, asin) where ean is not null and withdrawn = 0;
create index products_by_upc on products (account, locale, upc, asin) where upc is not null and withdrawn = 0;
create index products_by_isbn on products (account, locale, isbn, asin) where isbn is not null and withdrawn = 0;

-- The full-text index over the products that are not withdrawn. It holds no texts: what goes in are the words that the program
-- has made of them, so that nothing here decides what a word is. `place` holds words that begin with `_` and say whose the
-- product is, and in which search index and browse node it stands.
--
-- A rowid is (locale, sales rank, products.id), so that the products of a site come best-selling first and a search can stop as
-- soon as it has enough of them.
create virtual table search_words using fts5 (
    title, author, brand, manufacturer, keywords, place,
    content = '', contentless_delete = 1, detail = column, tokenize = 'ascii tokenchars _'
);

-- What a search sorts and filters by, in the same order: narrow, so that thousands are read in no time.
create table search_entries (
    -- The rowid in search_words.
    search_id    integer primary key not null,
    account      text    not null,
    asin         text    not null,
    title        text    not null,
    -- Of Amazon's own offer.
    price        integer,
    release_date text
) strict;

-- What a transaction that writes products still has to do to the two tables above; empty when it ends. They are written last and in
-- the order of their keys, which is several times faster.
create table search_changes (
    search_id integer primary key not null,
    -- 1: what stands there is out of date.
    stale     integer not null,
    -- 1: a product has to stand there.
    fresh     integer not null
) strict;

-- The accounts that have products of their own; '' is the baseline.
create table catalogues (
    account  text    primary key not null,
    -- Counts the changes, edits and loads alike, so that whoever keeps something in memory can tell that it is old.
    revision integer not null
) strict, without rowid;

-- Wish lists and registries, one row each.
create table lists (
    account    text    not null,
    locale     text    not null,
    list_id    text    not null,
    -- The load of the baseline that saw it last; older ones are removed at its end.
    generation integer not null,
    -- Where that load found it: the file's place among the files, from 0, and the line, from 1.
    seed_file  integer not null,
    seed_line  integer not null,
    -- The whole list as JSON, without what was bought of it here.
    doc        text    not null,
    primary key (account, locale, list_id)
) strict;

-- "In which list is this item?": a ListItemId belongs to one list alone.
create table list_items (
    account      text    not null,
    locale       text    not null,
    list_item_id text    not null,
    list_id      text    not null,
    generation   integer not null,
    primary key (account, locale, list_item_id)
) strict, without rowid;

-- What was bought here of the items of lists. A table of its own, so that loading the lists again keeps it.
create table list_purchases (
    -- Whose purchases they were; each account sees its own.
    account      text    not null,
    locale       text    not null,
    list_item_id text    not null,
    quantity     integer not null,
    primary key (account, locale, list_item_id)
) strict, without rowid;

-- The customers' own carts, into which remote carts are handed over. A customer has one for each locale.
create table customer_carts (
    -- 32 hexadecimal digits.
    customer_id text    not null,
    locale      text    not null,
    -- Counts the changes.
    revision    integer not null,
    touched_at  integer not null,
    -- JSON with a version number; what was chosen, from where, and no prices.
    lines       text    not null,
    primary key (customer_id, locale)
) strict;

-- The sweeper: "those that were changed last before this moment".
create index customer_carts_by_time on customer_carts (touched_at);

-- What was bought: one row for each order, account, remote cart and associate. Rows are never changed.
create table purchases (
    -- The 17 digits of the order's number.
    order_id      integer not null,
    -- The place within the order, from 0.
    position      integer not null,
    bought_at     integer not null,
    locale        text    not null,
    account       text    not null,
    -- The remote cart's 17 digits, if there was one.
    cart_id       integer,
    associate_tag text    not null,
    -- In minor units of the locale's currency.
    total         integer not null,
    -- JSON with a version number: each line with its title and price at that moment.
    lines         text    not null,
    primary key (order_id, position)
) strict, without rowid;

-- The list of purchases, newest first: of all, and of one account.
create index purchases_by_time on purchases (bought_at desc, order_id desc);
create index purchases_of_account on purchases (account, bought_at desc, order_id desc);

alter table baselines add column lists integer not null default 0;

-- The rows that are there lack the columns above, and the full-text index lacks the rows: forgetting what the baseline was loaded
-- from makes the next start load it again.
update baselines set files = '';
