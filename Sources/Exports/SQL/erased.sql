-- Files that hold personal text and were begun before some was erased: made and not removed.
--   $1 the position of the newest erasure   $2 how many at most
select x.* from exports.exports as x
where x.completed_position is not null and x.deleted_position is null and x.holds_personal
    and $1 > (
        select max(e.position) from log.events as e
        where e.stream = ('export-' || x.export_id) collate "default" and e.type = 'exports.started'
    )
order by x.completed_position
limit $2
