-- How many payloads are still in the database that none of some archives holds.
--   $1 types   $2 below this position   $3 the archives that count
-- With all types spelled out it reads the index of payloads that are still there (019-releasable.sql).
select count(*)
from log.events as e
where e.type = any($1) and e.position < $2 and e.data is not null
    and e.type in (
        'logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked',
        'audit.access-logged', 'audit.history-queried', 'rbac.access-checked', 'rbac.decisions-recorded'
    )
    and not exists (
        select from logs.archives as a
        where a.archive_id = any($3) and e.position between a.from_position and a.to_position and e.type = any(a.types)
    )
