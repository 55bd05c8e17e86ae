-- How many rows a table has, and a fingerprint of them that does not depend on their order.
--   table  the table, quoted
select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as fingerprint
from {table} as t
