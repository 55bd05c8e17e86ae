-- What permissions imply beside what follows from their names, as it stood after the first N events, for some N. No row where the one
-- did not imply the other.
--   {ids}    the implications: permission → what it implies
--   {sizes}  the Ns
select i.id, s.size, json_build_object(
    'permissionId', m.permission_id, 'impliedPermissionId', m.implied_permission_id
)::text as state
from unnest({ids}) as i (id)
cross join unnest({sizes}) as s (size)
join access.implications as m
    on m.permission_id || ' → ' || m.implied_permission_id = i.id and m.from_position < s.size
    and (m.until_position is null or m.until_position >= s.size)
