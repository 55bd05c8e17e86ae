-- The newest version of every stream that holds events of some types.
--   $1  types, text[]
select stream, max(version) as version
from log.events
where type = any($1)
group by stream
