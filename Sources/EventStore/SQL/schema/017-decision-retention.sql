-- Decisions are recorded many to an event now, `rbac.decisions-recorded`: as old as what they took the place of they may
-- be released like it. The same table is in Sources/Monitoring/Archive/RetentionPolicy.swift.
create or replace function log.retention_floor(type text) returns interval
language sql immutable as $$
    select case
        when type in ('logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked')
            then interval '1 day'
        when type in ('audit.access-logged', 'audit.history-queried', 'rbac.access-checked', 'rbac.decisions-recorded')
            then interval '365 days'
    end
$$;
