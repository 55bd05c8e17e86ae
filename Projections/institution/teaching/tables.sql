-- Read model `teaching`: courses, classes, who teaches them and who is in them, and changes of their schedule.
--
-- Every table holds intervals of log positions. A row holds from the event at `from_position` up to, not including, the
-- event at `until_position`; null means that it still holds. So
--     as of now:                until_position is null
--     after the first N events: from_position < N and (until_position is null or until_position >= N)
-- created_* name the first event about the thing, from_* the one that made the row; occurred_at is when that happened,
-- as its sender says. Personal columns are null once they were erased; described_position names the event that they
-- come from.

-- Courses: set up, described anew, closed.
create table courses (
    course_id        text collate "C" not null,
    branch_id        text collate "C" not null,
    title            text,
    code             text,
    field            text collate "C",
    credits          integer,
    status           text collate "C",
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (course_id, from_position)
);

-- Classes: formed, described anew, dissolved.
create table classes (
    class_id         text collate "C" not null,
    branch_id        text collate "C" not null,
    course_id        text collate "C",
    name             text,
    grade_level      text collate "C",
    teacher_id       text collate "C",
    capacity         integer,
    status           text collate "C",
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (class_id, from_position)
);

-- Members of classes: joined, left.
create table class_members (
    class_id         text collate "C" not null,
    student_id       text collate "C" not null,
    branch_id        text collate "C" not null,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (class_id, student_id, from_position)
);

-- Who teaches which course, or one class of it ('' for the whole course): assigned, taken off.
create table teaching_assignments (
    teacher_id       text collate "C" not null,
    course_id        text collate "C" not null,
    class_id         text collate "C" not null,
    branch_id        text collate "C" not null,
    assigned_by      text collate "C",
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (teacher_id, course_id, class_id, from_position)
);

-- Enrolments: begun, ended.
create table enrolments (
    enrolment_id     text collate "C" not null,
    branch_id        text collate "C" not null,
    student_id       text collate "C",
    course_id        text collate "C",
    class_id         text collate "C",
    enrolled_on      date,
    status           text collate "C",
    ended_on         date,
    created_position bigint not null,
    created_at       timestamptz not null,
    created_by       text collate "C" not null,
    occurred_at      timestamptz not null,
    from_position    bigint not null,
    from_at          timestamptz not null,
    from_by          text collate "C" not null,
    until_position   bigint,
    primary key (enrolment_id, from_position)
);

-- Lessons that are held otherwise than planned.
create table schedule_changes (
    schedule_change_id text collate "C" not null,
    branch_id          text collate "C" not null,
    course_id          text collate "C",
    class_id           text collate "C",
    kind               text collate "C",
    date               date,
    period             integer,
    starts_at          timestamptz,
    ends_at            timestamptz,
    room               text,
    teacher_id         text collate "C",
    changed_by         text collate "C",
    note               text,
    described_position bigint,
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (schedule_change_id, from_position)
);
