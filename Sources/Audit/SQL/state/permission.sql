-- Permissions as they stood after the first N events, for some N. No row where there was no such permission.
--   {ids}    the permissions
--   {sizes}  the Ns
select i.id, s.size, json_strip_nulls(json_build_object(
    'name', p.name, 'resource', p.resource, 'action', p.action, 'description', p.description
))::text as state
from unnest({ids}) as i (id)
cross join unnest({sizes}) as s (size)
join access.permissions as p
    on p.permission_id = i.id and p.from_position < s.size
    and (p.until_position is null or p.until_position >= s.size)
