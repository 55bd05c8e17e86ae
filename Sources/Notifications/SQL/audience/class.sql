-- The members of a class and who teaches it; users or not; one row without anybody where the class is there. Whoever left the
-- institution, and students who are of another branch by now, belong to it no more, whether or not that was said of it, too.
--   $1  class, text
--   $2  branch, text; `institution` for any
with class as (
    select c.class_id, c.teacher_id
    from teaching.classes as c
    where c.class_id = $1 and c.until_position is null and ($2 = 'institution' or c.branch_id = $2)
)
select null::text as user_id from class
union all
(
    select distinct of_it.person as user_id
    from class as c
    cross join lateral (
        select m.student_id as person from teaching.class_members as m
        where m.class_id = c.class_id and m.until_position is null
            and not exists (
                select from people.students as s
                where s.student_id = m.student_id and s.until_position is null
                    and (s.status = 'left' or $2 <> 'institution' and s.branch_id <> $2)
            )
        union all
        select t.teacher_id
        from (
            select a.teacher_id from teaching.teaching_assignments as a
            where a.class_id = c.class_id and a.until_position is null
            union all
            select c.teacher_id where c.teacher_id is not null
        ) as t
        where not exists (
            select from people.teachers as l
            where l.teacher_id = t.teacher_id and l.until_position is null and l.status = 'left'
        )
    ) as of_it
    order by of_it.person
)
