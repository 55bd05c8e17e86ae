-- The users who had some roles after the first $1 events, in the order of their assignment, expired ones included.
--   $1  size, bigint
--   $2  roles, text[]
--   $3  only in these branches, text[] or null
--   $4  only those assigned by an event after this position, bigint
--   $5  how many at most, integer
select
    u.user_id, u.role_id, r.name, u.branch_id, u.assigned_at, u.assigned_by, u.assigned_position,
    u.starts_at, u.expires_at
from access.user_roles as u
join access.roles as r on r.role_id = u.role_id
    and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
where u.role_id = any($2)
    and u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
    and ($3::text[] is null or u.branch_id = any($3))
    and u.assigned_position > $4
order by u.assigned_position
limit $5
