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
