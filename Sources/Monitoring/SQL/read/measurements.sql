-- What was measured of requests, oldest first.
--   $1 from this position   $2 as of so many events   $3 ended after   $4 began before   $5 how many at most
select m.position, m.from_at, m.to_at, (e.data -> 'routes')::text as routes
from logs.request_metrics as m
join log.events as e on e.position = m.position
where m.position >= $1 and m.position < $2
    and m.to_at > $3 and m.from_at < $4
order by m.position
limit $5
