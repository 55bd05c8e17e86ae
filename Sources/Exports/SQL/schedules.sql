-- The schedules that hold.
--   $1 of this owner   $2 or of one of these branches; with neither all are told of   $3 this one alone
select s.* from exports.schedules as s
where s.cancelled_position is null
    and (($1::text is null and $2::text[] is null) or s.owner_id = $1 or s.branch_id = any($2))
    and ($3::text is null or s.schedule_id = $3)
order by s.schedule_id
