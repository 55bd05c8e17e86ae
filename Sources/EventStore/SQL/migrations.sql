-- Which schema files a database has run, with the SHA-256 of each.
create schema if not exists daybook_migrations;
create table if not exists daybook_migrations.applied (
    name text primary key,
    digest bytea not null,
    applied_at timestamptz not null default now()
);
