-- Nothing has read the products of a cart's lines from a column of their own since they are kept by the catalogue's revision.
alter table carts drop column asins;
