-- Read model `coursework`: assignments, what is handed in for them, and grades.
--
-- Every table holds intervals of log positions. A row holds from the event at `from_position` up to, not including, the
-- event at `until_position`; null means that it still holds. So
--     as of now:                until_position is null
--     after the first N events: from_position < N and (until_position is null or until_position >= N)
-- created_* name the first event about the thing, from_* the one that made the row; occurred_at is when that happened,
-- as its sender says. Personal columns are null once they were erased; described_position names the event that they
-- come from.

-- Assignments: set, described anew, cancelled.
create table assignments (
    assignment_id      text collate "C" not null,
    branch_id          text collate "C" not null,
    course_id          text collate "C",
    class_id           text collate "C",
    teacher_id         text collate "C",
    title              text,
    due_at             timestamptz,
    maximum_score      bigint,
    details            text,
    author             text collate "C",
    described_position bigint,
    status             text collate "C",
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (assignment_id, from_position)
);

-- Work that was handed in.
create table submissions (
    submission_id      text collate "C" not null,
    branch_id          text collate "C" not null,
    assignment_id      text collate "C",
    student_id         text collate "C",
    course_id          text collate "C",
    submitted_at       timestamptz,
    late               boolean,
    attachments        json,
    text               text,
    described_position bigint,
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (submission_id, from_position)
);

-- Grades: given, revised.
create table grades (
    grade_id           text collate "C" not null,
    branch_id          text collate "C" not null,
    student_id         text collate "C",
    course_id          text collate "C",
    assignment_id      text collate "C",
    kind               text collate "C",
    score              bigint,
    maximum_score      bigint,
    mark               text,
    graded_by          text collate "C",
    comment            text,
    described_position bigint,
    created_position   bigint not null,
    created_at         timestamptz not null,
    created_by         text collate "C" not null,
    occurred_at        timestamptz not null,
    from_position      bigint not null,
    from_at            timestamptz not null,
    from_by            text collate "C" not null,
    until_position     bigint,
    primary key (grade_id, from_position)
);
