-- What lets an operator look after one account: its carts, and states of it that were put aside.

-- The list of an account's carts by their numbers, and the end of all of them. Not the cart_id itself, for the reason that stands
-- at carts_by_day: a cart must be looked for by its primary key alone.
create index carts_of_account on carts (account, (cart_id + 0));

-- States that were put aside under a name: of an account, or of the whole server for ''.
create table snapshots (
    account  text   collate "C" not null,
    name     text   collate "C" not null,
    taken_at bigint not null,
    -- JSON: how many rows of each table it holds.
    counts   text   collate "C" not null,
    -- How long the document is.
    bytes    bigint not null,
    -- JSON with a version number: the rows themselves.
    doc      text   collate "C" not null,
    primary key (account, name)
);
