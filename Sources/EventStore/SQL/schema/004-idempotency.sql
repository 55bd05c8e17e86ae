-- Which request an idempotency key was first used with, and the events that it became.
create table log.idempotency_keys (
    scope text not null,
    key text not null,
    request_digest bytea not null,
    first_position bigint not null,
    event_count integer not null check (event_count > 0),
    checkpoint_size bigint not null,
    primary key (scope, key)
);
alter table log.idempotency_keys owner to daybook_owner;
grant select, insert on log.idempotency_keys to daybook_writer;
