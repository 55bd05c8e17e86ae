-- The database roles of the log.
--   daybook_owner   owns the log and migrates it; nobody signs in as it
--   daybook_writer  what `daybook serve` acts as: may read and insert, never change or delete
--   daybook_reader  what auditors and BI tools are granted: reads only
-- Roles belong to the whole cluster, so another database may have made them already.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['daybook_owner', 'daybook_writer', 'daybook_reader'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            begin
                execute format('create role %I nologin', role_name);
            exception
                when duplicate_object or unique_violation then null; -- made by another database at this moment
            end;
        end if;
        if not pg_has_role(current_user, role_name, 'member') then
            execute format('grant %I to current_user', role_name);
        end if;
    end loop;
end
$$;

do $$
begin
    execute format('grant create on database %I to daybook_owner, daybook_writer', current_database());
    -- Nothing of Daybook's is in the public schema, and nobody may put a look-alike there.
    revoke create on schema public from public;
end
$$;

create schema log authorization daybook_owner;
grant usage on schema log to daybook_writer, daybook_reader;
