-- The devices at some addresses that still get something, whoever's they are.
--   $1  digests of addresses, text[]
select d.device_id, d.user_id, d.kind, d.name, d.address, d.registered_at
from {schema}.devices as d
where d.address_digest = any($1) and d.ended_position is null
order by d.user_id, d.registered_position, d.device_id
