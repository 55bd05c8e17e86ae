-- How many exports of somebody wait or are being made, and how many bytes their files take that are kept.
--   $1 whose
select
    count(*) filter (where x.state in ('queued', 'running', 'waiting')),
    coalesce(sum(x.bytes) filter (where x.state = 'completed' and x.deleted_position is null), 0)::bigint
from exports.exports as x where x.owner_id = $1
