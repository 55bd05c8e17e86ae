-- Read model `attendance`: who was in which lesson, as intervals of log positions.
--
-- A row holds from the event at `from_position` up to, not including, the event at `until_position`; null means that
-- it still holds. So
--     as of now:                until_position is null
--     after the first N events: from_position < N and (until_position is null or until_position >= N)
-- `note` is personal, and null once it was erased. `period` is 0 where a course has one lesson a day.

-- A student in a lesson, by a mark of its own or an entry of a register. The later one counts.
create table marks (
    student_id    text collate "C" not null,
    date          date not null,
    course_id     text collate "C" not null,
    period        smallint not null,
    class_id      text collate "C",
    branch_id     text collate "C" not null,
    status        text collate "C" not null,
    minutes_late  integer,
    marked_by     text collate "C" not null,
    occurred_at   timestamptz not null,
    note          text,
    from_position bigint not null,
    from_at       timestamptz not null,
    until_position bigint,
    primary key (student_id, date, course_id, period, from_position)
);

-- A register of a lesson, with what it came to. Taken again, the later one counts.
create table registers (
    course_id     text collate "C" not null,
    date          date not null,
    period        smallint not null,
    class_id      text collate "C" not null, -- '' for the whole course
    branch_id     text collate "C" not null,
    marked_by     text collate "C" not null,
    count         integer not null,
    present       integer not null,
    absent        integer not null,
    late          integer not null,
    excused       integer not null,
    occurred_at   timestamptz not null,
    from_position bigint not null,
    from_at       timestamptz not null,
    until_position bigint,
    primary key (course_id, date, period, class_id, from_position)
);
