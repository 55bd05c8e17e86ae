-- The owner of the log and the writer make schemas. The log's migration lets them, but a database that was copied or restored
-- from a dump has lost that. Whoever connects gives it back, if it is theirs to give; a connection may be acting as the writer.
set local role none;

do $$
declare
    role_name text;
begin
    foreach role_name in array array['daybook_owner', 'daybook_writer'] loop
        if not has_database_privilege(role_name, current_database(), 'create') then
            execute format('grant create on database %I to %I', current_database(), role_name);
        end if;
    end loop;
end
$$
