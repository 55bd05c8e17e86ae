-- The next payloads that are still in the database, oldest first: position, and length of the data.
--   $1 types   $2 from this position   $3 below this position   $4 how many at most
--   $5 only those that none of these archives holds, or null   $6 only those that this archive holds, or null
-- Type by type, and with all of them spelled out, it reads the index of payloads that are still there (019-releasable.sql).
select e.position, e.bytes
from unnest($1::text[]) as wanted (type)
cross join lateral (
    select e.position, octet_length(e.data::text)::bigint as bytes
    from log.events as e
    where e.type = wanted.type and e.position >= $2 and e.position < $3 and e.data is not null
        and e.type in (
            'logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked',
            'audit.access-logged', 'audit.history-queried', 'rbac.access-checked', 'rbac.decisions-recorded'
        )
        and ($5::text[] is null or not exists (
            select from logs.archives as a
            where a.archive_id = any($5) and e.position between a.from_position and a.to_position
                and e.type = any(a.types)
        ))
        and ($6::text is null or exists (
            select from logs.archives as a
            where a.archive_id = $6 and e.position between a.from_position and a.to_position and e.type = any(a.types)
        ))
    order by e.position
    limit $4
) as e
order by e.position
limit $4
