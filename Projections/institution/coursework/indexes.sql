-- Indexes of read model `coursework` that queries need and apply.sql does not.

create index assignments_by_course on assignments (course_id, due_at);
create index submissions_by_assignment on submissions (assignment_id);
create index submissions_by_student on submissions (student_id);
create index grades_by_student on grades (student_id);
create index grades_by_course on grades (course_id);
