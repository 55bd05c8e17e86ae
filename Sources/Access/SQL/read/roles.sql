-- Roles as they stood after the first $1 events, by id, with the permissions they grant of themselves.
--   $1  size, bigint
--   $2  only this role, text or null
--   $3  only roles of these branches, text[] or null
--   $4  only ids after this one, text or null
--   $5  how many at most, integer
select
    r.role_id, r.branch_id, r.name, r.description, r.parent_role_id, r.template,
    array(
        select p.permission_id
        from access.role_permissions as p
        where p.role_id = r.role_id
            and p.from_position < $1 and (p.until_position is null or p.until_position >= $1)
        order by p.permission_id
    ) as permission_ids,
    r.created_at, r.created_by, r.changed_at, r.changed_by,
    (
        select e.version
        from log.events as e
        where e.stream = 'role-' || r.role_id and e.position < $1
        order by e.version desc
        limit 1
    ) as version
from access.roles as r
where r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
    and ($2::text is null or r.role_id = $2)
    and ($3::text[] is null or r.branch_id = any($3))
    and ($4::text is null or r.role_id > $4)
order by r.role_id
limit $5
