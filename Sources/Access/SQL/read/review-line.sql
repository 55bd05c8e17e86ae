-- One assignment in a branch after the first $1 events, with that by which the same user has the same role there after the first $2.
-- Whose it was says the interval that its own event opened.
--   $1  size when the review began, bigint
--   $2  size now, bigint
--   $3  branch, text
--   $4  only of this role, text or null
--   $5  the position of the event that assigned it, bigint
select
    u.user_id, u.role_id, r.name, u.branch_id, u.assigned_at, u.assigned_by, u.assigned_position,
    u.starts_at, u.expires_at,
    h.assigned_position as held_position, h.assigned_at as held_at, h.assigned_by as held_by,
    h.expires_at as held_expires_at
from access.user_roles as first
join access.user_roles as u on u.role_id = first.role_id and u.user_id = first.user_id and u.branch_id = first.branch_id
    and u.assigned_position = $5
    and u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
join access.roles as r on r.role_id = u.role_id
    and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
left join access.user_roles as h on h.role_id = u.role_id and h.user_id = u.user_id and h.branch_id = u.branch_id
    and h.from_position < $2 and (h.until_position is null or h.until_position >= $2)
where first.from_position = $5 and first.assigned_position = $5
    and u.branch_id = $3 and ($4::text is null or u.role_id = $4)
limit 1
