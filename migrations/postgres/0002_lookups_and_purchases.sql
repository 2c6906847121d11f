-- What the lookup operations search, lists, accounts' own catalogues, and the purchase hand-off.

-- Which form of the derived columns and of the search entry a row was written in; 0 is the form of before this file, which had
-- none of them. A load of the baseline writes rows of another form anew.
alter table products add column form bigint not null default 0;

-- ItemLookup by another number than the ASIN: digits and capital letters alone.
alter table products add column ean  text collate "C";
alter table products add column upc  text collate "C";
alter table products add column isbn text collate "C";

create index products_by_ean on products (account, locale, ean, asin) where ean is not null and not withdrawn;
create index products_by_upc on products (account, locale, upc, asin) where upc is not null and not withdrawn;
create index products_by_isbn on products (account, locale, isbn, asin) where isbn is not null and not withdrawn;

-- The full-text index over the products that are not withdrawn: narrow, so that thousands are read in no time.
create table search_entries (
    account      text   collate "C" not null,
    locale       text   collate "C" not null,
    asin         text   collate "C" not null,
    -- The sales rank; 4294967296, which is behind all others, where there is none.
    rank         bigint not null,
    title        text   collate "C" not null,
    -- Of Amazon's own offer.
    price        bigint,
    release_date text   collate "C",
    search_index text   collate "C",
    browse_node  text   collate "C",
    -- The words that the program has made of the texts, so that nothing here decides what a word is: each as it is, and once more
    -- behind a letter and a colon for the title (t), the author (a), the brand (b) and the manufacturer (m) that it stands in.
    words        text[] collate "C" not null,
    primary key (account, locale, asin)
);

-- A search takes the best-selling products of a site, of one of its search indexes, or of one of its browse nodes, and stops as
-- soon as it has enough of them: for words that many have.
create index search_entries_by_rank on search_entries (account, locale, rank, asin);
create index search_entries_by_index on search_entries (account, locale, search_index, rank, asin) where search_index is not null;
create index search_entries_by_node on search_entries (account, locale, browse_node, rank, asin) where browse_node is not null;

-- For words that few have.
create index search_entries_by_words on search_entries using gin (words);

-- The accounts that have products of their own; '' is the baseline.
create table catalogues (
    account  text   collate "C" primary key not null,
    -- Counts the changes, edits and loads alike, so that whoever keeps something in memory can tell that it is old.
    revision bigint not null
);

-- Wish lists and registries, one row each.
create table lists (
    account    text   collate "C" not null,
    locale     text   collate "C" not null,
    list_id    text   collate "C" not null,
    -- The load of the baseline that saw it last; older ones are removed at its end.
    generation bigint not null,
    -- Where that load found it: the file's place among the files, from 0, and the line, from 1.
    seed_file  bigint not null,
    seed_line  bigint not null,
    -- The whole list as JSON, without what was bought of it here.
    doc        text   collate "C" not null,
    primary key (account, locale, list_id)
);

-- "In which list is this item?": a ListItemId belongs to one list alone.
create table list_items (
    account      text   collate "C" not null,
    locale       text   collate "C" not null,
    list_item_id text   collate "C" not null,
    list_id      text   collate "C" not null,
    generation   bigint not null,
    primary key (account, locale, list_item_id)
);

-- What was bought here of the items of lists. A table of its own, so that loading the lists again keeps it.
create table list_purchases (
    -- Whose purchases they were; each account sees its own.
    account      text   collate "C" not null,
    locale       text   collate "C" not null,
    list_item_id text   collate "C" not null,
    quantity     bigint not null,
    primary key (account, locale, list_item_id)
);

-- The customers' own carts, into which remote carts are handed over. A customer has one for each locale.
create table customer_carts (
    -- 32 hexadecimal digits.
    customer_id text   collate "C" not null,
    locale      text   collate "C" not null,
    -- Counts the changes.
    revision    bigint not null,
    touched_at  bigint not null,
    -- JSON with a version number; what was chosen, from where, and no prices.
    lines       text   collate "C" not null,
    primary key (customer_id, locale)
);

-- The sweeper: "those that were changed last before this moment".
create index customer_carts_by_time on customer_carts (touched_at);

-- What was bought: one row for each order, account, remote cart and associate. Rows are never changed.
create table purchases (
    -- The 17 digits of the order's number.
    order_id      bigint not null,
    -- The place within the order, from 0.
    position      bigint not null,
    bought_at     bigint not null,
    locale        text   collate "C" not null,
    account       text   collate "C" not null,
    -- The remote cart's 17 digits, if there was one.
    cart_id       bigint,
    associate_tag text   collate "C" not null,
    -- In minor units of the locale's currency.
    total         bigint not null,
    -- JSON with a version number: each line with its title and price at that moment.
    lines         text   collate "C" not null,
    primary key (order_id, position)
);

-- The list of purchases, newest first: of all, and of one account.
create index purchases_by_time on purchases (bought_at desc, order_id desc);
create index purchases_of_account on purchases (account, bought_at desc, order_id desc);

-- How many lists the baseline's files hold.
alter table baselines add column lists bigint not null default 0;

-- The rows that are there lack the columns above, and the search lacks the rows: forgetting what the baseline was loaded from
-- makes the next start load it again.
update baselines set files = '';
