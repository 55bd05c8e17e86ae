-- Releasing old payloads: what happened, to whom and when stays, with the digest of its data; the data itself goes. It
-- happens in the transaction that appends `logs.payloads-released`, so there is no release without its event.

-- For how long payloads of a type are kept whatever anybody asks for; null for types that are never released, because
-- read models are made of them. The same table is in Sources/Monitoring/Archive/RetentionPolicy.swift.
create function log.retention_floor(type text) returns interval
language sql immutable as $$
    select case
        when type in ('logs.entry', 'logs.requests-recorded', 'logs.request-metrics', 'logs.health-checked')
            then interval '1 day'
        when type in ('audit.access-logged', 'audit.history-queried', 'rbac.access-checked')
            then interval '365 days'
    end
$$;
alter function log.retention_floor(text) owner to daybook_owner;

-- Carries out every `logs.payloads-released` between two positions (both included): nulls data, personal text and salt
-- of the earlier events that it names, as far as they are older than their floor, and leaves the digests behind.
-- Returns how many events were changed.
create function log.release_payloads(from_position bigint, to_position bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    released bigint;
begin
    update log.events as e
    set data_digest = sha256(convert_to(e.data::text, 'UTF8')), data = null,
        personal_digest = case
            when e.personal is null then e.personal_digest
            else sha256(e.salt || convert_to(e.personal::text, 'UTF8'))
        end,
        personal = null, salt = null
    from log.events as release
    where release.type = 'logs.payloads-released'
        and release.position between from_position and to_position
        and e.position between (release.data ->> 'fromPosition')::bigint and (release.data ->> 'toPosition')::bigint
        and e.position < release.position
        and e.type in (select json_array_elements_text(release.data -> 'types'))
        and e.data is not null
        and e.recorded_at < release.recorded_at - log.retention_floor(e.type);
    get diagnostics released = row_count;
    return released;
end
$$;
alter function log.release_payloads(bigint, bigint) owner to daybook_owner;
revoke execute on function log.release_payloads(bigint, bigint) from public;
grant execute on function log.release_payloads(bigint, bigint) to daybook_writer;
