-- What makes an account a world of its own: its settings, and how far its ids have got.

-- The accounts that have settings of their own; '' is the server's, which hold for every account that has none.
create table accounts (
    account  text   collate "C" primary key not null,
    -- The number of the change that wrote the row, from account_changes: so it only ever grows, and is never given twice.
    revision bigint not null,
    -- JSON with a version number.
    doc      text   collate "C" not null
);

-- Counts the changes of accounts, in one row, so that whoever keeps accounts in memory can tell what is new. Whoever writes or
-- removes a row of accounts counts here in the same transaction, and so the changes become visible in the order of their numbers.
create table account_changes (
    one     integer primary key not null check (one = 1),
    -- The number of the last change.
    changed bigint  not null,
    -- The number of the last change that removed a row.
    removed bigint  not null
);

insert into account_changes (one, changed, removed) values (1, 0, 0);

-- How many numbers the seeded ids of an account may have used. A server takes them in blocks, so that drawing an id writes nothing.
create table id_counters (
    account  text   collate "C" primary key not null,
    reserved bigint not null
);
