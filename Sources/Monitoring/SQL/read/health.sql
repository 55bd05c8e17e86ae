-- Health checks, newest first.
--   $1 below this position   $2 as of so many events   $3 of this part   $4 how many at most
select h.position, h.id, h.check_type, h.status, h.node, h.checked_at, h.message, h.details
from logs.system_health_checks as h
where h.position < least($1::bigint, $2::bigint) and ($3::text is null or h.check_type = $3)
order by h.position desc
limit $4
