-- What lets an operator look after one account: its carts, and states of it that were put aside.

-- The list of an account's carts, by their numbers (which every index ends with here), and the end of all of them.
create index carts_of_account on carts (account);

-- States that were put aside under a name: of an account, or of the whole server for ''.
create table snapshots (
    account  text    not null,
    name     text    not null,
    taken_at integer not null,
    -- JSON: how many rows of each table it holds.
    counts   text    not null,
    -- How long the document is.
    bytes    integer not null,
    -- JSON with a version number: the rows themselves.
    doc      text    not null,
    primary key (account, name)
) strict;
