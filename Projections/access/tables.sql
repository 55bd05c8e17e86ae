-- Read model `access`: who may do what, as intervals of log positions.
--
-- Every table holds intervals. A row holds from the event at `from_position` up to, not including, the event at
-- `until_position`; null means that it still holds. So
--     as of now:               until_position is null
--     after the first N events: from_position < N and (until_position is null or until_position >= N)
--     at time T:               from_at <= T and (until_at is null or until_at > T)
-- from_* and until_* name the event that opened and closed the interval, its time, actor and type. A restore opens
-- and closes intervals too (type recovery.restored); the columns named after the deed (assigned_*, granted_*,
-- changed_*, created_*) keep the original fact: who allowed it, when, at which position.
--
-- Names are unique among open rows because the service refuses duplicates; the tables take the log as it is.

create table permissions (
    permission_id    text collate "C" not null,
    name             text collate "C" not null,
    resource         text collate "C" not null,
    action           text collate "C" not null,
    description      text,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text not null,
    changed_position bigint not null,
    changed_at       timestamptz not null,
    changed_by       text not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text not null,
    from_type        text not null,
    until_position   bigint,
    until_at         timestamptz,
    until_by         text,
    until_type       text,
    primary key (permission_id, from_position)
);

create table roles (
    role_id          text collate "C" not null,
    branch_id        text collate "C" not null,
    name             text collate "C" not null,
    description      text,
    template         boolean not null,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text not null,
    changed_position bigint not null,
    changed_at       timestamptz not null,
    changed_by       text not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text not null,
    from_type        text not null,
    until_position   bigint,
    until_at         timestamptz,
    until_by         text,
    until_type       text,
    primary key (role_id, from_position)
);

create table role_permissions (
    role_id          text collate "C" not null,
    permission_id    text collate "C" not null,
    granted_position bigint not null,
    granted_at       timestamptz not null,
    granted_by       text not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text not null,
    from_type        text not null,
    until_position   bigint,
    until_at         timestamptz,
    until_by         text,
    until_type       text,
    primary key (role_id, permission_id, from_position)
);

create table user_roles (
    user_id           text collate "C" not null,
    role_id           text collate "C" not null,
    branch_id         text collate "C" not null,
    assigned_position bigint not null,
    assigned_at       timestamptz not null,
    assigned_by       text not null,
    starts_at         timestamptz,
    expires_at        timestamptz,
    from_position     bigint not null,
    from_at           timestamptz not null,
    from_by           text not null,
    from_type         text not null,
    until_position    bigint,
    until_at          timestamptz,
    until_by          text,
    until_type        text,
    primary key (role_id, user_id, branch_id, from_position)
);

-- The parents of a role: inherited from one by one, or with its definition or, in old logs, its change.
create table role_parents (
    role_id text collate "C" not null,
    parent_role_id text collate "C" not null,
    added_position bigint not null,
    added_at timestamptz not null,
    added_by text not null,
    from_position    bigint not null,
    from_at         timestamptz not null,
    from_by         text not null,
    from_type        text not null,
    until_position bigint,
    until_at         timestamptz,
    until_by         text,
    until_type     text,
    primary key (role_id, parent_role_id, from_position)
);

-- What a role denies: denied one by one, lifted one by one or with the role.
create table role_denials (
    role_id text collate "C" not null,
    permission_id text collate "C" not null,
    denied_position bigint not null,
    denied_at timestamptz not null,
    denied_by text not null,
    from_position    bigint not null,
    from_at         timestamptz not null,
    from_by         text not null,
    from_type        text not null,
    until_position bigint,
    until_at         timestamptz,
    until_by         text,
    until_type     text,
    primary key (role_id, permission_id, from_position)
);

-- What permissions imply beside what follows from their names.
create table implications (
    permission_id text collate "C" not null,
    implied_permission_id text collate "C" not null,
    added_position bigint not null,
    added_at timestamptz not null,
    added_by text not null,
    from_position    bigint not null,
    from_at         timestamptz not null,
    from_by         text not null,
    from_type        text not null,
    until_position bigint,
    until_at         timestamptz,
    until_by         text,
    until_type     text,
    primary key (permission_id, implied_permission_id, from_position)
);

-- Duties that are kept separate.
create table separations (
    separation_id text collate "C" not null,
    kind text not null,
    name text not null,
    role_ids text[] not null,
    cardinality bigint not null,
    set_position bigint not null,
    set_at timestamptz not null,
    set_by text not null,
    from_position    bigint not null,
    from_at         timestamptz not null,
    from_by         text not null,
    from_type        text not null,
    until_position bigint,
    until_at         timestamptz,
    until_by         text,
    until_type     text,
    primary key (separation_id, from_position)
);

-- What it takes to be given a role.
create table role_requirements (
    role_id text collate "C" not null,
    maximum_holders bigint,
    prerequisite_role_ids text[] not null,
    set_position bigint not null,
    set_at timestamptz not null,
    set_by text not null,
    from_position    bigint not null,
    from_at         timestamptz not null,
    from_by         text not null,
    from_type        text not null,
    until_position bigint,
    until_at         timestamptz,
    until_by         text,
    until_type     text,
    primary key (role_id, from_position)
);

-- What the roles that were made from a template took over from it.
create table role_templates (
    role_id text collate "C" not null,
    template_role_id text collate "C" not null,
    permission_ids text[] not null,
    adopted_position bigint not null,
    adopted_at timestamptz not null,
    adopted_by text not null,
    from_position    bigint not null,
    from_at         timestamptz not null,
    from_by         text not null,
    from_type        text not null,
    until_position bigint,
    until_at         timestamptz,
    until_by         text,
    until_type     text,
    primary key (role_id, from_position)
);
