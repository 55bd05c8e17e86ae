-- The assignments in a branch after the first $1 events, in their order, each with that by which the same user has the same role
-- there after the first $2. What holds now and what has ended are looked up apart, each by its index.
--   $1  size when the review began, bigint
--   $2  size now, bigint
--   $3  branch, text
--   $4  only of this role, text or null
--   $5  only those assigned by an event after this position, bigint
--   $6  how many at most, integer
select
    u.user_id, u.role_id, r.name, u.branch_id, u.assigned_at, u.assigned_by, u.assigned_position,
    u.starts_at, u.expires_at,
    h.assigned_position as held_position, h.assigned_at as held_at, h.assigned_by as held_by,
    h.expires_at as held_expires_at
from (
    select * from access.user_roles as o where o.branch_id = $3 and o.until_at is null and o.from_position < $1
    union all
    select * from access.user_roles as e
    where e.branch_id = $3 and e.until_position is not null and e.until_position >= $1 and e.from_position < $1
) as u
join access.roles as r on r.role_id = u.role_id
    and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
left join access.user_roles as h on h.role_id = u.role_id and h.user_id = u.user_id and h.branch_id = u.branch_id
    and h.from_position < $2 and (h.until_position is null or h.until_position >= $2)
where ($4::text is null or u.role_id = $4)
    and u.assigned_position > $5
order by u.assigned_position
limit $6
