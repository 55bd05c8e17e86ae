-- After rows were loaded in bulk: constraints and indexes are made again as they were.
do $$
declare
    item record;
begin
    for item in select name, definition from loading_constraints loop
        execute format('alter table log.events add constraint %I %s', item.name, item.definition);
    end loop;
    for item in select definition from loading_indexes loop
        execute item.definition;
    end loop;
end
$$;
analyze log.events;
