-- Teachers after so many events.
--   {size}  how many events
select
    t.teacher_id, t.branch_id, b.name as branch, t.name, t.status, t.employed_on, t.left_on, t.email, t.phone, t.address,
    (
        select count(distinct a.course_id) from teaching.teaching_assignments as a
        where a.teacher_id = t.teacher_id and a.branch_id = t.branch_id and a.from_position < {size}
            and (a.until_position is null or a.until_position >= {size})
    ) as courses
from people.teachers as t
left join people.branches as b
    on b.branch_id = t.branch_id and b.from_position < {size} and (b.until_position is null or b.until_position >= {size})
where t.from_position < {size} and (t.until_position is null or t.until_position >= {size})
