-- How attendance was in each course of a branch on each day, after so many events.
--   {size}  how many events
select
    m.branch_id, b.name as branch, m.course_id, c.title as course, m.date, m.marks, m.present, m.late, m.absent, m.excused,
    -- Of those who were to come: who was there, late or not.
    case when m.marks > m.excused then round((m.present + m.late)::numeric * 100 / (m.marks - m.excused), 1) end as rate
from (
    select
        k.branch_id, k.course_id, k.date, count(*) as marks,
        count(*) filter (where k.status = 'present') as present, count(*) filter (where k.status = 'late') as late,
        count(*) filter (where k.status = 'absent') as absent, count(*) filter (where k.status = 'excused') as excused
    from attendance.marks as k
    where k.from_position < {size} and (k.until_position is null or k.until_position >= {size})
    group by k.branch_id, k.course_id, k.date
) as m
left join people.branches as b
    on b.branch_id = m.branch_id and b.from_position < {size} and (b.until_position is null or b.until_position >= {size})
left join teaching.courses as c
    on c.course_id = m.course_id and c.from_position < {size} and (c.until_position is null or c.until_position >= {size})
