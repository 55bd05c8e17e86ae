-- The log: one row an event, dense positions in commit order. Never updated but by erasure, never deleted.
create table log.events (
    position bigint not null,
    recorded_at timestamptz not null,
    stream text not null,
    version bigint not null,
    id uuid not null,
    type text not null,
    schema_version integer not null,
    branch text,
    actor text not null,
    correlation_id text,
    causation_id uuid,
    -- The facts as exact text: `json` keeps every byte, so that anyone can hash it again. Null once released.
    data json,
    -- The words about people, and the random salt that keeps their digest from being guessed. Null once erased.
    personal json,
    salt bytea,
    -- RFC 6962 leaf hash of the entry (docs/log-format.md).
    leaf bytea not null,
    -- What stays in place of released data and of erased personal text, so that the entry can still be hashed.
    data_digest bytea,
    personal_digest bytea,
    constraint events_pkey primary key (position),
    constraint events_stream_version_key unique (stream, version),
    constraint events_id_key unique (id),
    constraint events_position_check check (position >= 0),
    constraint events_version_check check (version >= 0),
    constraint events_leaf_check check (octet_length(leaf) = 32)
);

alter table log.events owner to daybook_owner;
create index events_type_position_idx on log.events (type, position);
-- Rows are inserted once and in order, so pages can be full; text this small is not worth compressing on append.
alter table log.events alter column data set storage main;
grant select, insert on log.events to daybook_writer;
grant select on log.events to daybook_reader;
