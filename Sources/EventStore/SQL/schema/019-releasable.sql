-- The payloads that may be released one day and are still there: what is archived and cleared is found by these alone,
-- however much was released before. The same types are in log.retention_floor, and in the statements that look for them
-- (Sources/Monitoring/SQL/archive), since the index serves none that does not name them.
create index events_releasable_idx on log.events (type, position)
where data is not null
    and type in (
        'logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked',
        'audit.access-logged', 'audit.history-queried', 'rbac.access-checked', 'rbac.decisions-recorded'
    );
