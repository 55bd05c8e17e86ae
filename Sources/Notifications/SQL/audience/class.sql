-- The members of a class and who teaches it; users or not; one row without anybody where the class is there.
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
        union all
        select t.teacher_id from teaching.teaching_assignments as t
        where t.class_id = c.class_id and t.until_position is null
        union all
        select c.teacher_id where c.teacher_id is not null
    ) as of_it
    order by of_it.person
)
