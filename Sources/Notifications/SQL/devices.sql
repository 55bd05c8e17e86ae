-- The devices of some users that still get something.
--   $1  users, text[]
select d.device_id, d.user_id, d.kind, d.name, d.address, d.registered_at
from {schema}.devices as d
where d.user_id = any($1) and d.ended_position is null
order by d.user_id, d.registered_position, d.device_id
