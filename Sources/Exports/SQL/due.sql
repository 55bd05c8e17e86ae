-- Exports that can be made now, those that wait longest first: also such as a server may have left in the middle.
--   $1 the time   $2 how many at most
select x.export_id from exports.exports as x
where x.state in ('queued', 'running', 'waiting') and x.deleted_position is null
    and (x.not_before is null or x.not_before <= $1) and (x.retry_at is null or x.retry_at <= $1)
order by x.state = 'running', x.requested_position
limit $2
