-- Which of some users there are, registered or with a role, on whose behalf something may be sent to them.
--   $1  users, text[]
--   $2  the branch, text: who has a role there, learns or teaches there; `institution` for every user
--   $3  now, timestamptz
select u.user_id
from (
    select i.user_id from identity.users as i where i.user_id = any($1)
    union
    select r.user_id from access.user_roles as r
    where r.user_id = any($1) and r.until_position is null
        and (r.starts_at is null or r.starts_at <= $3) and (r.expires_at is null or r.expires_at > $3)
) as u
where (
    $2 = 'institution'
    or exists (
        select from access.user_roles as r
        where r.user_id = u.user_id and r.branch_id = $2 and r.until_position is null
            and (r.starts_at is null or r.starts_at <= $3) and (r.expires_at is null or r.expires_at > $3)
    )
    or exists (
        select from people.students as s
        where s.student_id = u.user_id and s.branch_id = $2 and s.until_position is null
            and s.status is distinct from 'left'
    )
    or exists (
        select from people.teachers as t
        where t.teacher_id = u.user_id and t.branch_id = $2 and t.until_position is null
            and t.status is distinct from 'left'
    )
)
order by u.user_id
