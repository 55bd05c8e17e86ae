-- The members of a class and who teaches it; one row without a user where the class is there.
--   $1  class, text
--   $2  branch, text; `institution` for any
--   $3  now, timestamptz
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
    where exists (select from identity.users as u where u.user_id = of_it.person)
        or exists (
            select from access.user_roles as r
            where r.user_id = of_it.person and r.until_position is null
                and (r.starts_at is null or r.starts_at <= $3) and (r.expires_at is null or r.expires_at > $3)
        )
    order by of_it.person
)
