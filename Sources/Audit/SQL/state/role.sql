-- Roles as they stood after the first N events, for some N. No row where there was no such role.
--   {ids}    the roles
--   {sizes}  the Ns
select i.id, s.size, json_strip_nulls(json_build_object(
    'name', r.name, 'branchId', r.branch_id, 'description', r.description,
    'parentRoleIds', (
        select coalesce(json_agg(h.parent_role_id order by h.parent_role_id), '[]'::json)
        from access.role_parents as h
        where h.role_id = i.id and h.from_position < s.size
            and (h.until_position is null or h.until_position >= s.size)
    ),
    'permissionIds', (
        select coalesce(json_agg(g.permission_id order by g.permission_id), '[]'::json)
        from access.role_permissions as g
        where g.role_id = i.id and g.from_position < s.size
            and (g.until_position is null or g.until_position >= s.size)
    ),
    'deniedPermissionIds', (
        select json_agg(d.permission_id order by d.permission_id)
        from access.role_denials as d
        where d.role_id = i.id and d.from_position < s.size
            and (d.until_position is null or d.until_position >= s.size)
    ),
    'maximumHolders', q.maximum_holders,
    'prerequisiteRoleIds', nullif(to_json(q.prerequisite_role_ids)::text, '[]')::json,
    'templateRoleId', t.template_role_id
))::text as state
from unnest({ids}) as i (id)
cross join unnest({sizes}) as s (size)
join access.roles as r
    on r.role_id = i.id and r.from_position < s.size and (r.until_position is null or r.until_position >= s.size)
left join access.role_requirements as q
    on q.role_id = i.id and q.from_position < s.size and (q.until_position is null or q.until_position >= s.size)
left join access.role_templates as t
    on t.role_id = i.id and t.from_position < s.size and (t.until_position is null or t.until_position >= s.size)
