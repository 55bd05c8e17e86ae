-- Applies the events at positions $from to $to, both included, to read model `teaching`.
--
-- One pattern, once per table. The events of the range that say something of a thing are its marks, in order; what held
-- before the range is a mark, too. Each mark ends the one before it. What a mark does not say (a transfer says nothing
-- of a name) is taken from the mark that said it last, and so the tables come out the same however the log is cut.

-- Courses: set up, described anew, closed.
with marks as materialized (
    select
        course_id, branch_id, true as described, title, code, field, credits::integer as credits, true as decided,
        'open' as status, coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_course_created
    where position between $from and $to
    union all
    select
        course_id, branch_id, true, title, code, field, credits::integer, false, null,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_course_updated
    where position between $from and $to
    union all
    select
        course_id, branch_id, false, null, null, null, null, true, 'closed', coalesce(occurred_at, recorded_at),
        position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_course_closed
    where position between $from and $to
), stored as (
    select
        t.course_id, branch_id, true, title, code, field, credits, true, status, occurred_at, from_position, from_at,
        from_by, created_position, created_at, created_by, true
    from (select distinct course_id from marks) as t
    cross join lateral (
        select * from courses as held
        where held.course_id = t.course_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by course_id order by position)
), timeline as materialized (
    select
        course_id, branch_id, first_value(title) over described as title, first_value(code) over described as code,
        first_value(field) over described as field, first_value(credits) over described as credits,
        first_value(status) over decided as status, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by course_id order by position),
        created as (partition by course_id, founded > 0 order by position),
        described as (partition by course_id, description order by position),
        decided as (partition by course_id, decision order by position)
), ended as (
    update courses as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.course_id = t.course_id and m.from_position = t.position
)
insert into courses
select
    course_id, branch_id, title, code, field, credits, status, created_position, created_at, created_by, occurred_at,
    position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- Classes: formed, described anew, dissolved.
with marks as materialized (
    select
        class_id, branch_id, true as described, course_id, name, grade_level, teacher_id,
        capacity::integer as capacity, true as decided, 'open' as status,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_class_created
    where position between $from and $to
    union all
    select
        class_id, branch_id, true, course_id, name, grade_level, teacher_id, capacity::integer, false, null,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_class_updated
    where position between $from and $to
    union all
    select
        class_id, branch_id, false, null, null, null, null, null, true, 'closed', coalesce(occurred_at, recorded_at),
        position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_class_closed
    where position between $from and $to
), stored as (
    select
        t.class_id, branch_id, true, course_id, name, grade_level, teacher_id, capacity, true, status, occurred_at,
        from_position, from_at, from_by, created_position, created_at, created_by, true
    from (select distinct class_id from marks) as t
    cross join lateral (
        select * from classes as held
        where held.class_id = t.class_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by class_id order by position)
), timeline as materialized (
    select
        class_id, branch_id, first_value(course_id) over described as course_id,
        first_value(name) over described as name, first_value(grade_level) over described as grade_level,
        first_value(teacher_id) over described as teacher_id, first_value(capacity) over described as capacity,
        first_value(status) over decided as status, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by class_id order by position),
        created as (partition by class_id, founded > 0 order by position),
        described as (partition by class_id, description order by position),
        decided as (partition by class_id, decision order by position)
), ended as (
    update classes as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.class_id = t.class_id and m.from_position = t.position
)
insert into classes
select
    class_id, branch_id, course_id, name, grade_level, teacher_id, capacity, status, created_position, created_at,
    created_by, occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- Members of classes: joined, left.
with marks as materialized (
    select
        class_id, student_id, branch_id, true as described, true as lives,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_class_members_added
    cross join lateral unnest(student_ids) as student_id
    where position between $from and $to
    union all
    select
        class_id, student_id, branch_id, true, false, coalesce(occurred_at, recorded_at), position, recorded_at,
        actor, position, recorded_at, actor, false
    from log.institution_class_members_removed
    cross join lateral unnest(student_ids) as student_id
    where position between $from and $to
), stored as (
    select
        t.class_id, t.student_id, branch_id, true, true, occurred_at, from_position, from_at, from_by,
        created_position, created_at, created_by, true
    from (select distinct class_id, student_id from marks) as t
    cross join lateral (
        select * from class_members as held
        where held.class_id = t.class_id and held.student_id = t.student_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where not lives) over key as life
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by class_id, student_id order by position)
), timeline as materialized (
    select
        class_id, student_id, branch_id, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        lives, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by class_id, student_id order by position),
        created as (partition by class_id, student_id, life, lives order by position),
        described as (partition by class_id, student_id, description order by position)
), ended as (
    update class_members as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.class_id = t.class_id and m.student_id = t.student_id and m.from_position = t.position
)
insert into class_members
select
    class_id, student_id, branch_id, created_position, created_at, created_by, occurred_at, position, recorded_at,
    actor, next_position
from timeline
where not stored and lives;

-- Who teaches which course, or one class of it ('' for the whole course): assigned, taken off.
with marks as materialized (
    select
        teacher_id, course_id, coalesce(class_id, '') as class_id, branch_id, true as described,
        coalesce(assigned_by, actor) as assigned_by, true as lives,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_teacher_assigned
    where position between $from and $to
    union all
    select
        teacher_id, course_id, coalesce(class_id, ''), branch_id, true, null, false,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_teacher_unassigned
    where position between $from and $to
), stored as (
    select
        t.teacher_id, t.course_id, t.class_id, branch_id, true, assigned_by, true, occurred_at, from_position,
        from_at, from_by, created_position, created_at, created_by, true
    from (select distinct teacher_id, course_id, class_id from marks) as t
    cross join lateral (
        select * from teaching_assignments as held
        where held.teacher_id = t.teacher_id and held.course_id = t.course_id and held.class_id = t.class_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where not lives) over key as life
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by teacher_id, course_id, class_id order by position)
), timeline as materialized (
    select
        teacher_id, course_id, class_id, branch_id, first_value(assigned_by) over described as assigned_by,
        first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        lives, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by teacher_id, course_id, class_id order by position),
        created as (partition by teacher_id, course_id, class_id, life, lives order by position),
        described as (partition by teacher_id, course_id, class_id, description order by position)
), ended as (
    update teaching_assignments as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.teacher_id = t.teacher_id and m.course_id = t.course_id and m.class_id = t.class_id and m.from_position = t.position
)
insert into teaching_assignments
select
    teacher_id, course_id, class_id, branch_id, assigned_by, created_position, created_at, created_by, occurred_at,
    position, recorded_at, actor, next_position
from timeline
where not stored and lives;

-- Enrolments: begun, ended.
with marks as materialized (
    select
        enrolment_id, branch_id, true as described, student_id, course_id, class_id, enrolled_on, true as decided,
        'active' as status, null::date as ended_on, coalesce(occurred_at, recorded_at) as occurred_at, position,
        recorded_at, actor, position as created_position, recorded_at as created_at, actor as created_by,
        false as stored
    from log.institution_student_enrolled
    where position between $from and $to
    union all
    select
        enrolment_id, branch_id, false, null, null, null, null, true, outcome, ended_on,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_enrolment_ended
    where position between $from and $to
), stored as (
    select
        t.enrolment_id, branch_id, true, student_id, course_id, class_id, enrolled_on, true, status, ended_on,
        occurred_at, from_position, from_at, from_by, created_position, created_at, created_by, true
    from (select distinct enrolment_id from marks) as t
    cross join lateral (
        select * from enrolments as held
        where held.enrolment_id = t.enrolment_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by enrolment_id order by position)
), timeline as materialized (
    select
        enrolment_id, branch_id, first_value(student_id) over described as student_id,
        first_value(course_id) over described as course_id, first_value(class_id) over described as class_id,
        first_value(enrolled_on) over described as enrolled_on, first_value(status) over decided as status,
        first_value(ended_on) over decided as ended_on,
        first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by enrolment_id order by position),
        created as (partition by enrolment_id, founded > 0 order by position),
        described as (partition by enrolment_id, description order by position),
        decided as (partition by enrolment_id, decision order by position)
), ended as (
    update enrolments as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.enrolment_id = t.enrolment_id and m.from_position = t.position
)
insert into enrolments
select
    enrolment_id, branch_id, student_id, course_id, class_id, enrolled_on, status, ended_on, created_position,
    created_at, created_by, occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- Lessons that are held otherwise than planned.
with marks as materialized (
    select
        schedule_change_id, branch_id, course_id, class_id, kind, date, period::integer as period, starts_at,
        ends_at, room, teacher_id, coalesce(changed_by, actor) as changed_by, note, position as described_position,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_schedule_changed
    where position between $from and $to
), stored as (
    select
        t.schedule_change_id, branch_id, course_id, class_id, kind, date, period, starts_at, ends_at, room,
        teacher_id, changed_by, note, described_position, occurred_at, from_position, from_at, from_by,
        created_position, created_at, created_by, true
    from (select distinct schedule_change_id from marks) as t
    cross join lateral (
        select * from schedule_changes as held
        where held.schedule_change_id = t.schedule_change_id and held.until_position is null
        limit 1
    ) as held
), timeline as materialized (
    select
        schedule_change_id, branch_id, course_id, class_id, kind, date, period, starts_at, ends_at, room, teacher_id,
        changed_by, note, described_position, first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by schedule_change_id order by position),
        created as (partition by schedule_change_id order by position)
), ended as (
    update schedule_changes as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.schedule_change_id = t.schedule_change_id and m.from_position = t.position
)
insert into schedule_changes
select
    schedule_change_id, branch_id, course_id, class_id, kind, date, period, starts_at, ends_at, room, teacher_id,
    changed_by, note, described_position, created_position, created_at, created_by, occurred_at, position,
    recorded_at, actor, next_position
from timeline
where not stored;

-- What was erased from the log is erased here.
update schedule_changes as m
set note = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.from_by = e.user_id and m.described_position < e.position;
