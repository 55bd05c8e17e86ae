-- Applies the events at positions $from to $to, both included, to read model `analytics`.
--
-- The events of the range that say something of a thing are its marks, in order; how it stood before the range is a
-- mark, too. What a mark does not say is taken from the mark that said it last, since the thing began (again); marks of
-- a thing that has not begun count for nothing. Each mark takes away what counted before it and adds what counts from it
-- on. So the tables come out the same however the log is cut.

with marks as materialized (
    select
        'students' as measure, student_id as thing, true as founds, branch_id, 'active' as state, '' as currency,
        coalesce(admitted_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date) as day,
        0::numeric as amount, position, 0::bigint as entry, false as stored
    from log.institution_student_created
    where position between $from and $to
    union all
    select
        'students', student_id, false, branch_id, null, null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_student_updated
    where position between $from and $to
    union all
    select
        'students', student_id, false, branch_id, null, null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_student_transferred
    where position between $from and $to
    union all
    select
        'students', student_id, false, branch_id, 'left', null,
        coalesce(left_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date), 0, position, 0, false
    from log.institution_student_left
    where position between $from and $to
    union all
    select
        'teachers', teacher_id, true, branch_id, 'active', '',
        coalesce(employed_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date), 0, position, 0, false
    from log.institution_teacher_created
    where position between $from and $to
    union all
    select
        'teachers', teacher_id, false, branch_id, null, null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_teacher_updated
    where position between $from and $to
    union all
    select
        'teachers', teacher_id, false, branch_id, 'left', null,
        coalesce(left_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date), 0, position, 0, false
    from log.institution_teacher_left
    where position between $from and $to
    union all
    select
        'courses', course_id, true, branch_id, 'open', '',
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_course_created
    where position between $from and $to
    union all
    select
        'courses', course_id, false, branch_id, null, null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_course_updated
    where position between $from and $to
    union all
    select
        'courses', course_id, false, branch_id, 'closed', null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_course_closed
    where position between $from and $to
    union all
    select
        'classes', class_id, true, branch_id, 'open', '',
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_class_created
    where position between $from and $to
    union all
    select
        'classes', class_id, false, branch_id, null, null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_class_updated
    where position between $from and $to
    union all
    select
        'classes', class_id, false, branch_id, 'closed', null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_class_closed
    where position between $from and $to
    union all
    select
        'enrolments', enrolment_id, true, branch_id, 'active', '',
        coalesce(enrolled_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date), 0, position, 0, false
    from log.institution_student_enrolled
    where position between $from and $to
    union all
    select
        'enrolments', enrolment_id, false, branch_id, outcome, null,
        coalesce(ended_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date), 0, position, 0, false
    from log.institution_enrolment_ended
    where position between $from and $to
    union all
    select
        'leave-requests', leave_request_id, true, branch_id, 'requested', '',
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_leave_requested
    where position between $from and $to
    union all
    select
        'leave-requests', leave_request_id, false, branch_id, 'approved', null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_leave_approved
    where position between $from and $to
    union all
    select
        'leave-requests', leave_request_id, false, branch_id, 'rejected', null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_leave_rejected
    where position between $from and $to
    union all
    select
        'leave-requests', leave_request_id, false, branch_id, 'cancelled', null,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_leave_cancelled
    where position between $from and $to
    union all
    select
        'submissions', submission_id, true, branch_id, case when late then 'late' else 'on-time' end, '',
        (coalesce(submitted_at, occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_submission_received
    where position between $from and $to
    union all
    select
        'grades', grade_id, true, branch_id, 'given', '',
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_grade_recorded
    where position between $from and $to
    union all
    select
        'grades', grade_id, true, branch_id, 'given', '',
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, 0, position, 0, false
    from log.institution_grade_revised
    where position between $from and $to
    union all
    select
        'fees', fee_id, true, branch_id, 'charged', currency,
        coalesce(due_on, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date), amount, position, 0, false
    from log.institution_fee_charged
    where position between $from and $to
    union all
    select
        'fees', fee_id, false, null, null, null,
        null, -amount, position, 0, false
    from log.institution_fee_waived
    where position between $from and $to
    union all
    select
        'fees', fee_id, false, null, 'cancelled', null,
        null, 0, position, 0, false
    from log.institution_fee_cancelled
    where position between $from and $to
    union all
    select
        'payments', payment_id, true, branch_id, 'received', currency,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, amount, position, 0, false
    from log.institution_payment_processed
    where position between $from and $to
    union all
    select
        'payments', payment_id, true, branch_id, 'failed', currency,
        (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date, amount, position, 0, false
    from log.institution_payment_failed
    where position between $from and $to
    union all
    select
        'payments', payment_id, false, null, null, null,
        null, -amount, position, 0, false
    from log.institution_payment_refunded
    where position between $from and $to
    union all
    select
        'attendance', concat_ws(E'\x1f', student_id, date, course_id, coalesce(period, 0)), true, branch_id, status, '',
        date, 0, position, 0, false
    from log.institution_attendance_marked
    where position between $from and $to
    union all
    select
        'attendance', concat_ws(E'\x1f', e."studentId", r.date, r.course_id, coalesce(r.period, 0)), true, r.branch_id,
        e.status, '', r.date, 0, r.position, e.entry, false
    from log.institution_register_taken as r
    cross join lateral rows from (
        json_to_recordset(r.entries) as ("studentId" text, "status" text)
    ) with ordinality as e("studentId", status, entry)
    where r.position between $from and $to
), stored as (
    select
        measure, thing, true, branch_id, state, currency, day, amount, -1::bigint, 0::bigint, true
    from (select distinct measure, thing from marks) as t
    cross join lateral (
        select branch_id, state, currency, day, amount from standing as held
        where held.measure = t.measure and held.thing = t.thing
        limit 1
    ) as held
), lives as (
    select *, count(*) filter (where founds) over (partition by measure, thing order by position, entry) as life
    from (select * from marks union all select * from stored) as every_mark
), told as (
    select *, count(branch_id) over life as branch_told, count(state) over life as state_told,
        count(day) over life as day_told
    from lives
    where life > 0
    window life as (partition by measure, thing, life order by position, entry)
), folded as (
    select measure, thing, position, entry, stored,
        first_value(branch_id) over of_branch as branch_id, first_value(state) over of_state as state,
        first_value(currency) over life as currency, first_value(day) over of_day as day,
        sum(amount) over life as amount,
        measure in ('students', 'teachers', 'courses', 'classes', 'enrolments', 'leave-requests') as lives_on
    from told
    window life as (partition by measure, thing, life order by position, entry),
        of_branch as (partition by measure, thing, life, branch_told order by position, entry),
        of_state as (partition by measure, thing, life, state_told order by position, entry),
        of_day as (partition by measure, thing, life, day_told order by position, entry)
), counted as (
    select *, case when state in ('cancelled', 'failed') then 0 else amount end as money,
        lead(position) over key is null as is_last
    from folded
    window key as (partition by measure, thing order by position, entry)
), steps as materialized (
    select *,
        lag(branch_id) over key as old_branch_id, lag(state) over key as old_state,
        lag(currency) over key as old_currency, lag(day) over key as old_day, lag(money) over key as old_money
    from counted
    window key as (partition by measure, thing order by position, entry)
), moved as (
    insert into movements
    select branch_id, measure, state, currency, day, sum(change), sum(money), position
    from (
        select branch_id, measure, state, currency, day, 1 as change, money, position
        from steps
        where not stored
        union all
        select old_branch_id, measure, old_state, old_currency, case when lives_on then day else old_day end, -1,
            -old_money, position
        from steps
        where not stored and old_branch_id is not null
    ) as both_sides
    group by branch_id, measure, state, currency, day, position
    having sum(change) <> 0 or sum(money) <> 0
)
insert into standing
select measure, thing, branch_id, state, currency, day, amount
from steps
where is_last and not stored
on conflict (measure, thing) do update
set branch_id = excluded.branch_id, state = excluded.state, currency = excluded.currency, day = excluded.day,
    amount = excluded.amount;
