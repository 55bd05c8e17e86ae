-- Indexes of read model `teaching` that queries need and apply.sql does not.

create index courses_by_branch on courses (branch_id, course_id);
create index classes_by_course on classes (course_id);
create index class_members_by_student on class_members (student_id);
create index teaching_assignments_by_course on teaching_assignments (course_id);
create index enrolments_by_student on enrolments (student_id);
create index enrolments_by_course on enrolments (course_id);
create index schedule_changes_by_course on schedule_changes (course_id, date);
