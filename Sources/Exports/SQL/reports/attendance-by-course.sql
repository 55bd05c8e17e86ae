-- Who was in each lesson of a course, after so many events.
--   {size}  how many events
select
    k.branch_id, k.course_id, c.title as course, k.class_id, k.date, k.period, k.student_id, s.name as student,
    s.branch_id as student_branch_id, k.status,
    k.minutes_late, k.marked_by, k.from_at as recorded_at, k.note
from attendance.marks as k
left join teaching.courses as c
    on c.course_id = k.course_id and c.from_position < {size} and (c.until_position is null or c.until_position >= {size})
left join people.students as s
    on s.student_id = k.student_id and s.from_position < {size} and (s.until_position is null or s.until_position >= {size})
where k.from_position < {size} and (k.until_position is null or k.until_position >= {size})
