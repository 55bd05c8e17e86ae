-- The log refuses change: UPDATE, DELETE and TRUNCATE fail for every role. The one update let through is the one
-- that erasure makes (personal text and salt to null, their digest left behind), or the release of archived data.
create function log.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception 'log.% is append-only: % refused', tg_table_name, tg_op
        using errcode = 'restrict_violation', hint = 'Personal fields are erased with "daybook erase".';
end
$$;

create function log.refuse_change_but_erasure() returns trigger
language plpgsql as $$
declare
    expected log.events := old;
begin
    if old.personal is not null and new.personal is null then
        expected.personal := null;
        expected.salt := null;
        expected.personal_digest := sha256(old.salt || convert_to(old.personal::text, 'UTF8'));
    end if;
    if old.data is not null and new.data is null then
        expected.data := null;
        expected.data_digest := sha256(convert_to(old.data::text, 'UTF8'));
    end if;
    -- Compared as text rows: json has no equality.
    if new::text is distinct from expected::text or new::text is not distinct from old::text then
        raise exception 'log.events is append-only: update of position % refused', old.position
            using errcode = 'restrict_violation', hint = 'Personal fields are erased with "daybook erase".';
    end if;
    return new;
end
$$;

alter function log.refuse_change() owner to daybook_owner;
alter function log.refuse_change_but_erasure() owner to daybook_owner;

create trigger refuse_update before update on log.events
    for each row execute function log.refuse_change_but_erasure();
create trigger refuse_delete before delete on log.events
    for each row execute function log.refuse_change();
create trigger refuse_truncate before truncate on log.events
    for each statement execute function log.refuse_change();

do $$
declare
    table_name text;
begin
    foreach table_name in array array['checkpoints', 'tree_nodes', 'idempotency_keys'] loop
        execute format(
            'create trigger refuse_change before update or delete on log.%I'
            ' for each row execute function log.refuse_change()', table_name);
        execute format(
            'create trigger refuse_truncate before truncate on log.%I'
            ' for each statement execute function log.refuse_change()', table_name);
    end loop;
end
$$;
create trigger refuse_delete before delete on log.head
    for each row execute function log.refuse_change();
create trigger refuse_truncate before truncate on log.head
    for each statement execute function log.refuse_change();
