-- Everything that is known of students, a line for each thing, after so many events.
--   {size}  how many events
--   {zone}  the time zone whose days they are
select r.*, s.name as student, s.branch_id as student_branch_id
from (
    select
        e.branch_id, e.student_id, 1 as part, 'enrolment' as section, e.enrolled_on as date, e.course_id, c.title as course,
        e.status as item, null::text as mark, null::bigint as score, null::bigint as maximum, null::bigint as amount,
        null::text as currency, e.enrolment_id as id, null::text as remark
    from teaching.enrolments as e
    left join teaching.courses as c
        on c.course_id = e.course_id and c.from_position < {size} and (c.until_position is null or c.until_position >= {size})
    where e.from_position < {size} and (e.until_position is null or e.until_position >= {size})
    union all
    select
        g.branch_id, g.student_id, 2, 'grade', (g.occurred_at at time zone {zone})::date, g.course_id, c.title, g.kind, g.mark,
        g.score, g.maximum_score, null, null, g.grade_id, g.comment
    from coursework.grades as g
    left join teaching.courses as c
        on c.course_id = g.course_id and c.from_position < {size} and (c.until_position is null or c.until_position >= {size})
    where g.from_position < {size} and (g.until_position is null or g.until_position >= {size})
    union all
    select
        k.branch_id, k.student_id, 3, 'attendance', k.date, k.course_id, c.title, k.status, null, null, null, null, null,
        k.course_id || '/' || k.period, k.note
    from attendance.marks as k
    left join teaching.courses as c
        on c.course_id = k.course_id and c.from_position < {size} and (c.until_position is null or c.until_position >= {size})
    where k.from_position < {size} and (k.until_position is null or k.until_position >= {size})
) as r
left join people.students as s
    on s.student_id = r.student_id and s.from_position < {size} and (s.until_position is null or s.until_position >= {size})
