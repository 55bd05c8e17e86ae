-- All rows of a table of a read model.
--   {table}  the table
select * from {table}
