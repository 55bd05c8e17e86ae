-- Assignments that end between two times, the first to end first, as they stood after the first $1 events.
--   $1  size, bigint
--   $2  after this time, timestamptz
--   $3  not after this time, timestamptz
--   $4  only in these branches, text[] or null
--   $5  only after this assignment's end and position, timestamptz or null
--   $6  and bigint
--   $7  how many at most, integer
select
    u.user_id, u.role_id, r.name, u.branch_id, u.assigned_at, u.assigned_by, u.assigned_position,
    u.starts_at, u.expires_at
from access.user_roles as u
join access.roles as r on r.role_id = u.role_id
    and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
where u.expires_at > $2 and u.expires_at <= $3
    and u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
    and ($4::text[] is null or u.branch_id = any($4))
    and ($5::timestamptz is null or (u.expires_at, u.assigned_position) > ($5, $6))
order by u.expires_at, u.assigned_position
limit $7
