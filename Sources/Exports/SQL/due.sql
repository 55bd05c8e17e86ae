-- Exports that can be made now, those that wait longest first, but of each owner one after those of the others: also such
-- as a server may have left in the middle.
--   $1 the time   $2 how many at most
select d.export_id
from (
    select x.export_id, x.state, x.requested_position,
        row_number() over (partition by x.owner_id order by x.state <> 'running', x.requested_position) as turn
    from exports.exports as x
    where x.state in ('queued', 'running', 'waiting') and x.deleted_position is null
        and (x.not_before is null or x.not_before <= $1) and (x.retry_at is null or x.retry_at <= $1)
) as d
order by d.state = 'running', d.turn, d.requested_position
limit $2
