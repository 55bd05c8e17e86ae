-- The newest reviews, by the events that they began with.
--   $1  only in these branches, text[] or null
--   $2  only those begun below this position, bigint
--   $3  how many at most, integer
select
    o.review_id, o.branch_id, o.role_id, o.position, o.recorded_at, o.actor, o.version,
    c.position as closed_position, c.recorded_at as closed_at, c.actor as closed_by
from log.rbac_review_opened as o
left join log.rbac_review_closed as c on c.review_id = o.review_id
where ($1::text[] is null or o.branch_id = any($1)) and o.position < $2
order by o.position desc
limit $3
