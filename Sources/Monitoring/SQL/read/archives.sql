-- Archives, newest first, each with how many of its payloads were released by name.
--   $1 below this position   $2 as of so many events   $3 how many at most
select
    a.position, a.archive_id, a.types, a.from_position, a.to_position, a.events, a.segments, a.bytes,
    a.manifest_digest, a.encrypted, a.archived_at, a.archived_by,
    coalesce((
        select sum(r.count) from logs.releases as r where r.archive_id = a.archive_id and r.position < $2
    ), 0)::bigint as released
from logs.archives as a
where a.position < least($1::bigint, $2::bigint)
order by a.position desc
limit $3
