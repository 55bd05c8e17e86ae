-- How many events of each type there are from a position on.
--   $1 the position
select e.type, count(*) from log.events as e where e.position >= $1 group by e.type order by e.type
