-- How many lines an export has: an event that holds many requests has one for each.
--   $1 from this position   $2 below this position   $3 types
select coalesce(sum(
    case when e.type = 'logs.requests-recorded' and e.data is not null then (e.data ->> 'count')::bigint else 1 end
), 0)::bigint
from log.events as e
where e.position >= $1 and e.position < $2 and e.type = any($3)
