-- A permission as it stood after the first N events, for some N. No row where there was no such permission.
--   {id}     the permission
--   {sizes}  the Ns
select s.size, json_strip_nulls(json_build_object(
    'name', p.name, 'resource', p.resource, 'action', p.action, 'description', p.description
))::text as state
from unnest({sizes}) as s (size)
join access.permissions as p
    on p.permission_id = {id} and p.from_position < s.size
    and (p.until_position is null or p.until_position >= s.size)
