-- Read model `identity`: the people and services that are known, the tokens that were issued to them, and the sessions
-- that they opened. A restore takes none of it back.
-- Personal columns (name, email, label) are null once they were erased.

create table users (
    user_id             text collate "C" not null primary key,
    kind                text not null,
    name                text,
    email               text,
    registered_position bigint not null,
    registered_at       timestamptz not null,
    registered_by       text not null
);

-- `digest` is the SHA-256 of the secret in hex. A token counts while it is neither revoked nor past expires_at.
create table tokens (
    token_id         text collate "C" not null primary key,
    user_id          text collate "C" not null,
    digest           text collate "C" not null,
    label            text,
    issued_position  bigint not null,
    issued_at        timestamptz not null,
    issued_by        text not null,
    expires_at       timestamptz,
    revoked_position bigint,
    revoked_at       timestamptz,
    revoked_by       text,
    revoked_reason   text
);

create index tokens_by_user on tokens (user_id, issued_position);

-- A session counts while it is neither closed nor past expires_at.
create table sessions (
    session_id      text collate "C" not null primary key,
    user_id         text collate "C" not null,
    opened_position bigint not null,
    opened_at       timestamptz not null,
    expires_at      timestamptz not null,
    closed_position bigint,
    closed_at       timestamptz,
    closed_reason   text
);

create index sessions_by_user on sessions (user_id, opened_position);

-- The roles that were active in a session, from the event at from_position up to, not including, that at until_position.
create table session_roles (
    session_id     text collate "C" not null,
    role_id        text collate "C" not null,
    from_position  bigint not null,
    until_position bigint,
    primary key (session_id, role_id, from_position)
);
