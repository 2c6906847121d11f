-- A product of the baseline is found without an index: its key is the number of its row.
--
-- Until here the index over (account, locale, asin) led to a number, and the number to the row: two trees to go down, and in a
-- catalogue that is larger than what is kept in memory, two pages to read. What needs small numbers, the full-text index, has
-- them in a column of their own; they are the numbers that the rows had.

create table products_before as select * from products;
drop table products;

create table products (
    -- Of the baseline: the locale's number in the search index, then the ASIN's ten characters as digits of base 36, which together have
    -- 56 bits. Of an account: 2^62 and `number`.
    id            integer primary key not null,
    -- Which product it is in the search index.
    number        integer not null,
    account       text    not null,
    locale        text    not null,
    asin          text    not null,
    title         text    not null,
    product_group text    not null,
    sales_rank    integer,
    release_date  text,
    availability  text    not null,
    withdrawn     integer not null,
    generation    integer not null,
    seed_file     integer not null,
    seed_line     integer not null,
    form          integer not null,
    ean           text,
    upc           text,
    isbn          text,
    -- The whole record as JSON.
    doc           text    not null,
    unique (account, locale, asin)
) strict;

insert into products (id, number, account, locale, asin, title, product_group, sales_rank, release_date, availability,
    withdrawn, generation, seed_file, seed_line, form, ean, upc, isbn, doc)
select
    case account when '' then
        ((instr('us,uk,de,jp,ca,fr,cn,es,it,in,br,mx,au', locale) - 1) / 3 << 52) +
        ((instr(digits.characters, substr(asin, 1, 1)) - 1) * 101559956668416 +
            (instr(digits.characters, substr(asin, 2, 1)) - 1) * 2821109907456 +
            (instr(digits.characters, substr(asin, 3, 1)) - 1) * 78364164096 +
            (instr(digits.characters, substr(asin, 4, 1)) - 1) * 2176782336 +
            (instr(digits.characters, substr(asin, 5, 1)) - 1) * 60466176 +
            (instr(digits.characters, substr(asin, 6, 1)) - 1) * 1679616 +
            (instr(digits.characters, substr(asin, 7, 1)) - 1) * 46656 +
            (instr(digits.characters, substr(asin, 8, 1)) - 1) * 1296 +
            (instr(digits.characters, substr(asin, 9, 1)) - 1) * 36 +
            (instr(digits.characters, substr(asin, 10, 1)) - 1) * 1)
    else (1 << 62) + id end,
    id, account, locale, asin, title, product_group, sales_rank, release_date, availability, withdrawn, generation, seed_file,
    seed_line, form, ean, upc, isbn, doc
from products_before, (select '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ' as characters) as digits
order by account, locale, asin;

drop table products_before;

create unique index products_by_number on products (number);

create index products_by_rank on products (account, locale, product_group, sales_rank, asin)
    where withdrawn = 0 and sales_rank is not null;
create index products_by_release on products (account, locale, product_group, release_date desc, asin)
    where withdrawn = 0 and release_date is not null;
create index products_by_ean on products (account, locale, ean, asin) where ean is not null and withdrawn = 0;
create index products_by_upc on products (account, locale, upc, asin) where upc is not null and withdrawn = 0;
create index products_by_isbn on products (account, locale, isbn, asin) where isbn is not null and withdrawn = 0;
