-- What a thing is called now, and whose it is.
--   $1  what it is: course or assignment, text
--   $2  its id, text
select c.title, null::text as teacher_id
from teaching.courses as c
where $1 = 'course' and c.course_id = $2 and c.until_position is null
union all
select a.title, a.teacher_id
from coursework.assignments as a
where $1 = 'assignment' and a.assignment_id = $2 and a.until_position is null
limit 1
