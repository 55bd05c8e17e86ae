-- Archives of some types whose payloads are in part still in the database, oldest first.
--   $1 types   $2 below this position
-- Type by type, and with all of them spelled out, it reads the index of payloads that are still there (019-releasable.sql).
select a.archive_id, a.types, a.from_position, a.to_position, a.manifest_digest
from logs.archives as a
where a.types && $1 and a.from_position < $2
    and exists (
        select from unnest(a.types) as wanted (type)
        cross join lateral (
            select from log.events as e
            where e.type = wanted.type and e.position between a.from_position and a.to_position and e.position < $2
                and e.data is not null
                and e.type in (
                    'logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked',
                    'audit.access-logged', 'audit.history-queried', 'rbac.access-checked', 'rbac.decisions-recorded'
                )
            order by e.position
            limit 1
        ) as e
    )
order by a.position
