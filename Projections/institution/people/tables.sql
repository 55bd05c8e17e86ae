-- Read model `people`: branches, students, teachers, and their leave.
--
-- Every table holds intervals of log positions. A row holds from the event at `from_position` up to, not including, the
-- event at `until_position`; null means that it still holds. So
--     as of now:                until_position is null
--     after the first N events: from_position < N and (until_position is null or until_position >= N)
-- created_* name the first event about the thing, from_* the one that made the row; occurred_at is when that happened,
-- as its sender says. Personal columns are null once they were erased; described_position names the event that they
-- come from.

-- Branches: opened, described anew, closed.
create table branches (
    branch_id        text collate "C" not null,
    name             text,
    code             text,
    time_zone        text,
    currency         text,
    status           text collate "C",
    closed_on        date,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (branch_id, from_position)
);

-- Students: admitted, described anew, moved to another branch, gone.
create table students (
    student_id         text collate "C" not null,
    branch_id          text collate "C" not null,
    grade_level        text collate "C",
    admitted_on        date,
    name               text,
    email              text,
    phone              text,
    address            text,
    birth_date         date,
    guardian_name      text,
    guardian_email     text,
    guardian_phone     text,
    described_position bigint,
    status             text collate "C",
    left_on            date,
    left_reason        text collate "C",
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (student_id, from_position)
);

-- Teachers: employed, described anew, gone.
create table teachers (
    teacher_id         text collate "C" not null,
    branch_id          text collate "C" not null,
    employed_on        date,
    name               text,
    email              text,
    phone              text,
    address            text,
    described_position bigint,
    status             text collate "C",
    left_on            date,
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (teacher_id, from_position)
);

-- Leave: asked for, decided, taken back.
create table leave_requests (
    leave_request_id   text collate "C" not null,
    branch_id          text collate "C" not null,
    user_id            text collate "C",
    requester          text collate "C",
    kind               text collate "C",
    from_date          date,
    to_date            date,
    reason             text,
    described_position bigint,
    status             text collate "C",
    decided_by         text collate "C",
    decided_at         timestamptz,
    decided_position   bigint,
    decision_note      text,
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (leave_request_id, from_position)
);
