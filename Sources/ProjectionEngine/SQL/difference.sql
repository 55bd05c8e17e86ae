-- The rows that one of two tables holds and the other does not, a few of each, as text.
--   live, scratch  the tables, quoted
(
    select 'missing' as kind, row from (
        select t::text as row from {scratch} as t except all select t::text from {live} as t
    ) as missing
    order by row
    limit 5
)
union all
(
    select 'unexpected', row from (
        select t::text as row from {live} as t except all select t::text from {scratch} as t
    ) as unexpected
    order by row
    limit 5
)
