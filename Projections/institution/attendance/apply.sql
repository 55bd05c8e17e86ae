-- Applies the events at positions $from to $to, both included, to read model `attendance`.
--
-- One pattern, once per table: the events of the range that say something of a key are its marks, in order. The first
-- ends what held before the range, each ends the one before it, and so the tables come out the same however the log is
-- cut.

-- Marks, one by one and out of registers. Where a register names somebody twice, its last entry counts.
with marked as (
    select student_id, date, course_id, coalesce(period, 0)::smallint as period, class_id, branch_id, status,
        minutes_late::integer as minutes_late, coalesce(marked_by, actor) as marked_by,
        coalesce(occurred_at, recorded_at) as occurred_at, note, position, recorded_at, 0::bigint as entry
    from log.institution_attendance_marked
    where position between $from and $to
    union all
    select e."studentId", r.date, r.course_id, coalesce(r.period, 0)::smallint, r.class_id, r.branch_id, e.status,
        e."minutesLate", coalesce(r.marked_by, r.actor), coalesce(r.occurred_at, r.recorded_at), null,
        r.position, r.recorded_at, e.entry
    from log.institution_register_taken as r
    cross join lateral rows from (
        json_to_recordset(r.entries) as ("studentId" text, "status" text, "minutesLate" integer)
    ) with ordinality as e("studentId", status, "minutesLate", entry)
    where r.position between $from and $to
), timeline as materialized (
    select *,
        lead(position) over key as next_position,
        row_number() over key as number
    from marked
    window key as (partition by student_id, date, course_id, period order by position, entry)
), ended as (
    update marks as m
    set until_position = t.position
    from timeline as t
    where t.number = 1
        and m.student_id = t.student_id and m.date = t.date and m.course_id = t.course_id and m.period = t.period
        and m.until_position is null
)
insert into marks
select student_id, date, course_id, period, class_id, branch_id, status, minutes_late, marked_by, occurred_at, note,
    position, recorded_at, next_position
from timeline
where next_position is distinct from position;

-- Registers.
with taken as materialized (
    select r.course_id, r.date, coalesce(r.period, 0)::smallint as period, coalesce(r.class_id, '') as class_id,
        r.branch_id, coalesce(r.marked_by, r.actor) as marked_by, e.*,
        coalesce(r.occurred_at, r.recorded_at) as occurred_at, r.position, r.recorded_at
    from log.institution_register_taken as r
    cross join lateral (
        select count(*) as count,
            count(*) filter (where status = 'present') as present,
            count(*) filter (where status = 'absent') as absent,
            count(*) filter (where status = 'late') as late,
            count(*) filter (where status = 'excused') as excused
        from json_to_recordset(r.entries) as (status text)
    ) as e
    where r.position between $from and $to
), timeline as materialized (
    select *,
        lead(position) over key as next_position,
        row_number() over key as number
    from taken
    window key as (partition by course_id, date, period, class_id order by position)
), ended as (
    update registers as m
    set until_position = t.position
    from timeline as t
    where t.number = 1
        and m.course_id = t.course_id and m.date = t.date and m.period = t.period and m.class_id = t.class_id
        and m.until_position is null
)
insert into registers
select course_id, date, period, class_id, branch_id, marked_by, count, present, absent, late, excused, occurred_at,
    position, recorded_at, next_position
from timeline;

-- What was erased from the log is erased here.
update marks as m
set note = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.student_id = e.user_id and m.from_position < e.position and m.note is not null;
