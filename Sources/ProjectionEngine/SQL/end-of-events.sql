-- Where the last event of some types ends; null where there is none.
--   $1 the types   $2 from this position on   $3 below this one
select max(last.position) + 1
from unnest($1::text[]) as taken (type)
cross join lateral (
    select e.position from log.events as e
    where e.type = taken.type and e.position >= $2 and e.position < $3
    order by e.position desc limit 1
) as last
