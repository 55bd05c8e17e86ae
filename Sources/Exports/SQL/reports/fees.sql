-- Fees and what is owed of them, after so many events.
--   {size}  how many events
select
    f.branch_id, b.name as branch, f.course_id, c.title as course, f.fee_id, f.student_id, s.name as student,
    s.branch_id as student_branch_id, f.kind,
    f.due_on, f.status, f.currency, f.amount, f.waived, f.paid, f.balance, f.occurred_at as charged_at, f.note
from finance.fees as f
left join people.branches as b
    on b.branch_id = f.branch_id and b.from_position < {size} and (b.until_position is null or b.until_position >= {size})
left join teaching.courses as c
    on c.course_id = f.course_id and c.from_position < {size} and (c.until_position is null or c.until_position >= {size})
left join people.students as s
    on s.student_id = f.student_id and s.from_position < {size} and (s.until_position is null or s.until_position >= {size})
where f.from_position < {size} and (f.until_position is null or f.until_position >= {size})
