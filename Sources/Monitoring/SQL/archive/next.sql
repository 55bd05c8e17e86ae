-- The next payloads that are still in the database, oldest first: position, and length of the data.
--   $1 types   $2 from this position   $3 below this position   $4 how many at most
--   $5 only those that none of these archives holds, or null   $6 only those that this archive holds, or null
select e.position, octet_length(e.data::text)::bigint as bytes
from log.events as e
where e.type = any($1) and e.position >= $2 and e.position < $3 and e.data is not null
    and ($5::text[] is null or not exists (
        select from logs.archives as a
        where a.archive_id = any($5) and e.position between a.from_position and a.to_position and e.type = any(a.types)
    ))
    and ($6::text is null or exists (
        select from logs.archives as a
        where a.archive_id = $6 and e.position between a.from_position and a.to_position and e.type = any(a.types)
    ))
order by e.position
limit $4
