-- Read model `logs`: what the system said of itself, by what it is searched for.
--
-- Messages, metadata, requests and details stay in the log alone and are taken from there by position. What was
-- released there is not here either: its rows go with it, and a replay does not bring them back.

create table entries (
    position   bigint not null,
    logged_at  timestamptz not null,
    -- 0 trace, 1 debug, 2 info, 3 notice, 4 warning, 5 error, 6 critical
    level      smallint not null,
    logger     text collate "C" not null,
    node       text collate "C",
    trace_id   text collate "C"
);

-- The plan's Log.
create view log_entries as
select
    x.position, e.id, e.data ->> 'level' as level, x.level as severity, e.data ->> 'message' as message,
    x.logged_at, x.logger, e.data ->> 'source' as source, x.node, x.trace_id,
    e.data ->> 'requestId' as request_id, e.data ->> 'error' as error, (e.data -> 'metadata')::text as metadata,
    e.recorded_at, e.leaf
from entries as x
join log.events as e on e.position = x.position;

create table drops (
    position bigint not null primary key,
    what     text not null,
    count    bigint not null,
    reason   text not null,
    node     text collate "C",
    from_at  timestamptz not null,
    to_at    timestamptz not null
);

-- One row for each event, which holds up to a thousand requests.
create table request_batches (
    position bigint not null,
    node     text collate "C",
    from_at  timestamptz not null,
    to_at    timestamptz not null,
    count    bigint not null,
    errors   bigint not null,
    left_out bigint not null,
    routes   text[] not null,
    actors   text[] not null,
    -- Of each trace id (hashtext): leads to the batches in which it can be.
    trace_hashes integer[] not null
);

create table request_metrics (
    position      bigint not null,
    node          text collate "C",
    from_at       timestamptz not null,
    to_at         timestamptz not null,
    requests      bigint not null,
    client_errors bigint not null,
    server_errors bigint not null
);

-- The plan's SystemHealthCheck, but for its details.
create table health_checks (
    position   bigint not null primary key,
    check_type text collate "C" not null,
    status     text collate "C" not null,
    node       text collate "C",
    checked_at timestamptz not null
);

create view system_health_checks as
select
    h.position, e.id, h.check_type, h.status, h.node, h.checked_at,
    e.data ->> 'message' as message, (e.data -> 'details')::text as details
from health_checks as h
join log.events as e on e.position = h.position;

create table alerts (
    alert_id          text collate "C" not null primary key,
    rule              text collate "C" not null,
    severity          text not null,
    message           text not null,
    node              text collate "C",
    value             bigint,
    threshold         bigint,
    silenced          boolean not null,
    raised_position   bigint not null,
    raised_at         timestamptz not null,
    raised_by         text collate "C" not null,
    resolved_position bigint,
    resolved_at       timestamptz,
    resolved_by       text collate "C",
    resolved_reason   text
);

create table silences (
    position    bigint not null primary key,
    rule        text collate "C" not null,
    until       timestamptz not null,
    reason      text,
    silenced_at timestamptz not null,
    silenced_by text collate "C" not null
);

create table archives (
    position        bigint not null primary key,
    archive_id      text collate "C" not null,
    types           text[] not null,
    from_position   bigint not null,
    to_position     bigint not null,
    events          bigint not null,
    segments        bigint not null,
    bytes           bigint,
    manifest_digest text not null,
    encrypted       boolean not null,
    archived_at     timestamptz not null,
    archived_by     text collate "C" not null
);

create table releases (
    position      bigint not null primary key,
    archive_id    text collate "C",
    types         text[] not null,
    from_position bigint not null,
    to_position   bigint not null,
    count         bigint,
    reason        text,
    released_at   timestamptz not null,
    released_by   text collate "C" not null
);

-- Finds what a release takes away.
create unique index entries_pkey on entries (position);
create unique index request_batches_pkey on request_batches (position);
create unique index request_metrics_pkey on request_metrics (position);
