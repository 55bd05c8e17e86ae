-- Erasing the personal fields of one person. It happens in the transaction that appends `log.personal-erased`,
-- so there is no erasure without its event and no event without its erasure.

-- Whom an event is about. Generated from the schemas; this stand-in lets the index below be made first.
create function log.subject_of(type text, data json) returns text
language sql immutable as $$ select null::text $$;
alter function log.subject_of(text, json) owner to daybook_owner;

-- The person whose personal fields an event holds: its subject, or the actor where it has none.
create index events_personal_idx on log.events ((coalesce(log.subject_of(type, data), actor)))
    where personal is not null;

-- Carries out every `log.personal-erased` between two positions (both included): nulls personal text and salt of
-- all earlier events about that person and leaves the digest behind. Returns how many events were changed.
create function log.erase_personal(from_position bigint, to_position bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    erased bigint;
begin
    update log.events as e
    set personal_digest = sha256(e.salt || convert_to(e.personal::text, 'UTF8')), personal = null, salt = null
    from log.events as erasure
    where erasure.type = 'log.personal-erased'
        and erasure.position between from_position and to_position
        and coalesce(log.subject_of(e.type, e.data), e.actor) = erasure.data ->> 'userId'
        and e.personal is not null
        and e.position < erasure.position;
    get diagnostics erased = row_count;
    return erased;
end
$$;
alter function log.erase_personal(bigint, bigint) owner to daybook_owner;
revoke execute on function log.erase_personal(bigint, bigint) from public;
grant execute on function log.erase_personal(bigint, bigint) to daybook_writer;

-- How many events hold personal fields about a person.
create function log.personal_event_count(person text) returns bigint
language sql stable as $$
    select count(*) from log.events as e
    where coalesce(log.subject_of(e.type, e.data), e.actor) = person and e.personal is not null
$$;
alter function log.personal_event_count(text) owner to daybook_owner;
