-- The rows of a table of a read model that held after so many events.
--   {table}  the table, of intervals of log positions
--   {size}   how many events
select t.* from {table} as t
where t.from_position < {size} and (t.until_position is null or t.until_position >= {size})
