-- Files that are past their time, or older than so: made and not removed.
--   $1 the time   $2 completed before this; only those past their own time if null   $3 how many at most
select x.* from exports.exports as x
where x.completed_position is not null and x.deleted_position is null
    and (x.expires_at <= $1 or x.completed_at < $2::timestamptz)
order by x.completed_position
limit $3
