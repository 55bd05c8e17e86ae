-- The kept schema of a read model that is nearest below a moment, held so that it is not dropped meanwhile. Not one that holds
-- what was erased since: it stays only for as long as somebody reads it, and must not be copied.
--   $1 the read model   $2 the digest of its SQL   $3 the position of the moment
select schema, position
from projections.snapshots
where name = $1 and digest = $2 and position <= $3
    and made_at > coalesce((select max(position) from log.log_personal_erased), -1)
order by position desc
limit 1
for key share
