-- What the engine keeps about read models. Run at every start.

create schema if not exists projections;
grant usage on schema projections to daybook_writer, daybook_reader;

-- The version of each read model that serves, and how far it is.
create table if not exists projections.state (
    name           text primary key,
    version        integer not null,
    -- The schema that holds its tables.
    schema         text not null,
    -- SHA-256 of its manifest and SQL, so that a change without a new version is noticed.
    digest         text not null,
    mode           text not null check (mode in ('inline', 'following')),
    status         text not null check (status in ('running', 'quarantined')),
    -- The position of the next event to apply. An inline read model is always at the log's end.
    position       bigint not null,
    -- Why it was quarantined, and the event that it could not apply.
    error          text,
    error_position bigint,
    updated_at     timestamptz not null default now()
);

-- Names what serves: another one whenever the serving name is pointed at other tables. At random, so that it does not come
-- again in a database that was dropped, restored or cut. Asked for before the table is locked to change it.
do $$
begin
    if not exists (
        select from pg_attribute
        where attrelid = 'projections.state'::regclass and attname = 'making' and not attisdropped
    ) then
        alter table projections.state add column making uuid not null default gen_random_uuid();
    end if;
end
$$;

-- Rebuilds that are under way or were interrupted.
create table if not exists projections.builds (
    schema     text primary key,
    name       text not null,
    version    integer not null,
    digest     text not null,
    position   bigint not null,
    indexed    boolean not null,
    started_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- Read models as they stood after the first `position` events, kept for as-of reads.
create table if not exists projections.snapshots (
    schema     text primary key,
    name       text not null,
    digest     text not null,
    position   bigint not null,
    -- The size of the log when it was made: an erasure recorded since makes it void.
    made_at    bigint not null,
    used_at    timestamptz not null default now(),
    unique (name, digest, position)
);

-- Of each read model, what auditors may read: the digest of its auditors.json as it was last carried out, and for which
-- schema.
create table if not exists projections.auditors (
    name   text primary key,
    schema text not null,
    digest text not null
);

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
create or replace function projections.serve_auditors(name text, schema text, relations json) returns void
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
create or replace function projections.serve(name text, schema text) returns void
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

-- Called by every append that has the head lock, with the inline read models that its program knows. A program that
-- knows others than the database has would call too few of them, or call them for too few events.
create or replace function projections.expect(names text[], digests text[]) returns void
language plpgsql stable as $$
declare
    other text;
begin
    select string_agg(coalesce(s.name, e.name), ', ' order by coalesce(s.name, e.name)) into other
    from (select name, digest from projections.state where mode = 'inline') as s
    full join unnest(names, digests) as e (name, digest) on e.name = s.name
    where s.digest is distinct from e.digest;
    if other is not null then
        raise exception 'the program knows other SQL of the read models %', other using errcode = 'RM001';
    end if;
end
$$;

grant select on all tables in schema projections to daybook_reader;
