-- Indexes of read model `finance` that queries need and apply.sql does not.

create index fees_by_student on fees (student_id, due_on);
create index fees_by_branch on fees (branch_id, due_on);
create index fees_by_course on fees (course_id, due_on);
create index payments_by_user on payments (user_id);
create index payments_by_student on payments (student_id);
create index transactions_by_id on transactions (transaction_id);
create index transactions_by_branch on transactions (branch_id, occurred_at);
create index transactions_by_student on transactions (student_id, occurred_at);
