-- Archives of some types whose payloads are in part still in the database, oldest first.
--   $1 types   $2 below this position
select a.archive_id, a.types, a.from_position, a.to_position, a.manifest_digest
from logs.archives as a
where a.types && $1 and a.from_position < $2
    and exists (
        select from log.events as e
        where e.position between a.from_position and a.to_position and e.position < $2
            and e.type = any(a.types) and e.data is not null
    )
order by a.position
