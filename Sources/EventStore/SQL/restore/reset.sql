-- What a restore left behind that was broken off is removed: every schema of Daybook's roles. Only where the mark of that
-- restore is, which is made in an empty database alone.
do $$
declare
    item record;
begin
    if to_regclass('daybook_restore.under_way') is null then
        raise exception 'no restore is under way here' using errcode = 'object_not_in_prerequisite_state';
    end if;
    for item in
        select n.nspname as name
        from pg_namespace as n
        join pg_roles as r on r.oid = n.nspowner
        where n.nspname <> 'daybook_restore'
            and (r.rolname in ('daybook_owner', 'daybook_writer') or n.nspname in ('daybook_migrations', 'auditor', 'auditor_log'))
    loop
        execute format('drop schema %I cascade', item.name);
    end loop;
end
$$;
