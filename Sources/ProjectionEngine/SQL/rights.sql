-- The writer makes the schemas of read models. The log's migration lets it, but a database that was copied or restored
-- from a dump has lost that.
do $$
begin
    if not has_database_privilege('daybook_writer', current_database(), 'create') then
        execute format('grant create on database %I to daybook_writer', current_database());
    end if;
end
$$
