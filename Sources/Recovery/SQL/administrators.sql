-- Who holds a set of permissions in the institution as a whole and without an end date, after the first N events.
--   $1  N, bigint
--   $2  the names of the permissions, text[]
--   $3  how many at most, integer
--
-- An assignment that will expire does not count: on the day it does, nobody would be left.
with recursive wanted as materialized (
    select p.permission_id
    from access.permissions as p
    where p.name = any($2) and p.from_position < $1 and (p.until_position is null or p.until_position >= $1)
), lineage as (
    -- Each role with itself and all that it inherits from.
    select r.role_id, r.role_id as source_id
    from access.roles as r
    where r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
    union
    select l.role_id, r.parent_role_id
    from lineage as l
    join access.roles as r
        on r.role_id = l.source_id and r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
    where r.parent_role_id is not null
), granted as (
    select distinct l.role_id, g.permission_id
    from lineage as l
    join access.role_permissions as g
        on g.role_id = l.source_id and g.from_position < $1 and (g.until_position is null or g.until_position >= $1)
    where g.permission_id in (select permission_id from wanted)
)
select u.user_id
from access.user_roles as u
join granted as g on g.role_id = u.role_id
where u.branch_id = 'institution' and u.expires_at is null
    and u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
group by u.user_id
having count(distinct g.permission_id) = cardinality($2)
order by u.user_id
limit $3
