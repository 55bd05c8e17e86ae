-- Students after so many events.
--   {size}  how many events
select
    s.student_id, s.branch_id, b.name as branch, s.name, s.grade_level, s.status, s.admitted_on, s.left_on, s.left_reason,
    s.email, s.phone, s.address, s.birth_date, s.guardian_name, s.guardian_email, s.guardian_phone
from people.students as s
left join people.branches as b
    on b.branch_id = s.branch_id and b.from_position < {size} and (b.until_position is null or b.until_position >= {size})
where s.from_position < {size} and (s.until_position is null or s.until_position >= {size})
