-- Applies the events at positions $from to $to, both included, to read model `people`.
--
-- One pattern, once per table. The events of the range that say something of a thing are its marks, in order; what held
-- before the range is a mark, too. Each mark ends the one before it. What a mark does not say (a transfer says nothing
-- of a name) is taken from the mark that said it last, and so the tables come out the same however the log is cut.

-- Branches: opened, described anew, closed.
with marks as materialized (
    select
        branch_id, true as described, name, code, time_zone, currency, true as decided, 'open' as status,
        null::date as closed_on, coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_branch_opened
    where position between $from and $to
    union all
    select
        branch_id, true, name, code, time_zone, currency, false, null, null, coalesce(occurred_at, recorded_at),
        position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_branch_updated
    where position between $from and $to
    union all
    select
        branch_id, false, null, null, null, null, true, 'closed', closed_on, coalesce(occurred_at, recorded_at),
        position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_branch_closed
    where position between $from and $to
), stored as (
    select
        t.branch_id, true, name, code, time_zone, currency, true, status, closed_on, occurred_at, from_position,
        from_at, from_by, created_position, created_at, created_by, true
    from (select distinct branch_id from marks) as t
    cross join lateral (
        select * from branches as held
        where held.branch_id = t.branch_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by branch_id order by position)
), timeline as materialized (
    select
        branch_id, first_value(name) over described as name, first_value(code) over described as code,
        first_value(time_zone) over described as time_zone, first_value(currency) over described as currency,
        first_value(status) over decided as status, first_value(closed_on) over decided as closed_on,
        first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by branch_id order by position),
        created as (partition by branch_id, founded > 0 order by position),
        described as (partition by branch_id, description order by position),
        decided as (partition by branch_id, decision order by position)
), ended as (
    update branches as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.branch_id = t.branch_id and m.from_position = t.position
)
insert into branches
select
    branch_id, name, code, time_zone, currency, status, closed_on, created_position, created_at, created_by,
    occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- Students: admitted, described anew, moved to another branch, gone.
with marks as materialized (
    select
        student_id, branch_id, true as described, grade_level, admitted_on, name, email, phone, address, birth_date,
        guardian_name, guardian_email, guardian_phone, position as described_position, true as decided,
        'active' as status, null::date as left_on, null::text as left_reason,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_student_created
    where position between $from and $to
    union all
    select
        student_id, branch_id, true, grade_level, admitted_on, name, email, phone, address, birth_date,
        guardian_name, guardian_email, guardian_phone, position, false, null, null, null,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_student_updated
    where position between $from and $to
    union all
    select
        student_id, branch_id, false, null, null, null, null, null, null, null, null, null, null, null, false, null,
        null, null, coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor,
        false
    from log.institution_student_transferred
    where position between $from and $to
    union all
    select
        student_id, branch_id, false, null, null, null, null, null, null, null, null, null, null, null, true, 'left',
        left_on, reason, coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at,
        actor, false
    from log.institution_student_left
    where position between $from and $to
), stored as (
    select
        t.student_id, branch_id, true, grade_level, admitted_on, name, email, phone, address, birth_date,
        guardian_name, guardian_email, guardian_phone, described_position, true, status, left_on, left_reason,
        occurred_at, from_position, from_at, from_by, created_position, created_at, created_by, true
    from (select distinct student_id from marks) as t
    cross join lateral (
        select * from students as held
        where held.student_id = t.student_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by student_id order by position)
), timeline as materialized (
    select
        student_id, branch_id, first_value(grade_level) over described as grade_level,
        first_value(admitted_on) over described as admitted_on, first_value(name) over described as name,
        first_value(email) over described as email, first_value(phone) over described as phone,
        first_value(address) over described as address, first_value(birth_date) over described as birth_date,
        first_value(guardian_name) over described as guardian_name,
        first_value(guardian_email) over described as guardian_email,
        first_value(guardian_phone) over described as guardian_phone,
        first_value(described_position) over described as described_position,
        first_value(status) over decided as status, first_value(left_on) over decided as left_on,
        first_value(left_reason) over decided as left_reason,
        first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by student_id order by position),
        created as (partition by student_id, founded > 0 order by position),
        described as (partition by student_id, description order by position),
        decided as (partition by student_id, decision order by position)
), ended as (
    update students as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.student_id = t.student_id and m.from_position = t.position
)
insert into students
select
    student_id, branch_id, grade_level, admitted_on, name, email, phone, address, birth_date, guardian_name,
    guardian_email, guardian_phone, described_position, status, left_on, left_reason, created_position, created_at,
    created_by, occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- Teachers: employed, described anew, gone.
with marks as materialized (
    select
        teacher_id, branch_id, true as described, employed_on, name, email, phone, address,
        position as described_position, true as decided, 'active' as status, null::date as left_on,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_teacher_created
    where position between $from and $to
    union all
    select
        teacher_id, branch_id, true, employed_on, name, email, phone, address, position, false, null, null,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_teacher_updated
    where position between $from and $to
    union all
    select
        teacher_id, branch_id, false, null, null, null, null, null, null, true, 'left', left_on,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_teacher_left
    where position between $from and $to
), stored as (
    select
        t.teacher_id, branch_id, true, employed_on, name, email, phone, address, described_position, true, status,
        left_on, occurred_at, from_position, from_at, from_by, created_position, created_at, created_by, true
    from (select distinct teacher_id from marks) as t
    cross join lateral (
        select * from teachers as held
        where held.teacher_id = t.teacher_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by teacher_id order by position)
), timeline as materialized (
    select
        teacher_id, branch_id, first_value(employed_on) over described as employed_on,
        first_value(name) over described as name, first_value(email) over described as email,
        first_value(phone) over described as phone, first_value(address) over described as address,
        first_value(described_position) over described as described_position,
        first_value(status) over decided as status, first_value(left_on) over decided as left_on,
        first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by teacher_id order by position),
        created as (partition by teacher_id, founded > 0 order by position),
        described as (partition by teacher_id, description order by position),
        decided as (partition by teacher_id, decision order by position)
), ended as (
    update teachers as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.teacher_id = t.teacher_id and m.from_position = t.position
)
insert into teachers
select
    teacher_id, branch_id, employed_on, name, email, phone, address, described_position, status, left_on,
    created_position, created_at, created_by, occurred_at, position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- Leave: asked for, decided, taken back.
with marks as materialized (
    select
        leave_request_id, branch_id, true as described, user_id, requester, kind, from_date, to_date, reason,
        position as described_position, true as decided, 'requested' as status, null::text as decided_by,
        null::timestamptz as decided_at, null::bigint as decided_position, null::text as decision_note,
        coalesce(occurred_at, recorded_at) as occurred_at, position, recorded_at, actor,
        position as created_position, recorded_at as created_at, actor as created_by, false as stored
    from log.institution_leave_requested
    where position between $from and $to
    union all
    select
        leave_request_id, branch_id, false, null, null, null, null, null, null, null, true, 'approved',
        coalesce(approved_by, actor), coalesce(occurred_at, recorded_at), position, note,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_leave_approved
    where position between $from and $to
    union all
    select
        leave_request_id, branch_id, false, null, null, null, null, null, null, null, true, 'rejected',
        coalesce(rejected_by, actor), coalesce(occurred_at, recorded_at), position, note,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_leave_rejected
    where position between $from and $to
    union all
    select
        leave_request_id, branch_id, false, null, null, null, null, null, null, null, true, 'cancelled',
        coalesce(cancelled_by, actor), coalesce(occurred_at, recorded_at), position, null,
        coalesce(occurred_at, recorded_at), position, recorded_at, actor, position, recorded_at, actor, false
    from log.institution_leave_cancelled
    where position between $from and $to
), stored as (
    select
        t.leave_request_id, branch_id, true, user_id, requester, kind, from_date, to_date, reason,
        described_position, true, status, decided_by, decided_at, decided_position, decision_note, occurred_at,
        from_position, from_at, from_by, created_position, created_at, created_by, true
    from (select distinct leave_request_id from marks) as t
    cross join lateral (
        select * from leave_requests as held
        where held.leave_request_id = t.leave_request_id and held.until_position is null
        limit 1
    ) as held
), grouped as (
    select *,
        count(*) filter (where described) over key as description,
        count(*) filter (where decided) over key as decision,
        count(*) filter (where described and decided) over key as founded
    from (select * from marks union all select * from stored) as every_mark
    window key as (partition by leave_request_id order by position)
), timeline as materialized (
    select
        leave_request_id, branch_id, first_value(user_id) over described as user_id,
        first_value(requester) over described as requester, first_value(kind) over described as kind,
        first_value(from_date) over described as from_date, first_value(to_date) over described as to_date,
        first_value(reason) over described as reason,
        first_value(described_position) over described as described_position,
        first_value(status) over decided as status, first_value(decided_by) over decided as decided_by,
        first_value(decided_at) over decided as decided_at,
        first_value(decided_position) over decided as decided_position,
        first_value(decision_note) over decided as decision_note,
        first_value(created_position) over created as created_position,
        first_value(created_at) over created as created_at, first_value(created_by) over created as created_by,
        founded, occurred_at, position, recorded_at, actor, stored, lead(position) over key as next_position
    from grouped
    window key as (partition by leave_request_id order by position),
        created as (partition by leave_request_id, founded > 0 order by position),
        described as (partition by leave_request_id, description order by position),
        decided as (partition by leave_request_id, decision order by position)
), ended as (
    update leave_requests as m
    set until_position = t.next_position
    from timeline as t
    where t.stored and t.next_position is not null
        and m.leave_request_id = t.leave_request_id and m.from_position = t.position
)
insert into leave_requests
select
    leave_request_id, branch_id, user_id, requester, kind, from_date, to_date, reason, described_position, status,
    decided_by, decided_at, decided_position, decision_note, created_position, created_at, created_by, occurred_at,
    position, recorded_at, actor, next_position
from timeline
where not stored and founded > 0;

-- What was erased from the log is erased here.
update students as m
set name = null, email = null, phone = null, address = null, birth_date = null, guardian_name = null, guardian_email = null, guardian_phone = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.student_id = e.user_id and m.described_position < e.position;

update teachers as m
set name = null, email = null, phone = null, address = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.teacher_id = e.user_id and m.described_position < e.position;

update leave_requests as m
set reason = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.user_id = e.user_id and m.described_position < e.position;

update leave_requests as m
set decision_note = null
from log.log_personal_erased as e
where e.position between $from and $to
    and m.user_id = e.user_id and m.decided_position < e.position;
