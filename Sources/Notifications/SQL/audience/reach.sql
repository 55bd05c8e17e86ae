-- Which of some users still belong to what a notification was sent to: by the same rules as when it was sent.
--   $1  what it is: role, course or class, text
--   $2  its id, text
--   $3  branch, text; `institution` for any
--   $4  now, timestamptz
--   $5  users, text[]
with recursive seniors as (
    select $2::text collate "C" as role_id where $1 = 'role'
    union
    select p.role_id
    from seniors as s
    join access.role_parents as p on p.parent_role_id = s.role_id and p.until_position is null
)
select u.user_id
from unnest($5::text[]) as u (user_id)
where ($1 = 'role' and exists (
        select from access.user_roles as r
        join seniors as s on s.role_id = r.role_id
        where r.user_id = u.user_id and r.until_position is null and ($3 = 'institution' or r.branch_id = $3)
            and (r.starts_at is null or r.starts_at <= $4) and (r.expires_at is null or r.expires_at > $4)
    ))
    or ($1 in ('course', 'class') and (
        (
            (
                $1 = 'course' and exists (
                    select from teaching.enrolments as e
                    where e.student_id = u.user_id and e.course_id = $2 and e.until_position is null
                        and e.status = 'active'
                )
                or $1 = 'class' and exists (
                    select from teaching.class_members as m
                    where m.student_id = u.user_id and m.class_id = $2 and m.until_position is null
                )
            )
            and not exists (
                select from people.students as s
                where s.student_id = u.user_id and s.until_position is null
                    and (s.status = 'left' or $3 <> 'institution' and s.branch_id <> $3)
            )
        )
        or (
            (
                exists (
                    select from teaching.teaching_assignments as t
                    where t.teacher_id = u.user_id and t.until_position is null
                        and case $1 when 'course' then t.course_id = $2 else t.class_id = $2 end
                )
                or $1 = 'class' and exists (
                    select from teaching.classes as c
                    where c.class_id = $2 and c.teacher_id = u.user_id and c.until_position is null
                )
            )
            and not exists (
                select from people.teachers as l
                where l.teacher_id = u.user_id and l.until_position is null and l.status = 'left'
            )
        )
    ))
