-- Read model `backups`: which copies of the log were made, where they are, what is known of them, and when more are made.

create table backups (
    backup_id     text collate "C" primary key,
    kind          text not null,
    repository    text collate "C" not null,
    base_id       text collate "C",
    from_position bigint not null,
    size          bigint not null,
    schedule_id   text collate "C",
    description   text,
    -- running, completed, failed, cancelled
    state         text not null,
    started_position bigint not null,
    started_at    timestamptz not null,
    started_by    text collate "C" not null,
    ended_at      timestamptz,
    events        bigint,
    segments      bigint,
    bytes         bigint,
    raw_bytes     bigint,
    manifest_digest text,
    encrypted     boolean,
    key_id        text,
    milliseconds  bigint,
    failure       text,
    rehearsed_at  timestamptz,
    rehearsal_passed boolean,
    rehearsal_finding text,
    -- The last copy that came to nothing, until one into the same repository arrives.
    copy_failed_position bigint,
    copy_failed_at timestamptz,
    copy_failed_to text collate "C",
    copy_cancelled boolean,
    copy_failure  text
);

-- In which repositories a backup is, or was.
create table places (
    backup_id  text collate "C" not null,
    repository text collate "C" not null,
    bytes      bigint not null,
    position   bigint not null,
    removed_position bigint,
    removed_at timestamptz,
    removed_cause text,
    -- The last look at it there, of what is there now; not a quick one that found nothing where a full one had.
    verified_position bigint,
    verified_at timestamptz,
    verified_depth text,
    sound      boolean,
    findings   bigint,
    first_finding text,
    -- The last full look.
    full_position bigint,
    full_sound boolean,
    primary key (backup_id, repository)
);

create table schedules (
    schedule_id text collate "C" primary key,
    kind       text not null,
    repository text collate "C" not null,
    frequency  text not null,
    "time"     text,
    weekday    bigint,
    day        bigint,
    seconds    bigint,
    zone       text not null,
    keep_last  bigint,
    keep_days  bigint,
    keep_daily bigint,
    keep_weekly bigint,
    keep_monthly bigint,
    keep_yearly bigint,
    position   bigint not null,
    scheduled_at timestamptz not null,
    scheduled_by text collate "C" not null,
    cancelled_position bigint
);
