-- Leaves of a log that was restored the tables in schema `branch_view` alone, to be read by role `daybook_branch_viewer`, in
-- a database that is read-only. Only where the mark of that restore is.
do $$
declare
    item record;
begin
    if to_regclass('daybook_restore.under_way') is null then
        raise exception 'no restore is under way here' using errcode = 'object_not_in_prerequisite_state';
    end if;
    for item in
        select c.relname as name
        from pg_class as c
        where c.relnamespace = 'branch_view'::regnamespace and c.relkind = 'r'
    loop
        execute format('alter table branch_view.%I owner to current_user', item.name);
    end loop;
    revoke all on schema branch_view from daybook_writer;
    for item in
        select n.nspname as name
        from pg_namespace as n
        join pg_roles as r on r.oid = n.nspowner
        where n.nspname not in ('daybook_restore', 'branch_view')
            and (r.rolname in ('daybook_owner', 'daybook_writer') or n.nspname in ('daybook_migrations', 'auditor', 'auditor_log'))
    loop
        execute format('drop schema %I cascade', item.name);
    end loop;
    if not exists (select from pg_roles where rolname = 'daybook_branch_viewer') then
        create role daybook_branch_viewer nologin;
    end if;
    grant usage on schema branch_view to daybook_branch_viewer;
    grant select on all tables in schema branch_view to daybook_branch_viewer;
    execute format('revoke create on database %I from daybook_writer', current_database());
    execute format('revoke temporary on database %I from public', current_database());
    execute format('alter database %I set default_transaction_read_only = on', current_database());
end
$$;
