-- Duties that are kept separate, as they stood after the first N events, for some N. No row where there was no such separation.
--   {ids}    the separations
--   {sizes}  the Ns
select i.id, s.size, json_build_object(
    'name', a.name, 'kind', a.kind, 'roleIds', to_json(a.role_ids), 'cardinality', a.cardinality
)::text as state
from unnest({ids}) as i (id)
cross join unnest({sizes}) as s (size)
join access.separations as a
    on a.separation_id = i.id and a.from_position < s.size
    and (a.until_position is null or a.until_position >= s.size)
