-- How many rows a table has, and a fingerprint of them that does not depend on their order: the sums of the two halves
-- of 128 bits of a digest of each.
--   table  the table, quoted
--   $1     what every digest begins with: whoever does not know it cannot find other rows of the same sums
select count(*) as rows,
    concat(
        coalesce(sum(('x' || encode(substring(d.digest for 8), 'hex'))::bit(64)::bigint), 0), ' ',
        coalesce(sum(('x' || encode(substring(d.digest from 9 for 8), 'hex'))::bit(64)::bigint), 0)
    ) as fingerprint
from {table} as t
-- (The offset keeps the digest from being made twice.)
cross join lateral (select sha256(convert_to($1::text || t::text, 'UTF8')) as digest offset 0) as d
