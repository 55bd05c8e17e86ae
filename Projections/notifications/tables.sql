-- Read model `notifications`: who was told what, what they did with it, by which ways it went, and what they want.

-- The plan's Notification, once for all its recipients. The words are personal, and null once erased.
create table notifications (
    notification_id text collate "C" primary key,
    branch_id     text collate "C" not null,
    audience      text not null,
    audience_id   text collate "C",
    subject       text collate "C",
    category      text collate "C" not null,
    priority      text not null,
    recipients    bigint not null,
    collapse_key  text collate "C",
    -- Within which a later one takes its place: the key, of that branch, and of the rules or of that sender.
    collapse_group text collate "C",
    expires_at    timestamptz,
    rule_id       text collate "C",
    locale        text,
    sender        text collate "C" not null,
    headline      text,
    "text"        text,
    link          text,
    image         text,
    actions       text,
    payload       text,
    sent_position bigint not null,
    sent_at       timestamptz not null
);

-- A notification in the inbox of one of its recipients: one row for each.
create table inbox (
    user_id         text collate "C" not null,
    notification_id text collate "C" not null,
    branch_id       text collate "C" not null,
    category        text collate "C" not null,
    collapse_group  text collate "C",
    expires_at      timestamptz,
    position        bigint not null,
    arrived_at      timestamptz not null,
    -- Since when it is read, archived, deleted; null while it is not.
    read_position     bigint,
    read_at           timestamptz,
    archived_position bigint,
    deleted_position  bigint,
    -- The later notification of the same collapse group that took its place.
    replaced_position bigint,
    primary key (user_id, notification_id)
);

-- Finds what an event about all of somebody's inbox, or of one collapse group, is about.
create index inbox_by_user on inbox (user_id, position);
create index inbox_by_collapse_group on inbox (user_id, collapse_group, position)
    where collapse_group is not null and replaced_position is null;

-- The plan's NotificationPreference. Who has no row has the institution's defaults.
create table preferences (
    user_id     text collate "C" primary key,
    in_app      boolean,
    email       boolean,
    push        boolean,
    webhook     boolean,
    categories  text,
    quiet_hours text,
    time_zone   text,
    locale      text,
    digest      text,
    set_position bigint,
    muted_until timestamptz,
    muted_position bigint
);

-- The plan's DeviceToken. The address and its digest are personal.
create table devices (
    device_id  text collate "C" primary key,
    user_id    text collate "C" not null,
    kind       text not null,
    name       text,
    address    text,
    registered_position bigint not null,
    registered_at timestamptz not null,
    ended_position bigint,
    end_reason text,
    -- By which the server knows the same address again.
    address_digest text,
    -- The sign-in token that it was registered with.
    token_id   text collate "C"
);
create index devices_by_user on devices (user_id);
create index devices_by_token on devices (token_id) where token_id is not null and ended_position is null;

-- How a notification stands on one way to one recipient, or to one of their devices ('' where the way has none).
create table deliveries (
    notification_id text collate "C" not null,
    user_id    text collate "C" not null,
    channel    text not null,
    device_id  text collate "C" not null,
    -- due, delivered, failed (and to be tried again), dead, held, suppressed, expired
    state      text not null,
    attempts   integer not null,
    due_at     timestamptz,
    reason     text,
    position   bigint not null,
    changed_at timestamptz not null,
    received_position bigint,
    received_at timestamptz,
    -- What several that were held back and go out together are together.
    bundle     text collate "C",
    -- The priority of what it tells: 0 for low to 3 for urgent.
    rank       smallint not null,
    primary key (notification_id, user_id, channel, device_id)
);
-- What waits, by person: for what they say of it, and to be bundled.
create index deliveries_held_by_person on deliveries (user_id, channel, device_id, position) where state = 'held';
-- What was given up, for whoever has it tried again.
create index deliveries_dead on deliveries (notification_id) where state = 'dead';

-- What is told when something happens at the institution. Who has no row is as it comes with Daybook.
create table rules (
    rule_id   text collate "C" primary key,
    is_on     boolean not null,
    category  text collate "C" not null,
    priority  text not null,
    templates text,
    set_position bigint not null
);

-- The parts of a notification's recipients, and whether it is decided by which ways they are told.
create table parts (
    notification_id text collate "C" not null,
    part     bigint not null,
    position bigint not null,
    decided_position bigint,
    primary key (notification_id, part)
);
create index parts_undecided on parts (position) where decided_position is null;
