-- Read model `exports`: which reports were made into files, how far each is, where it went, and when more are made.
--
-- Personal columns (personal_filters, words, file_name, recipients, recipient, cancel_reason) are null once they were erased.

create table exports (
    export_id          text collate "C" primary key,
    branch_id          text collate "C" not null,
    owner_id           text collate "C" not null,
    report             text collate "C" not null,
    format             text collate "C" not null,
    columns            text[],
    filters            json,
    personal_filters           json,
    words              text,
    sort               text[],
    locale             text not null,
    zone               text not null,
    bom                boolean,
    file_name          text,
    -- The roles that alone count for it; all of its owner's if null.
    roles              text[],
    -- How many conditions on personal columns it was asked for with.
    personal_filter_count bigint not null,
    -- As of so many events; as of its turn if null.
    as_of_size         bigint,
    batch_id           text collate "C",
    schedule_id        text collate "C",
    not_before         timestamptz,
    keep_days          bigint,
    requested_position bigint not null,
    requested_at       timestamptz not null,
    requested_by       text collate "C" not null,
    -- queued, running, waiting (to be tried again), completed, failed, cancelled
    state              text collate "C" not null,
    state_position     bigint not null,
    state_at           timestamptz not null,
    attempt            bigint not null,
    -- How many attempts ended because their server was shut down.
    interruptions      bigint not null,
    -- How many events of the log the attempt takes in.
    size               bigint,
    -- How many rows are written, and how many there are.
    rows               bigint,
    total              bigint,
    retry_at           timestamptz,
    cause              text,
    failure            text,
    cancel_reason      text,
    -- What the file is.
    sha256             text collate "C",
    bytes              bigint,
    pages              bigint,
    root_hash          text,
    parameters_sha256  text,
    milliseconds       bigint,
    permissions        text[],
    branches           text[],
    holds_personal     boolean,
    personal_branches  text[],
    expires_at         timestamptz,
    completed_position bigint,
    completed_at       timestamptz,
    downloads          bigint not null,
    downloaded_at      timestamptz,
    deleted_position   bigint,
    deleted_at         timestamptz,
    deleted_by         text collate "C",
    deleted_cause      text
);

create index exports_open on exports (requested_position) where state in ('queued', 'running', 'waiting');

create table batches (
    batch_id     text collate "C" primary key,
    owner_id     text collate "C" not null,
    count        bigint not null,
    not_before   timestamptz,
    requested_position bigint not null,
    requested_at timestamptz not null
);

-- Whom an export is sent to, a row for each. `number` counts the recipients of a mailing from 0 on.
create table mailings (
    mailing_id  text collate "C" not null,
    number      integer not null,
    export_id   text collate "C" not null,
    recipient   text,
    -- due, failed (to be tried again), sent, refused
    outcome     text collate "C" not null,
    way         text,
    attempts    bigint not null,
    failure     text,
    retry_at    timestamptz,
    asked_by    text collate "C" not null,
    -- The roles that alone count for it; all of the sender's if null.
    roles       text[],
    asked_position bigint not null,
    changed_position bigint not null,
    changed_at  timestamptz not null,
    withdrawn_position bigint,
    primary key (mailing_id, number)
);

create index mailings_open on mailings (export_id) where outcome in ('due', 'failed') and withdrawn_position is null;

create table schedules (
    schedule_id  text collate "C" primary key,
    branch_id    text collate "C" not null,
    owner_id     text collate "C" not null,
    report       text collate "C" not null,
    format       text collate "C" not null,
    columns      text[],
    filters      json,
    personal_filters     json,
    words        text,
    recipients   json,
    sort         text[],
    locale       text not null,
    zone         text not null,
    bom          boolean,
    file_name    text,
    roles        text[],
    frequency    text not null,
    "time"       text,
    weekday      bigint,
    day          bigint,
    cron         text,
    period       text,
    keep_days    bigint,
    position     bigint not null,
    scheduled_at timestamptz not null,
    scheduled_by text collate "C" not null,
    cancelled_position bigint,
    last_due_at  timestamptz,
    last_export_id text collate "C",
    -- What was in the way the last time; null where nothing was.
    last_skipped text
);
