-- Every role that held after the first $1 events, with what it granted and denied of itself, inherited from, required
-- and was made from.
select
    r.role_id, r.branch_id, r.name, r.description, r.template,
    array(
        select p.permission_id
        from access.role_permissions as p
        where p.role_id = r.role_id
            and p.from_position < $1 and (p.until_position is null or p.until_position >= $1)
    ) as permission_ids,
    array(
        select d.permission_id
        from access.role_denials as d
        where d.role_id = r.role_id
            and d.from_position < $1 and (d.until_position is null or d.until_position >= $1)
    ) as denied_permission_ids,
    array(
        select h.parent_role_id
        from access.role_parents as h
        where h.role_id = r.role_id
            and h.from_position < $1 and (h.until_position is null or h.until_position >= $1)
        order by h.from_position, h.parent_role_id
    ) as parent_role_ids,
    q.maximum_holders, q.prerequisite_role_ids, t.template_role_id, t.permission_ids as template_permission_ids
from access.roles as r
left join access.role_requirements as q
    on q.role_id = r.role_id and q.from_position < $1 and (q.until_position is null or q.until_position >= $1)
left join access.role_templates as t
    on t.role_id = r.role_id and t.from_position < $1 and (t.until_position is null or t.until_position >= $1)
where r.from_position < $1 and (r.until_position is null or r.until_position >= $1)
order by r.role_id
