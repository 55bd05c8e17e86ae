-- The events with some ids, as far as they are in the log, with what they say.
--   $1 uuid[]  the ids
select
    f.id, f.position, f.stream, f.version, f.leaf, f.recorded_at, f.checkpoint_size, f.type,
    e.schema_version, e.data, e.personal, e.personal_digest is not null as erased
from log.find_ids($1::uuid[]) as f
join log.events as e on e.position = f.position
