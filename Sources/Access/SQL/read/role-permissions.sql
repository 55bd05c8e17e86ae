-- What a role granted after the first $1 events, inherited permissions included: each from the nearest role that
-- grants it of itself.
--   $1  size, bigint
--   $2  role, text
with recursive lineage as (
    select r.role_id, 0 as distance
    from access.roles as r
    where r.role_id = $2 and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
    union
    select h.parent_role_id, l.distance + 1
    from lineage as l
    join access.role_parents as h on h.role_id = l.role_id
    where h.from_position < $1 and (h.until_position is null or h.until_position >= $1) and l.distance < 1000
)
select distinct on (p.permission_id)
    p.permission_id, d.name, d.description, l.role_id as granted_by_role, l.distance = 0 as own,
    p.granted_at, p.granted_by
from lineage as l
join access.role_permissions as p on p.role_id = l.role_id
    and p.from_position < $1 and (p.until_position is null or p.until_position >= $1)
join access.permissions as d on d.permission_id = p.permission_id
    and d.from_position < $1 and (d.until_position is null or d.until_position >= $1)
order by p.permission_id, l.distance
