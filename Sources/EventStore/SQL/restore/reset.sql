-- What a restore left behind that was broken off is removed: every schema of Daybook's roles, and what a view of a branch did
-- to the database. Only where the mark of that restore is, which is made in an empty database alone.
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
            and (r.rolname in ('daybook_owner', 'daybook_writer') or n.nspname in ('daybook_migrations', 'auditor', 'auditor_log', 'branch_view'))
    loop
        execute format('drop schema %I cascade', item.name);
    end loop;
    if exists (
        select from pg_db_role_setting as s
        join pg_database as d on d.oid = s.setdatabase
        where d.datname = current_database() and s.setrole = 0
    ) then
        execute format('alter database %I reset default_transaction_read_only', current_database());
        execute format('grant connect, temporary on database %I to public', current_database());
    end if;
end
$$;
