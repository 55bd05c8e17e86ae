-- The newest reviews, by the events that they began with.
--   $1  only in these branches, text[] or null
--   $2  how many at most, integer
select o.review_id, o.branch_id, o.role_id, o.position, o.recorded_at, o.actor, o.version
from log.rbac_review_opened as o
where $1::text[] is null or o.branch_id = any($1)
order by o.position desc
limit $2
