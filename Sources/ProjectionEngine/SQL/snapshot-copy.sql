-- Fills the tables of a new side schema from those of an older one.
--   from, to  the schemas, as literals
do $daybook_projection$
declare
    relation text;
begin
    for relation in
        select c.relname from pg_class as c
        where c.relnamespace = {from}::regnamespace and c.relkind = 'r'
    loop
        execute format('insert into %I.%I select * from %I.%I', {to}, relation, {from}, relation);
    end loop;
end
$daybook_projection$
