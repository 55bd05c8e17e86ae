-- Who holds a set of permissions in the institution as a whole and without an end date, after the first N events: all of
-- those that there were then, if there were any. What a later release brought nobody could hold.
--   $1  N, bigint
--   $2  the names of the permissions, text[]
--   $3  how many at most, integer
--
-- An assignment that will expire does not count: on the day it does, nobody would be left. Neither does one that starts
-- only later, nor anybody whom a role of theirs denies anything. What implies a permission is not looked into; so
-- somebody may be left out here who does administer, and never the other way round.
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
    select l.role_id, h.parent_role_id
    from lineage as l
    join access.role_parents as h
        on h.role_id = l.source_id and h.from_position < $1 and (h.until_position is null or h.until_position >= $1)
), granted as (
    select distinct l.role_id, g.permission_id
    from lineage as l
    join access.role_permissions as g
        on g.role_id = l.source_id and g.from_position < $1 and (g.until_position is null or g.until_position >= $1)
    where g.permission_id in (select permission_id from wanted)
), denying as (
    select distinct l.role_id
    from lineage as l
    join access.role_denials as d
        on d.role_id = l.source_id and d.from_position < $1 and (d.until_position is null or d.until_position >= $1)
)
select u.user_id
from access.user_roles as u
join granted as g on g.role_id = u.role_id
where u.branch_id = 'institution' and u.expires_at is null and coalesce(u.starts_at <= now(), true)
    and u.from_position < $1 and (u.until_position is null or u.until_position >= $1)
    and not exists (
        select from access.user_roles as o
        join denying on denying.role_id = o.role_id
        where o.user_id = u.user_id and o.branch_id = 'institution'
            and o.from_position < $1 and (o.until_position is null or o.until_position >= $1)
    )
group by u.user_id
having count(distinct g.permission_id) = (select count(*) from wanted)
order by u.user_id
limit $3
