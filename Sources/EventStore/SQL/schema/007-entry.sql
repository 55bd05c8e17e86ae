-- The entry of an event and its leaf hash, in plain SQL: what an auditor recomputes without Daybook's code.
-- Format: docs/log-format.md, "daybook entry 1".
create function log.entry(event log.events) returns text
language sql stable as $$
    select 'daybook entry 1' || e'\n'
        || 'position ' || event.position || e'\n'
        || 'recorded-at ' || to_char(event.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || e'\n'
        || 'stream ' || event.stream || e'\n'
        || 'version ' || event.version || e'\n'
        || 'id ' || event.id || e'\n'
        || 'type ' || event.type || e'\n'
        || 'schema-version ' || event.schema_version || e'\n'
        || 'branch' || coalesce(' ' || event.branch, '') || e'\n'
        || 'actor ' || event.actor || e'\n'
        || 'correlation-id' || coalesce(' ' || event.correlation_id, '') || e'\n'
        || 'causation-id' || coalesce(' ' || event.causation_id, '') || e'\n'
        || 'data ' || encode(
            coalesce(sha256(convert_to(event.data::text, 'UTF8')), event.data_digest), 'hex') || e'\n'
        || 'personal' || coalesce(' ' || encode(
            coalesce(sha256(event.salt || convert_to(event.personal::text, 'UTF8')), event.personal_digest), 'hex'), '')
        || e'\n'
$$;

create function log.leaf(event log.events) returns bytea
language sql stable as $$
    select sha256('\x00'::bytea || convert_to(log.entry(event), 'UTF8'))
$$;

alter function log.entry(log.events) owner to daybook_owner;
alter function log.leaf(log.events) owner to daybook_owner;
