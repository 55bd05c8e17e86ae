-- How many requests there were in a stretch of time, and how many of them failed.
--   $1 as of so many events   $2 ended after   $3 began before
select
    coalesce(sum(m.requests), 0)::bigint as requests, coalesce(sum(m.client_errors), 0)::bigint as client_errors,
    coalesce(sum(m.server_errors), 0)::bigint as server_errors, min(m.from_at) as from_at, max(m.to_at) as to_at
from logs.request_metrics as m
where m.position < $1 and m.to_at > $2 and m.from_at < $3
