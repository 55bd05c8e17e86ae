-- Roles as they stood after the first $1 events, by id, with what they grant and deny of
-- themselves, inherit from, require and were made from.
--   $1  size, bigint
--   $2  only this role, text or null
--   $3  only roles of these branches, text[] or null
--   $4  only ids after this one, text or null
--   $5  how many at most, integer
select
    r.role_id, r.branch_id, r.name, r.description, r.template,
    array(
        select h.parent_role_id
        from access.role_parents as h
        where h.role_id = r.role_id
            and h.from_position < $1 and (h.until_position is null or h.until_position >= $1)
        order by h.parent_role_id
    ) as parent_role_ids,
    array(
        select d.permission_id
        from access.role_denials as d
        where d.role_id = r.role_id
            and d.from_position < $1 and (d.until_position is null or d.until_position >= $1)
        order by d.permission_id
    ) as denied_permission_ids,
    (
        select q.maximum_holders
        from access.role_requirements as q
        where q.role_id = r.role_id
            and q.from_position < $1 and (q.until_position is null or q.until_position >= $1)
    ) as maximum_holders,
    coalesce((
        select q.prerequisite_role_ids
        from access.role_requirements as q
        where q.role_id = r.role_id
            and q.from_position < $1 and (q.until_position is null or q.until_position >= $1)
    ), '{}') as prerequisite_role_ids,
    (
        select t.template_role_id
        from access.role_templates as t
        where t.role_id = r.role_id
            and t.from_position < $1 and (t.until_position is null or t.until_position >= $1)
    ) as template_role_id,
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
        where e.stream = ('role-' || r.role_id) collate "default" and e.position < $1
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
