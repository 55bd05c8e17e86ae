-- A role as it stood after the first N events, for some N. No row where there was no such role.
--   {id}     the role
--   {sizes}  the Ns
select s.size, json_strip_nulls(json_build_object(
    'name', r.name, 'branchId', r.branch_id, 'description', r.description, 'parentRoleId', r.parent_role_id,
    'permissionIds', (
        select coalesce(json_agg(g.permission_id order by g.permission_id), '[]'::json)
        from access.role_permissions as g
        where g.role_id = {id} and g.from_position < s.size
            and (g.until_position is null or g.until_position >= s.size)
    )
))::text as state
from unnest({sizes}) as s (size)
join access.roles as r
    on r.role_id = {id} and r.from_position < s.size and (r.until_position is null or r.until_position >= s.size)
