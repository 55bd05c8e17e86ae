-- Leaves of a log that was restored the tables in schema `branch_view` alone, to be read by role
-- `daybook_branch_viewer_<the database's oid>`, in a database that is read-only and lets in nobody else. Only where the mark of
-- that restore is. A role belongs to all databases of a server: whoever is given one sees one branch, and not each that is looked
-- at.
do $$
declare
    item record;
    viewer text;
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
    select 'daybook_branch_viewer_' || oid into viewer from pg_database where datname = current_database();
    if not exists (select from pg_roles where rolname = viewer) then
        execute format('create role %I nologin', viewer);
    end if;
    execute format('grant usage on schema branch_view to %I', viewer);
    execute format('grant select on all tables in schema branch_view to %I', viewer);
    execute format('revoke create on database %I from daybook_writer', current_database());
    execute format('revoke connect, temporary on database %I from public', current_database());
    execute format('grant connect on database %I to %I', current_database(), viewer);
    execute format('alter database %I set default_transaction_read_only = on', current_database());
end
$$;
