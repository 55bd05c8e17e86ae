-- Permissions as they stood after the first $1 events, by id.
--   $1  size, bigint
--   $2  only this permission, text or null
--   $3  only of this resource and what is within it, text or null
--   $4  only ids after this one, text or null
--   $5  how many at most, integer
select
    p.permission_id, p.name, p.resource, p.action, p.description,
    p.created_at, p.created_by, p.changed_at, p.changed_by,
    (
        select e.version
        from log.events as e
        where e.stream = ('permission-' || p.permission_id) collate "default" and e.position < $1
        order by e.version desc
        limit 1
    ) as version
from access.permissions as p
where p.from_position < $1 and (p.until_position is null or p.until_position >= $1)
    and ($2::text is null or p.permission_id = $2)
    and ($3::text is null or p.resource = $3 or starts_with(p.resource, $3 || '.'))
    and ($4::text is null or p.permission_id > $4)
order by p.permission_id
limit $5
