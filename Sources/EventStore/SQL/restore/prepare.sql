-- Before rows are loaded in bulk: the log must be empty, and its indexes are made once the rows are there.
do $$
begin
    if (select size from log.head for update) <> 0 or exists (select from log.events) then
        raise exception 'there is a log in this database already' using errcode = 'object_not_in_prerequisite_state';
    end if;
end
$$;

create temp table loading_constraints on commit drop as
select conname as name, pg_get_constraintdef(oid) as definition
from pg_constraint
where conrelid = 'log.events'::regclass and contype in ('p', 'u')
order by contype, conname;

create temp table loading_indexes on commit drop as
select indexname as name, indexdef as definition
from pg_indexes
where schemaname = 'log' and tablename = 'events' and indexname not in (select name from loading_constraints);

do $$
declare
    item record;
begin
    for item in select name from loading_indexes loop
        execute format('drop index log.%I', item.name);
    end loop;
    for item in select name from loading_constraints loop
        execute format('alter table log.events drop constraint %I', item.name);
    end loop;
end
$$;
