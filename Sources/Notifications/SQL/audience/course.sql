-- Who learns and who teaches in a course; users or not; one row without anybody where the course is there. Whoever left the
-- institution, and students who are of another branch by now, belong to it no more, whether or not that was said of it, too.
--   $1  course, text
--   $2  branch, text; `institution` for any
with course as (
    select c.course_id
    from teaching.courses as c
    where c.course_id = $1 and c.until_position is null and ($2 = 'institution' or c.branch_id = $2)
)
select null::text as user_id from course
union all
(
    select distinct of_it.person as user_id
    from course as c
    cross join lateral (
        select e.student_id as person from teaching.enrolments as e
        where e.course_id = c.course_id and e.until_position is null and e.status = 'active'
            and not exists (
                select from people.students as s
                where s.student_id = e.student_id and s.until_position is null
                    and (s.status = 'left' or $2 <> 'institution' and s.branch_id <> $2)
            )
        union all
        select t.teacher_id from teaching.teaching_assignments as t
        where t.course_id = c.course_id and t.until_position is null
            and not exists (
                select from people.teachers as l
                where l.teacher_id = t.teacher_id and l.until_position is null and l.status = 'left'
            )
    ) as of_it
    order by of_it.person
)
