-- Every person of a branch that is a user: registered as a person, or with a role and not registered at all.
--   $1  the branch, text; `institution` for every person
--   $2  now, timestamptz
select u.user_id
from (
    select i.user_id from identity.users as i where i.kind = 'person'
    union all
    select distinct r.user_id
    from access.user_roles as r
    where r.until_position is null and not exists (select from identity.users as i where i.user_id = r.user_id)
        and (r.starts_at is null or r.starts_at <= $2) and (r.expires_at is null or r.expires_at > $2)
) as u
where (
    $1 = 'institution'
    or u.user_id in (
        select r.user_id from access.user_roles as r
        where r.branch_id = $1 and r.until_position is null
            and (r.starts_at is null or r.starts_at <= $2) and (r.expires_at is null or r.expires_at > $2)
        union all
        select s.student_id from people.students as s
        where s.branch_id = $1 and s.until_position is null and s.status is distinct from 'left'
        union all
        select t.teacher_id from people.teachers as t
        where t.branch_id = $1 and t.until_position is null and t.status is distinct from 'left'
    )
)
order by u.user_id
