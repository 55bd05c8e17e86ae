-- The functions that make what serves. Run at every start, and by a check beside what serves, which does not rely on those
-- that are there.
--   schema  where the functions stand, quoted

-- Lets auditors read from the tables and views of `schema` what `relations` says (auditors.json), in schema
-- auditor_<name>, and nothing else.
--   {"table": {"branch": "column"}}   the rows of the branches where the auditor may read the history
--   {"table": {"role": "column"}}     the rows of roles that belong there
--   {"table": {"shared": true}}       all rows, for whoever may read the history somewhere
--   {"table": {}}                     all rows, for whoever may read the history of the whole institution
-- with "hidden": the columns that no auditor gets. What is not named is not shown.
--
-- Tables get a policy, which is asked with the auditor's own rights, and views a barrier. What an auditor may read is
-- found once for each query (auditor.reach).
create or replace function {schema}.serve_auditors(name text, schema text, relations json) returns void
language plpgsql as $$
declare
    reach constant text := $reach$(select auditor.reach('audit.events:read'))$reach$;
    views constant text := 'auditor_' || name;
    shown record;
    condition text;
    columns text;
begin
    execute format('drop schema if exists %I cascade', views);
    if relations is null then
        return;
    end if;
    execute format('create schema %I', views);
    execute format('grant usage on schema %I to daybook_auditor', views);
    for shown in
        select r.key as relation, r.value as rule, c.oid, c.relkind
        from json_each(relations) as r
        left join pg_class as c on c.relnamespace = schema::regnamespace and c.relname = r.key
    loop
        if shown.oid is null then
            raise exception 'the read model % has no %, which its auditors.json names', name, shown.relation;
        end if;
        condition := case
            when shown.rule ->> 'branch' is not null
                then format($c$array[%I, ''] && %s$c$, shown.rule ->> 'branch', reach)
            when shown.rule ->> 'role' is not null
                then format('%I = any ((select auditor.roles())::text[])', shown.rule ->> 'role')
            when shown.rule ->> 'shared' is not null then format('cardinality(%s) > 0', reach)
            else format($c$%s = array['']$c$, reach)
        end;
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into columns
        from pg_attribute as a
        where a.attrelid = shown.oid and a.attnum > 0 and not a.attisdropped
            and a.attname::text not in (select json_array_elements_text(shown.rule -> 'hidden'));
        if shown.relkind = 'r' then
            execute format('alter table %I.%I enable row level security', schema, shown.relation);
            execute format('drop policy if exists auditors on %I.%I', schema, shown.relation);
            execute format('drop policy if exists readers on %I.%I', schema, shown.relation);
            execute format(
                'create policy auditors on %I.%I for select to daybook_auditor using (%s)',
                schema, shown.relation, condition
            );
            execute format(
                'create policy readers on %I.%I for select to daybook_reader using (true)', schema, shown.relation
            );
            execute format('revoke all on %I.%I from daybook_auditor', schema, shown.relation);
            execute format('grant select (%s) on %I.%I to daybook_auditor', columns, schema, shown.relation);
            execute format(
                'create view %I.%I with (security_invoker) as select %s from %I.%I',
                views, shown.relation, columns, schema, shown.relation
            );
        else
            execute format(
                'create view %I.%I with (security_barrier) as select %s from %I.%I where %s',
                views, shown.relation, columns, schema, shown.relation, condition
            );
        end if;
        execute format('grant select on %I.%I to daybook_auditor', views, shown.relation);
    end loop;
end
$$;

-- Lets `name` serve what the tables of `schema` hold: a view for each of its tables and views, and a function for
-- each of its functions that callers use.
create or replace function {schema}.serve(name text, schema text) returns void
language plpgsql as $$
declare
    relation text;
    has_preview boolean;
begin
    execute format('drop schema if exists %I cascade', name);
    execute format('create schema %I', name);
    execute format('grant usage on schema %I to daybook_writer, daybook_reader', name);
    for relation in
        select c.relname from pg_class as c
        where c.relnamespace = schema::regnamespace and c.relkind in ('r', 'v')
        order by c.relname
    loop
        execute format('create view %1$I.%3$I as select * from %2$I.%3$I', name, schema, relation);
        execute format('grant select on %I.%I to daybook_writer, daybook_reader', name, relation);
    end loop;
    execute format(
        'create function %1$I.apply(first bigint, last bigint) returns void language plpgsql as '
            '$f$ begin perform %2$I.apply(first, last); end $f$',
        name, schema
    );
    select exists (
        select from pg_proc as p where p.pronamespace = schema::regnamespace and p.proname = 'rewind_preview'
    ) into has_preview;
    if has_preview then
        execute format(
            'create function %1$I.rewind_preview(size bigint) '
                'returns table (thing text, change text, key json, facts json) language sql stable as '
                '$f$ select * from %2$I.rewind_preview(size) $f$',
            name, schema
        );
    end if;
end
$$;
