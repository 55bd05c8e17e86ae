-- Indexes of read model `people` that queries need and apply.sql does not.

create index students_by_branch on students (branch_id, student_id);
create index teachers_by_branch on teachers (branch_id, teacher_id);
create index leave_requests_by_user on leave_requests (user_id, from_date);
create index leave_requests_by_branch on leave_requests (branch_id, from_date);
