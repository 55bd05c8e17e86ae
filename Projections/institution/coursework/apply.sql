-- Applies the events at positions $from to $to, both included, to read model `coursework`.
--
-- One pattern, once per table. The events of the range that say something of a thing are its marks, in order; what held
-- before the range is a mark, too. Each mark ends the one before it. What a mark does not say (a transfer says nothing
-- of a name) is taken from the mark that said it last, and so the tables come out the same however the log is cut.

-- Assignments: set, described anew, cancelled.
with marks as materialized (
    select
        assignment_id, branch_id, true as described, course_id, class_id, teacher_id, title, due_at, maximum_score,
        details, coalesce(teacher_id, actor) as author, position as described_position, true as decided,
        'set' as status, coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_assignment_created
    where position between $from and $to
    union all
    select
        assignment_id, branch_id, true, course_id, class_id, teacher_id, title, due_at, maximum_score, details,
        coalesce(teacher_id, actor), position, false, null, coalesce(occurred_at, recorded_at), position,
        recorded_at, actor, position, recorded_at, actor, false
    from log.institution_assignment_updated
    where position between $from and $to
    union all
    select
        assignment_id, branch_id, false, null, null, null, null, null, null, null, null, null, true, 'cancelled',
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_assignment_cancelled
    where position between $from and $to
), stored as (
    select
        t.assignment_id, branch_id, true, course_id, class_id, teacher_id, title, due_at, maximum_score, details,
        author, described_position, true, status, occurred_at, from_position, from_at, from_by, created_position,
        created_at, created_by, true
    from (select distinct assignment_id from marks) as t
    cross join lateral (
        select * from assignments as held
        where held.assignment_id = t.assignment_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by assignment_id order by position)
), timeline as materialized (
    select
        assignment_id, branch_id, first_value(course_id) over described as course_id,
        first_value(class_id) over described as class_id, first_value(teacher_id) over described as teacher_id,
        first_value(title) over described as title, first_value(due_at) over described as due_at,
        first_value(maximum_score) over described as maximum_score, first_value(details) over described as details,
        first_value(author) over described as author,
        first_value(described_position) over described as described_position,
        first_value(status) over decided as status, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by assignment_id order by position),
        created as (partition by assignment_id, founded > 0 order by position),
        described as (partition by assignment_id, description order by position),
        decided as (partition by assignment_id, decision order by position)
), ended as (
    update assignments as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.assignment_id = t.assignment_id and m.from_position = t.position
)
insert into assignments
select
    assignment_id, branch_id, course_id, class_id, teacher_id, title, due_at, maximum_score, details, author,
    described_position, status, created_position, created_at, created_by, occurred_at, position, recorded_at, actor,
    next_position
from timeline
where not stored and founded > 0;

-- Work that was handed in.
with marks as materialized (
    select
        submission_id, branch_id, assignment_id, student_id, course_id,
        coalesce(submitted_at, occurred_at, recorded_at) as submitted_at, coalesce(late, false) as late, attachments,
        text, position as described_position, coalesce(occurred_at, recorded_at) as occurred_at, position,
        recorded_at, actor, position as created_position, recorded_at as created_at, actor as created_by,
        false as stored
    from log.institution_submission_received
    where position between $from and $to
), stored as (
    select
        t.submission_id, branch_id, assignment_id, student_id, course_id, submitted_at, late, attachments, text,
        described_position, occurred_at, from_position, from_at, from_by, created_position, created_at, created_by,
        true
    from (select distinct submission_id from marks) as t
    cross join lateral (
        select * from submissions as held
        where held.submission_id = t.submission_id and held.until_position is null
        limit 1
    ) as held
), timeline as materialized (
    select
        submission_id, branch_id, assignment_id, student_id, course_id, submitted_at, late, attachments, text,
        described_position, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by submission_id order by position),
        created as (partition by submission_id order by position)
), ended as (
    update submissions as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.submission_id = t.submission_id and m.from_position = t.position
)
insert into submissions
select
    submission_id, branch_id, assignment_id, student_id, course_id, submitted_at, late, attachments, text,
    described_position, created_position, created_at, created_by, occurred_at, position, recorded_at, actor,
    next_position
from timeline
where not stored;

-- Grades: given, revised.
with marks as materialized (
    select
        grade_id, branch_id, student_id, course_id, assignment_id, kind, score, maximum_score, mark,
        coalesce(graded_by, actor) as graded_by, comment, position as described_position,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_grade_recorded
    where position between $from and $to
    union all
    select
        grade_id, branch_id, student_id, course_id, assignment_id, kind, score, maximum_score, mark,
        coalesce(graded_by, actor), comment, position, coalesce(occurred_at, recorded_at), position, recorded_at,
        actor, position, recorded_at, actor, false
    from log.institution_grade_revised
    where position between $from and $to
), stored as (
    select
        t.grade_id, branch_id, student_id, course_id, assignment_id, kind, score, maximum_score, mark, graded_by,
        comment, described_position, occurred_at, from_position, from_at, from_by, created_position, created_at,
        created_by, true
    from (select distinct grade_id from marks) as t
    cross join lateral (
        select * from grades as held
        where held.grade_id = t.grade_id and held.until_position is null
        limit 1
    ) as held
), timeline as materialized (
    select
        grade_id, branch_id, student_id, course_id, assignment_id, kind, score, maximum_score, mark, graded_by,
        comment, described_position, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by grade_id order by position),
        created as (partition by grade_id order by position)
), ended as (
    update grades as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.grade_id = t.grade_id and m.from_position = t.position
)
insert into grades
select
    grade_id, branch_id, student_id, course_id, assignment_id, kind, score, maximum_score, mark, graded_by, comment,
    described_position, created_position, created_at, created_by, occurred_at, position, recorded_at, actor,
    next_position
from timeline
where not stored;

-- What was erased from the log is erased here.
update assignments as m
set details = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.author = e.user_id and m.described_position < e.position;

update submissions as m
set text = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.student_id = e.user_id and m.described_position < e.position;

update grades as m
set comment = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.student_id = e.user_id and m.described_position < e.position;
