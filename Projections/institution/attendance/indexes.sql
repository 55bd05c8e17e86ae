-- Indexes of read model `attendance` that queries need and apply.sql does not.

create index marks_by_course on marks (course_id, date);
create index marks_by_branch on marks (branch_id, date);
create index registers_by_branch on registers (branch_id, date);
